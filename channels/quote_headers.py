"""Blocks of headers within a text, as Outlook and others write them above what they answer or forward."""

import re

from channels.quote_labels import DATE_LABELS, OTHER_LABELS, SENDER_LABELS

LONGEST = 400
_LINES = 40
_WRAPPED = 2
"""Further lines over which the value of a header is wrapped."""
_ENOUGH = 3
"""Labelled lines together that nobody writes by hand."""
_UNKNOWN = 4
"""Labelled lines of a language that is not known, with an address and a time among them, that prove as much."""

_ADDRESS = re.compile(r"[\w.+'=&#-]{1,100}@[\w.-]{1,200}\w|<[^<>@\s]{1,60}>|\[mailto:", re.IGNORECASE)
_HAS_TIME = re.compile(r"\d{1,2}[:.]\d{2}")


def _labels(labels: tuple[str, ...]) -> str:
    longest_first = sorted(set(labels), key=len, reverse=True)
    return "|".join(re.escape(each).replace(r"\ ", r"\s") for each in longest_first)


_SENDER, _DATE, _OTHER = (_labels(each) for each in (SENDER_LABELS, DATE_LABELS, OTHER_LABELS))
_LABEL = re.compile(
    rf"[ \t\xa0*_>]{{0,8}}(?:(?P<sender>{_SENDER})|(?P<date>{_DATE})|(?P<other>{_OTHER}))"
    r"[ \t\xa0*_]{0,4}[:：][ \t\xa0*_]{0,8}(?P<value>\S.{0,300})?",
    re.IGNORECASE,
)
_ANY_LABEL = re.compile(r"[ \t*]{0,6}[^\W\d_][^\d:：<>@,;!?]{0,25}[*]{0,2}\s?[:：][*\s]{0,4}\S")
_HAS_DIGIT = re.compile(r"\d")


def label(line: str) -> str:
    """Return which field of a mail a line shows, "sender", "date" or "other"; nothing where it is none."""
    match = _LABEL.match(line[:LONGEST])
    if not match:
        return ""
    if match["date"]:
        return "" if match["value"] and not _HAS_DIGIT.search(match["value"]) else "date"
    return "sender" if match["sender"] else "other"


def may_begin(line: str) -> bool:
    """Whether a block of headers can begin with this line."""
    if len(line) > LONGEST or not (":" in line or "：" in line):
        return False
    return bool(_ANY_LABEL.match(line) or label(line))


def block_end(lines: list[str], start: int) -> int:
    """Return where the block of headers that starts here ends; `start` itself where there is none.

    Empty lines and the further lines of long values may stand among its lines.
    """
    kinds: list[str] = []
    end, empty = start, 0
    for index in range(start, min(start + _LINES, len(lines))):
        line = lines[index]
        if not line.strip():
            empty += 1
            if empty > 1:
                break
        elif kind := label(line) or _unknown_label(line, empty):
            kinds.append(kind)
            end, empty = index + 1, 0
        elif empty or index - end >= _WRAPPED or len(line) > LONGEST // 2:
            break
    return end if _is_block(kinds, lines[start:end]) else start


def _unknown_label(line: str, empty: int) -> str:
    return "unknown" if not empty and _ANY_LABEL.match(line[:LONGEST]) else ""


def _is_block(kinds: list[str], lines: list[str]) -> bool:
    known = [kind for kind in kinds if kind != "unknown"]
    addressed = any(_ADDRESS.search(line) for line in lines)
    timed = any(_HAS_TIME.search(line) for line in lines)
    if len(known) >= _ENOUGH and ("sender" in known or "date" in known):
        return addressed or timed or len(known) > _ENOUGH
    if {"sender", "date"} <= set(known):
        return addressed or (timed and len(kinds) >= _ENOUGH)
    if known[:1] == ["date"] and len(known) > 1:
        return addressed and timed
    return len(kinds) >= _UNKNOWN and addressed and timed
