"""Which files of a message are taken in: known by what they are, and not only by what they are said to be."""

from typing import Final

_HEIF: Final = frozenset({b"heic", b"heix", b"hevc", b"mif1", b"msf1", b"heim", b"heis"})
_THREE_G: Final = (b"3gp", b"3g2")
_STARTS: Final = (
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"%PDF-", "application/pdf"),
    (b"#!AMR", "audio/amr"),
    (b"OggS", "audio/ogg"),
    (b"ID3", "audio/mpeg"),
    (b"BEGIN:VCARD", "text/vcard"),
)
_MPEG_AUDIO: Final = frozenset({0xFA, 0xFB, 0xF2, 0xF3})
ENDINGS: Final = {
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "image/gif": ".gif",
    "image/webp": ".webp",
    "image/heic": ".heic",
    "application/pdf": ".pdf",
    "audio/amr": ".amr",
    "audio/ogg": ".ogg",
    "audio/mpeg": ".mp3",
    "audio/mp4": ".m4a",
    "audio/wav": ".wav",
    "video/mp4": ".mp4",
    "video/3gpp": ".3gp",
    "video/quicktime": ".mov",
    "text/vcard": ".vcf",
}
"""Every kind that is taken in, and what the names of such files end with."""

_ANY: Final = frozenset({"", "application/octet-stream", "binary/octet-stream"})
_RELATED: Final = {"application/ogg": "audio", "text/x-vcard": "text", "text/directory": "text"}


def kind_of(content: bytes) -> str:
    """The media type that a content has by its first bytes; "" where it is none that is taken in."""
    for start, kind in _STARTS:
        if content.startswith(start):
            return kind
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "image/webp"
    if content[:4] == b"RIFF" and content[8:12] == b"WAVE":
        return "audio/wav"
    if content[4:8] == b"ftyp":
        return _of_brand(content[8:12])
    if len(content) > 1 and content[0] == 0xFF and content[1] in _MPEG_AUDIO:  # noqa: PLR2004 - a frame's sync word
        return "audio/mpeg"
    return ""


def fits(declared: str, kind: str) -> bool:
    """Whether a file can be what the provider said: of the same family, or it said nothing in particular."""
    said = declared.partition(";")[0].strip().lower()
    if said in _ANY:
        return True
    family, is_ = _RELATED.get(said, said.partition("/")[0]), kind.partition("/")[0]
    # A recording and a film come in the same containers, and who makes them does not always say which it is.
    return family == is_ if "application" in (family, is_) else family == is_ or {family, is_} == {"audio", "video"}


def _of_brand(brand: bytes) -> str:
    if brand in _HEIF:
        return "image/heic"
    if brand.startswith(_THREE_G):
        return "video/3gpp"
    if brand == b"qt  ":
        return "video/quicktime"
    return "audio/mp4" if brand in (b"M4A ", b"M4B ") else "video/mp4"
