"""The rule above a signature, told from rules that divide what somebody wrote."""

import re

from channels.quote_lines import ATTRIBUTION, DELIMITER, EMPTY, HEADER, QUOTE, TEXT
from channels.quote_page import STOPS, Page

_RULES = 30
"""Rules that are looked at: a text of more is a table, or made to keep us busy."""
_NUMBERED = re.compile(r"\s{0,8}(\d{1,2})[.)]\s")
_POSTSCRIPT = re.compile(r"\s*(?:P\.? ?){1,3}S\.?(?:\s?[:.,–-])?\s", re.IGNORECASE)
_LONG_RULE = 3
_LONG_TAIL = 15
"""Lines of text after a long rule that are no signature or notice any more, but a part of what was written."""
_PARAGRAPHS = re.compile(r"\n\s*\n")
_NAME = 4
"""Lines that a name below a letter takes."""
_SIGNATURE_RULE = re.compile(r"\s*(?:--|—|–|__|—-|-—)\s*\Z")


def cut_signature(page: Page) -> None:
    """Cut at the first rule, unless what it divides is the message itself."""
    index = page.letters.find(DELIMITER)
    for _ in range(_RULES):
        if index < 0:
            return
        after = page.letters[index + 1 :]
        if _divides(page, index, after):
            page.letters = f"{page.letters[:index]}{TEXT}{after}"
            page.divided = True
        elif _opens_history(after):
            # The rule that Outlook draws above what is answered belongs to that.
            page.letters = f"{page.letters[:index]}{EMPTY}{after}"
        else:
            start, end = _postscript(page, index)
            added, letters = page.lines[start:end], page.letters[start:end]
            page.signature = _signature(page, index, start)
            page.cut(index)
            page.lines.extend(added)
            page.letters += letters
            return
        index = page.letters.find(DELIMITER, index + 1)


def _postscript(page: Page, index: int) -> tuple[int, int]:
    """Return where what somebody added below their signature begins, and where it ends: the same if nothing."""
    below = page.letters[index + 1 :]
    end = index + 1 + len(below) - len(below.lstrip(TEXT + EMPTY))
    return next((at for at in range(index + 1, end) if _POSTSCRIPT.match(page.lines[at])), end), end


def _divides(page: Page, index: int, after: str) -> bool:
    """Whether the lines after a rule go on with what stands before it."""
    line = page.lines[index]
    if _is_underline(page, index) or _numbers_go_on(page, index):
        return TEXT in after
    if TEXT not in page.letters[:index] and QUOTE not in page.letters[:index]:
        return TEXT in after and not _opens_history(after)
    if _SIGNATURE_RULE.match(line):
        return False
    text = after[: next((at for at, each in enumerate(after) if each in (ATTRIBUTION, HEADER)), len(after))]
    if len(line.strip()) < _LONG_RULE:
        return False
    return text.count(TEXT) > _LONG_TAIL or _goes_on(page.lines[index + 1 : index + 1 + min(len(text), 5 * _LONG_TAIL)])


def _is_underline(page: Page, index: int) -> bool:
    """Whether a rule underlines a heading: as long as the one line directly above it, and text follows at once."""
    if not index or page.letters[index - 1] != TEXT or page.letters[index + 1 : index + 2] != TEXT:
        return False
    alone = index == 1 or page.letters[index - 2] == EMPTY
    return alone and abs(len(page.lines[index - 1].strip()) - len(page.lines[index].strip())) <= 1


def _numbers_go_on(page: Page, index: int) -> bool:
    """Whether a list goes on below a rule with the number that comes next."""
    below = next((line for line in page.lines[index + 1 : index + 4] if line.strip()), "")
    number = _NUMBERED.match(below)
    if not number or int(number[1]) <= 1:
        return False
    before = (_NUMBERED.match(line) for line in page.lines[max(index - 5 * _LONG_TAIL, 0) : index])
    return any(each and int(each[1]) == int(number[1]) - 1 for each in before)


def _goes_on(lines: list[str]) -> bool:
    """Whether lines below a rule are the rest of a letter: sentences first, and a name, not a notice, at the end."""
    paragraphs = [each.split("\n") for each in _PARAGRAPHS.split("\n".join(lines).strip())]
    first, last = paragraphs[0], paragraphs[-1]
    signed = len(last) <= _NAME and not any(line.rstrip().endswith(STOPS) for line in last)
    return len(paragraphs) > 1 and first[-1].rstrip().endswith(STOPS) and signed


def _opens_history(after: str) -> bool:
    return after.lstrip(EMPTY)[:1] in (HEADER, ATTRIBUTION)


def _signature(page: Page, index: int, end: int) -> str:
    """Return the lines below a rule, up to any history: names, numbers and addresses, or a notice."""
    after = page.letters[index + 1 : end]
    stop = next((at for at, each in enumerate(after) if each in (ATTRIBUTION, HEADER, QUOTE, DELIMITER)), len(after))
    return "\n".join(page.lines[index + 1 : index + 1 + stop]).strip()
