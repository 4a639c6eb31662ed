"""Japanese mail (ISO-2022-JP) as it is really written: with letters of Microsoft's that the standard does not have."""

import re
from typing import Final

_PIECE: Final = re.compile(rb"\x1b([$(])([@BJIH]|\(D)")
_LONGEST: Final = 1_000_000


def read_jis(raw: bytes) -> str:
    """Decode ISO-2022-JP with the additions of cp50220; never raises."""
    raw = raw[:_LONGEST]
    pieces: list[str] = []
    position, mode = 0, b"(B"
    for match in _PIECE.finditer(raw):
        pieces.append(_decoded(raw[position : match.start()], mode))
        position, mode = match.end(), match[1] + match[2]
    return "".join([*pieces, _decoded(raw[position:], mode)])


def _decoded(piece: bytes, mode: bytes) -> str:
    if mode in (b"$@", b"$B"):
        return _kanji(piece)
    if mode == b"(I":
        return bytes(each | 0x80 for each in piece).decode("cp932", "replace")
    return piece.decode("cp932", "replace")


def _kanji(piece: bytes) -> str:
    """Decode pairs of JIS X 0208 by way of Shift JIS, whose Microsoft form has them all."""
    out = bytearray()
    position = 0
    while position + 1 < len(piece):
        first, second = piece[position], piece[position + 1]
        if not 0x21 <= first <= 0x7E or not 0x21 <= second <= 0x7E:  # noqa: PLR2004 - the rows of the table
            out.append(first)
            position += 1
            continue
        lead = (first - 0x21) // 2 + (0x81 if first < 0x5F else 0xC1)  # noqa: PLR2004 - likewise
        trail = second + (0x1F if first % 2 and second < 0x60 else 0x20 if first % 2 else 0x7E)  # noqa: PLR2004 - likewise
        out += bytes((lead, trail))
        position += 2
    return bytes(out + piece[position:]).decode("cp932", "replace")
