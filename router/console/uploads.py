"""Files that a colleague adds to a reply: which kinds are taken, how large, and under which name they go out.

Nothing here looks for viruses: see docs/email-threads.md.
"""

import hashlib
from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath
from typing import Final

from channels.bounds import clean
from channels.inbound import Attachment
from router.console.exchange import Problem, Upload

MOST_FILES: Final = 5
MOST_BYTES: Final = 7 * 2**20
"""All of them together. In a mail they grow by a third, and many servers take no more than 10 MB."""

LONGEST_NAME: Final = 100
_WORD: Final = "application/vnd.openxmlformats-officedocument."
_OPEN: Final = "application/vnd.oasis.opendocument."
_ZIP: Final = (b"PK\x03\x04",)
TYPES: Final = {
    ".pdf": ("application/pdf", (b"%PDF-",)),
    ".png": ("image/png", (b"\x89PNG\r\n\x1a\n",)),
    ".jpg": ("image/jpeg", (b"\xff\xd8\xff",)),
    ".jpeg": ("image/jpeg", (b"\xff\xd8\xff",)),
    ".gif": ("image/gif", (b"GIF87a", b"GIF89a")),
    ".docx": (_WORD + "wordprocessingml.document", _ZIP),
    ".xlsx": (_WORD + "spreadsheetml.sheet", _ZIP),
    ".odt": (_OPEN + "text", _ZIP),
    ".ods": (_OPEN + "spreadsheet", _ZIP),
    ".txt": ("text/plain", ()),
    ".csv": ("text/csv", ()),
}
"""The kinds that are taken: the media type of each, and how its content begins. Nothing that can run, no archives."""


def checked(name: str, uploads: Sequence[Upload]) -> tuple[list[Attachment], list[Problem]]:
    """The files of a field as they may go out, and what is wrong with the others."""
    problems = [Problem(name, text) for text in _complaints(uploads)]
    return ([] if problems else [_attachment(each) for each in uploads]), problems


def _complaints(uploads: Sequence[Upload]) -> Iterator[str]:
    if len(uploads) > MOST_FILES:
        yield f"Add at most {MOST_FILES} files"
    if sum(len(each.content) for each in uploads) > MOST_BYTES:
        yield f"The files may have {MOST_BYTES // 2**20} MB together"
    for each in uploads:
        kind = TYPES.get(PurePosixPath(each.name).suffix.lower())
        if kind is None:
            kinds = ", ".join(suffix.removeprefix(".") for suffix in TYPES)
            yield f"{file_name(each.name)} is not of a kind that may be sent: {kinds}"
        elif not each.content:
            yield f"{file_name(each.name)} is empty"
        elif not _is_of(kind[1], each.content):
            yield f"{file_name(each.name)} is not what its name says: save it again in that format"


def _is_of(beginnings: tuple[bytes, ...], content: bytes) -> bool:
    return content.startswith(beginnings) if beginnings else b"\0" not in content


def _attachment(upload: Upload) -> Attachment:
    media_type, _ = TYPES[PurePosixPath(upload.name).suffix.lower()]
    digest = hashlib.sha256(upload.content).hexdigest()
    return Attachment(file_name(upload.name), media_type, digest, len(upload.content), upload.content)


def file_name(written: str) -> str:
    """A file's own name, without the folders that some browsers send, and with nothing in it that breaks a header."""
    path = PurePosixPath(clean(written.replace("\\", "/"), 1_000))
    name = " ".join("".join(each if each.isprintable() else " " for each in path.name).split())
    return name if len(name) <= LONGEST_NAME else name[: LONGEST_NAME - len(path.suffix)] + path.suffix
