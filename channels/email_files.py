"""What is attached to a mail: its name, type, size and digest, and whether it only stands in the text."""

import hashlib
from mimetypes import MimeTypes
from typing import Final

from channels.email_headers import decode_words, header_text
from channels.email_mime import Part
from channels.email_params import parameters
from channels.inbound import Attachment

_TYPES: Final = MimeTypes()  # Python's own table: the machine's would give the same file another name elsewhere
_EXTENSIONS: Final = {
    "message/rfc822": ".eml", "message/global": ".eml", "text/calendar": ".ics", "text/vcard": ".vcf",
    "text/x-vcard": ".vcf", "text/directory": ".vcf", "image/jpg": ".jpg", "image/jpeg": ".jpg", "image/heic": ".heic",
    "image/webp": ".webp", "application/rtf": ".rtf", "text/rtf": ".rtf", "text/plain": ".txt", "text/html": ".html",
    "application/pgp-signature": ".asc", "application/pgp-encrypted": ".asc", "application/pkcs7-signature": ".p7s",
    "application/x-pkcs7-signature": ".p7s", "application/pkcs7-mime": ".p7m", "application/x-pkcs7-mime": ".p7m",
    "application/octet-stream": "", "application/ms-tnef": ".dat", "text/rfc822-headers": ".txt",
    "message/delivery-status": ".txt", "message/disposition-notification": ".txt", "audio/mpeg": ".mp3",
    "video/mp4": ".mp4", "video/quicktime": ".mov", "audio/mp4": ".m4a", "audio/amr": ".amr",
}  # fmt: skip
_STEMS: Final = {"image": "image", "audio": "audio", "video": "video", "message": "message", "text": "text"}
_LONGEST_NAME: Final = 100


def attachment_of(part: Part, content: bytes, *, inline: bool) -> Attachment:
    """Make an attachment of a part whose content was decoded already."""
    return file_of(name_of(part), part.media_type, content, inline=inline)


def file_of(name: str, media_type: str, content: bytes, *, inline: bool = False) -> Attachment:
    """Make an attachment of a file; one without a type has the one that its name speaks of."""
    name = _bare_name(name)
    return Attachment(
        name=name or _default_name(media_type),
        media_type=media_type or _TYPES.guess_type(name)[0] or "application/octet-stream",
        digest=hashlib.sha256(content).hexdigest(),
        size=len(content),
        content=content,
        inline=inline,
    )


def name_of(part: Part) -> str:
    """Return the name that a part was given: as a file before as a part, else what describes it."""
    _, params = parameters(part.header("content-disposition"))
    named = params.get("filename") or part.params.get("name") or params.get("name") or part.params.get("filename")
    if named and _bare_name(named):
        return decode_words(named)
    described = header_text(part.header("content-description"))[:_LONGEST_NAME].strip()
    return described or _default_name(part.media_type)


def _bare_name(name: str) -> str:
    """Return a name without the folders that stand before it."""
    return name.replace("\\", "/").rstrip("/").rpartition("/")[2].strip().strip("\0")


def _default_name(media_type: str) -> str:
    """Name a file that has no name, by its type."""
    stem = _STEMS.get(media_type.partition("/")[0], "attachment")
    known = _EXTENSIONS.get(media_type)
    return stem + (known if known is not None else _TYPES.guess_extension(media_type) or "")
