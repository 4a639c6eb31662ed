"""How a text message is cut into segments: which alphabet it needs, how many it takes, and which character costs most.

Source: 3GPP TS 23.038, the GSM 7-bit default alphabet and its extension table, and TS 23.040 for the header of parts.
"""

from dataclasses import dataclass
from typing import Final

GSM, UCS2 = "GSM-7", "UCS-2"
BASIC: Final = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENDED: Final = frozenset("\f^{}\\[~]|€")
"""Characters that take the room of two, because an escape stands before each."""

_GSM: Final = BASIC | EXTENDED

SINGLE: Final = {GSM: 160, UCS2: 70}
SEVERAL: Final = {GSM: 153, UCS2: 67}
"""Units of one segment: of a text that has one, and of one that has several, where a header takes room in each."""

PLAIN: Final = {
    "‘": "'",
    "’": "'",
    "‚": "'",
    "‛": "'",
    "′": "'",
    "“": '"',
    "”": '"',
    "„": '"',
    "″": '"',
    "‐": "-",
    "‑": "-",
    "–": "-",
    "—": "-",
    "−": "-",
    "…": "...",
    "\u00a0": " ",
    "\u2009": " ",
    "\u202f": " ",
    "•": "-",
    "\t": " ",
}
"""What differs only in how it looks: nobody reads another word for it."""

_TO_PLAIN: Final = str.maketrans(PLAIN)


@dataclass(frozen=True, slots=True)
class Counted:
    """A text as it would leave: its alphabet, its units in that, its segments, and what makes it UCS-2, if it is."""

    alphabet: str
    units: int
    segments: int
    left: int
    """Units that still fit into the last segment."""

    because: str = ""
    """The first character that the GSM alphabet does not have."""


def count(text: str) -> Counted:
    """Count the segments of a text; an empty one takes one."""
    alphabet, units = _measured(text)
    because = next((each for each in text if each not in _GSM), "") if alphabet == UCS2 else ""
    if units <= SINGLE[alphabet]:
        return Counted(alphabet, units, 1, SINGLE[alphabet] - units, because)
    segments, used = 1, 0
    for size in (_size(each, alphabet) for each in text):
        # Neither an escape and its character nor the halves of a surrogate pair may stand in two segments.
        if used + size > SEVERAL[alphabet]:
            segments, used = segments + 1, 0
        used += size
    return Counted(alphabet, units, segments, SEVERAL[alphabet] - used, because)


def economical(text: str) -> str:
    """The text with plain quotation marks, dashes and blanks, if that saves a segment; else as it is.

    It is all or nothing: while one character needs UCS-2, plain quotation marks save nothing and only look worse.
    """
    plain = text.translate(_TO_PLAIN)
    return plain if plain != text and count(plain).segments < count(text).segments else text


def fills_segment(text: str) -> bool:
    """Whether a text ends exactly where a segment does, as a piece of a longer one would that nobody put together."""
    alphabet, units = _measured(text)
    return units in (SINGLE[alphabet], SEVERAL[alphabet])


def _measured(text: str) -> tuple[str, int]:
    """The alphabet that a text needs, and how many units it takes in that."""
    letters = frozenset(text)
    if letters <= _GSM:
        return GSM, len(text) + sum(map(text.count, letters & EXTENDED))
    return UCS2, len(text.encode("utf-16-le", "surrogatepass")) // 2


def _size(character: str, alphabet: str) -> int:
    if alphabet == GSM:
        return 2 if character in EXTENDED else 1
    return 2 if ord(character) > 0xFFFF else 1  # noqa: PLR2004 - beyond it lies what takes a surrogate pair
