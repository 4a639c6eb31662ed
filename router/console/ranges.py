"""A part of a file by what a browser asks for: without it, some browsers play no sound, and none can wind it."""

import re
from typing import Final

from router.console.exchange import File

_RANGE: Final = re.compile(r"bytes=(\d{0,12})-(\d{0,12})", re.ASCII)
PARTIAL, NOT_THERE = 206, 416


def served(file: File, wanted: str) -> tuple[int, dict[str, str], bytes]:
    """The status, headers and body for a file, of which `wanted` is what the header Range says; "" for all of it."""
    size = len(file.content)
    name = re.sub(r"[^A-Za-z0-9._-]", "-", file.name) or "file"
    headers = {
        "Content-Type": file.media_type,
        "Content-Disposition": f'{"attachment" if file.download else "inline"}; filename="{name}"',
        "Accept-Ranges": "bytes",
    }
    asked = _RANGE.fullmatch(wanted.replace(" ", ""))
    if asked is None or asked.groups() == ("", ""):
        return 200, headers, file.content
    first, last = _bounds(asked[1], asked[2], size)
    if first > last:
        return NOT_THERE, headers | {"Content-Range": f"bytes */{size}"}, b""
    return PARTIAL, headers | {"Content-Range": f"bytes {first}-{last}/{size}"}, file.content[first : last + 1]


def _bounds(start: str, end: str, size: int) -> tuple[int, int]:
    if not start:
        return max(size - int(end), 0), size - 1
    return int(start), min(int(end), size - 1) if end else size - 1
