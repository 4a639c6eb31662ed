"""What each line of a mail's text is: told by its form (dates, addresses, labels, marks) more than by its words."""

import re

from channels import quote_headers, quote_marks, quote_words
from channels.quote_attributions import (
    LONGEST,
    has_date_and_address,
    is_alone,
    is_attribution,
    may_begin,
    may_end,
    unquoted,
)

EMPTY, DELIMITER, MOBILE, ATTRIBUTION, HEADER, QUOTE, TEXT = "e", "d", "s", "b", "h", "q", "t"
"""A letter for each line. ATTRIBUTION is what stands before a quoted message; HEADER a line of a block of headers."""

_WRAPPED = 4
"""Line ends that may stand within one attribution."""

_RULES = frozenset("-_,=+~#*ᐧ—–‐")
_COLONS = frozenset(":：")
_DELIMITER = re.compile(r"[ \t]*(?:[-_,=+~#*ᐧ—–]{2,500}|[,~_ᐧ—–])[ \t]*\Z")
_QUOTE = re.compile(r"[ \t\xa0]*(?:[^\W\d_]{0,12}>|\|(?=[^|]*[^|\s])(?![^|]*\|))")
_MARKER = re.compile(
    r"(?:[-=_—‐]{2,60}|\*{1,3}[-—]{2,60})[ \t]{0,4}(?:"
    + quote_words.MARKERS
    + r")[ \t.:]{0,4}(?:\([^)]{1,80}\))?[ \t]{0,4}[-=_—‐*]{0,60}[ \t]*\Z"
    r"|[-=#*_~ \t]{2,40}(?:" + quote_words.ABOVE + r")[-=#*_~: \t.]{0,40}\Z"
    r"|(?:"
    + quote_words.BEGINS
    + r")\s?[:：]?\**[ \t]*\Z|-{2,60} ?.{1,80} (?:wrote|schrieb|skrev|escribió|a écrit) ?:? ?-{2,60}\Z",
    re.IGNORECASE,
)
_MOBILE = re.compile(r"(?:" + quote_words.DEVICES + r")[)>\s]{0,6}\Z")
_MOBILE_AT_END = re.compile(r"(?:" + quote_words.DEVICES_AT_END + r")[)>.\s]{0,6}\Z")
_LONGEST_MOBILE = 130
_PROGRAM = re.compile(
    r"phone|ip[ao]d|mobile|handy\b|tablet|android|galaxy|samsung|huawei|xiaomi|redmi|pixel|oppo|nokia|sony|moto"
    r"|oneplus|berry|outlook|windows|mac\b|mail|yahoo|proton|aol\b|gmx|btinternet|telekom|vodafone|mozilla|https?:|www\."
    r"|\.(?:com|net|org|io)\b|\bmy |\bmein|\bmon |\bmi |\bmeu|\bmio|\bmijn|smart|telef|gsm|app\b|web|wireless|device",
    re.IGNORECASE,
)
_SENT_BY = re.compile(r"(?:sent|delivered|typed|composed) (?:from|via|with|by|using|on) ", re.IGNORECASE)
_MAY_BEGIN_MOBILE = frozenset(re.findall("[a-z]+", quote_words.DEVICES))
_LINK = re.compile(r"\[([^\]\n]{1,200})\]\([^)\n]{1,300}\)")


def classify(lines: list[str]) -> str:
    """Return a letter for each line; blocks of headers and attributions over several lines are marked whole."""
    letters = [_letter(line) for line in lines]
    _mark_quotes(lines, letters)
    _mark_attributions(lines, letters)
    _mark_headers(lines, letters)
    _unmark_mobile(lines, letters)
    return "".join(letters)


def _mark_quotes(lines: list[str], letters: list[str]) -> None:
    """Mark the quotes that one line by itself does not show."""
    marked = [index for index, line in enumerate(lines) if ">" in line[:40] and letters[index] == TEXT]
    for index in quote_marks.named_quotes(lines, marked) if len(marked) > 1 else ():
        letters[index] = QUOTE
    if not any(line.startswith(">>") for line in lines):
        return
    opened, enclosed = quote_marks.enclosures(lines)
    for index in opened:
        letters[index] = ATTRIBUTION
    for index in enclosed:
        letters[index] = QUOTE


def _letter(line: str) -> str:
    if not line or line.isspace():
        return EMPTY
    bare = line.strip(" \t\xa0")
    if len(bare) <= 2 * LONGEST:
        if bare[0] in _RULES and _DELIMITER.match(line):
            return DELIMITER
        if bare[0] != ">" and _is_mobile(bare):
            return MOBILE
        if _opens(bare):
            return ATTRIBUTION
    return QUOTE if _QUOTE.match(line) else TEXT


def _is_mobile(bare: str) -> bool:
    if len(bare) > _LONGEST_MOBILE and "(" not in bare:
        return False
    said = (_LINK.sub(r"\1", bare) if "](" in bare else bare).lstrip("*_ ").lower()
    if len(said) > _LONGEST_MOBILE or (said.isascii() and not _may_be_mobile(said)):
        return False
    return bool(_MOBILE.match(said) or _MOBILE_AT_END.search(said, max(len(said) - 40, 0)))


def _may_be_mobile(said: str) -> bool:
    """Whether a line in plain letters begins or ends with a word that such lines do: looking that up is cheap."""
    first = said.lstrip("(<").partition(" ")[0].rstrip(":")
    return first in _MAY_BEGIN_MOBILE or said.rstrip(")> ").endswith(("mobile", "gonderildi"))


def _opens(bare: str) -> bool:
    """Whether a line by itself says that what was answered or forwarded follows."""
    text = bare.lstrip("> \t*")
    if text[:1] in _RULES or text[-1:] in _COLONS or bare[-1:] == "*":
        return bool(_MARKER.match(text))
    return is_alone(text)


def _mark_attributions(lines: list[str], letters: list[str]) -> None:
    """Mark who wrote what follows, and when; the line that ends it is found first, then the one where it begins."""
    taken = -1
    for end, line in enumerate(lines):
        if letters[end] not in (TEXT, QUOTE) or not may_end(line):
            continue
        start = _start_of_attribution(lines, letters, end, taken)
        if start >= 0:
            for index in range(start, end + 1):
                letters[index] = ATTRIBUTION
            taken = end


def _start_of_attribution(lines: list[str], letters: list[str], end: int, taken: int) -> int:
    """Return where the attribution that ends here begins, -1 if none does: at the farthest line that can begin one."""
    found, joined, apart = -1, "", False
    followed = _followed(letters, end)
    for start in range(end, max(end - _WRAPPED - 1, taken, -1), -1):
        line = lines[start]
        if letters[start] == EMPTY:
            # Some programs leave one empty line within; what stands before it must begin one beyond doubt.
            if start == end or apart:
                break
            apart = True
            continue
        if letters[start] not in (TEXT, QUOTE) or len(line) > LONGEST or (start != end and _stops(line, apart=apart)):
            break
        joined = f"{unquoted(line)} {joined}".strip()
        begins = start == end or may_begin(line) or (not apart and _is_cut_off(lines, letters, start))
        if begins and is_attribution(joined, followed=followed):
            found = start
    return found


def _stops(line: str, *, apart: bool) -> bool:
    """Whether a line is the end of something else, so that no attribution goes on after it."""
    return line.rstrip().endswith((":", "!", "?", "。", ".") if apart else (":", "!", "?", "。"))


def _is_cut_off(lines: list[str], letters: list[str], start: int) -> bool:
    """Whether a line must go on in the next: its address is cut, or it opens a paragraph with a date and an address."""
    line = lines[start].rstrip()
    if line.endswith("<"):
        return True
    return (not start or letters[start - 1] == EMPTY) and has_date_and_address(line)


def _followed(letters: list[str], end: int) -> bool:
    """Whether the next line that is not empty is a quote."""
    return next((letter for letter in letters[end + 1 : end + 4] if letter != EMPTY), "") == QUOTE


def _mark_headers(lines: list[str], letters: list[str]) -> None:
    index = 0
    while index < len(lines):
        end = index
        if letters[index] in (TEXT, QUOTE) and quote_headers.may_begin(lines[index]):
            end = quote_headers.block_end(lines, index)
        letters[index:end] = [HEADER] * (end - index)
        index = max(end, index + 1)


def _unmark_mobile(lines: list[str], letters: list[str]) -> None:
    """Take a line for a device's signature only where it stands apart, and names one or ends what was written."""
    for index, letter in enumerate(letters):
        if letter != MOBILE:
            continue
        before = letters[index - 1] if index else EMPTY
        after = letters[index + 1] if index + 1 < len(letters) else EMPTY
        if (before == TEXT and after == TEXT) or _may_be_said(lines[index].strip(), letters[index + 1 :]):
            letters[index] = TEXT


def _may_be_said(line: str, after: list[str]) -> bool:
    """Whether a person may have written this line: it names no device or program, and the text goes on."""
    bare = line.lower().removeprefix("from my ")
    if _PROGRAM.search(bare) or not line.isascii():
        return False
    return _is_in_small_letters(line) or next((letter for letter in after if letter != EMPTY), "") == TEXT


def _is_in_small_letters(line: str) -> bool:
    """Whether an English line has no name in it, as a program has."""
    match = _SENT_BY.match(line)
    return line[match.end() :].islower() if match else False
