"""What is new in a mail's text, apart from quoted history and signature: whole lines, in their order, none changed."""

import re
from typing import NamedTuple

from channels.quote_lines import ATTRIBUTION, DELIMITER, EMPTY, HEADER, MOBILE, QUOTE, TEXT, classify
from channels.quote_words import BEGINS, BELOW, FORWARDS

LINES = 20_000
"""Lines that are told apart; of a longer text the rest counts as what its last line is."""

_PASSES = 8
_TAIL = 7
"""Lines of text after a quote that are no signature any more, but an answer below it."""
_GREETING = 4
"""Words before a quote that only greet: what stands after it is then the answer."""
_RULES = 30
"""Rules that are looked at: a text of more is a table, or made to keep us busy."""
_LONG_RULE = 5
_LONG_TAIL = 15
"""Lines of text after a long rule that are no signature or notice any more, but a part of what was written."""
_PARAGRAPHS = re.compile(r"\n\s*\n")
_STOPS = (".", "!", "?", "。", "！", "？", "।", "؟")
_NAME = 4
"""Lines that a name below a letter takes."""
_SIGNATURE_RULE = re.compile(r"\s*(?:--|—|–|__|—-|-—)\s*\Z")
_FENCE = re.compile(r"```\w{0,20}\s*\Z")
_BELOW = re.compile(BELOW, re.IGNORECASE)
_FORWARD_WITHIN = 4_000
_FORWARDED = re.compile(
    r"^[ \t>*]{0,4}(?:-{2,60}[ \t]{0,4}(?:" + FORWARDS + r")[ \t.:]{0,4}-{2,60}|(?:" + BEGINS + r")\s?[:：])",
    re.IGNORECASE | re.MULTILINE,
)
_FORWARDED_SUBJECT = re.compile(
    r"\s*(?:\[[^\]]{1,40}\]\s*)?(?:fwd?|wg|tr|rv|enc|vb|vl|vs|pd|doorst|fs|továbbítás|ilt|i̇lt|i|προώθ|πρθ|пересл"
    r"|пер|препр|fwd: fwd|הועבר|إعادة توجيه|转发|轉寄|転送|전달)\s?[:：]",
    re.IGNORECASE,
)
_PGP_HEAD = re.compile(r"\A\s*-----BEGIN PGP SIGNED MESSAGE-----[ \t]*\n(?:Hash: [^\n]{1,60}\n)?")
_PGP_TAIL = "-----BEGIN PGP SIGNATURE-----"
_UNSUBSCRIBE = re.compile(
    r"\n[ \t]*Unsubscribe: [^\n]{0,200}@[^\n]{0,200}(?:\n[^\n]{0,200}http[^\n]{0,500})?\s*\Z", re.IGNORECASE
)


class Split(NamedTuple):
    """The new text, and the signature that stood below it; the signature is empty where none was told apart."""

    new: str
    signature: str


def split(text: str, subject: str = "") -> Split:
    """Tell what is new in a text from its history and its signature; where all would go, all stays.

    What is forwarded is the message where the subject says so, or where hardly a word stands above it.
    """
    if not text.strip():
        return Split("", "")
    if _is_forwarded(text, subject):
        return Split(text.strip(), "")
    new, signature, settled = _trimmed(text)
    for _ in range(_PASSES):
        if settled:
            return Split(new, signature)
        again, _, settled = _trimmed(new)
        settled = settled or again == new
        new = again
    return Split(text.strip(), "")


def _is_forwarded(text: str, subject: str) -> bool:
    if _FORWARDED_SUBJECT.match(subject[:100]):
        return bool(_FORWARDED.search(text[:_FORWARD_WITHIN])) or HEADER in classify(text[:_FORWARD_WITHIN].split("\n"))
    match = _FORWARDED.search(text[:_FORWARD_WITHIN])
    return bool(match) and 0 < len(text[: match.start()].split()) < _GREETING if match else False


def _without_armour(text: str) -> str:
    """Leave out the lines that PGP and list servers put around a message."""
    if "-----BEGIN PGP" in text:
        text = _PGP_HEAD.sub("", text, count=1)
        text = text.partition("\n" + _PGP_TAIL)[0]
    return _UNSUBSCRIBE.sub("", text) if "nsubscribe: " in text[-1_500:] else text


def _trimmed(text: str) -> tuple[str, str, bool]:
    """Return what one pass leaves, the signature, and whether another pass would leave the same for sure."""
    bare = _without_armour(text)
    lines = (bare if bare.strip() else text).strip().split("\n")
    rest = lines[LINES:]
    page = _Page(lines[:LINES])
    for step in (
        _cut_signature,
        _drop_mobile,
        _answer_below,
        _cut_history,
        _drop_attributions,
        _cut_headers,
        _cut_quotes,
    ):
        step(page)
    new = "\n".join(page.lines + (rest if len(page.lines) == LINES else [])).strip()
    if not new:
        return text.strip(), "", True
    settled = not page.divided and set(page.letters) <= {TEXT, EMPTY} and _without_armour(new) == new
    return new, page.signature, settled


class _Page:
    """The lines that are left, and a letter for each of what it is."""

    __slots__ = ("divided", "letters", "lines", "signature")

    def __init__(self, lines: list[str]) -> None:
        self.lines = lines
        self.letters = _with_code_as_text(lines, classify(lines))
        self.signature = ""
        self.divided = False

    def cut(self, index: int) -> None:
        """Keep what stands before this line."""
        del self.lines[index:]
        self.letters = self.letters[:index]

    def drop(self, letter: str) -> None:
        """Take out every line of a sort."""
        if letter in self.letters:
            self.lines[:] = [line for line, each in zip(self.lines, self.letters, strict=True) if each != letter]
            self.letters = self.letters.replace(letter, "")


def _with_code_as_text(lines: list[str], letters: str) -> str:
    """Take everything between fences for text: in what was pasted, marks mean something else."""
    fences = [index for index, line in enumerate(lines) if line.startswith("```") and _FENCE.match(line)]
    for begin, end in zip(fences[::2], fences[1::2], strict=False):
        letters = letters[:begin] + TEXT * (end + 1 - begin) + letters[end + 1 :]
    return letters


def _cut_signature(page: _Page) -> None:
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
            page.signature = _signature(page, index)
            page.cut(index)
            return
        index = page.letters.find(DELIMITER, index + 1)


def _divides(page: _Page, index: int, after: str) -> bool:
    """Whether the lines after a rule go on with what stands before it."""
    line = page.lines[index]
    if TEXT not in page.letters[:index] and QUOTE not in page.letters[:index]:
        return TEXT in after and not _opens_history(after)
    if _SIGNATURE_RULE.match(line):
        return False
    text = after[: next((at for at, each in enumerate(after) if each in (ATTRIBUTION, HEADER)), len(after))]
    if len(line.strip()) < _LONG_RULE:
        return False
    return text.count(TEXT) > _LONG_TAIL or _goes_on(page.lines[index + 1 : index + 1 + min(len(text), 5 * _LONG_TAIL)])


def _goes_on(lines: list[str]) -> bool:
    """Whether lines below a rule are the rest of a letter: sentences first, and a name, not a notice, at the end."""
    paragraphs = [each.split("\n") for each in _PARAGRAPHS.split("\n".join(lines).strip())]
    first, last = paragraphs[0], paragraphs[-1]
    signed = len(last) <= _NAME and not any(line.rstrip().endswith(_STOPS) for line in last)
    return len(paragraphs) > 1 and first[-1].rstrip().endswith(_STOPS) and signed


def _opens_history(after: str) -> bool:
    return after.lstrip(EMPTY)[:1] in (HEADER, ATTRIBUTION)


def _signature(page: _Page, index: int) -> str:
    """Return the lines below a rule, up to any history: names, numbers and addresses, or a notice."""
    after = page.letters[index + 1 :]
    end = next((at for at, each in enumerate(after) if each in (ATTRIBUTION, HEADER, QUOTE, DELIMITER)), len(after))
    return "\n".join(page.lines[index + 1 : index + 1 + end]).strip()


def _drop_mobile(page: _Page) -> None:
    if MOBILE in page.letters and TEXT in page.letters:
        page.drop(MOBILE)


def _answer_below(page: _Page) -> None:
    """Keep only the answer where the whole history stands above it."""
    if not page.letters.startswith(ATTRIBUTION):
        return
    below = len(page.letters.rstrip(TEXT + EMPTY))
    start = page.letters.find(TEXT, below)
    if start > 0 and QUOTE in page.letters and TEXT not in page.letters[:below]:
        del page.lines[:start]
        page.letters = page.letters[start:]


def _cut_history(page: _Page) -> None:
    """Cut at the attribution that opens the history: after it comes no quote, or quotes and at most a signature."""
    last_quote = page.letters.rfind(QUOTE)
    _cut_before(page, _OPENED.search(page.letters, last_quote + 1))
    tail = len(page.letters.rstrip(TEXT + EMPTY))
    history = len(page.letters[:tail].rstrip(EMPTY + QUOTE + ATTRIBUTION + HEADER))
    opened = _OPENED.match(page.letters, history - 1) if history else None
    if not opened or _is_answered(page, opened.end() - 1, tail):
        return
    if _only_greets(page, opened.end() - 1) and TEXT in page.letters[tail:]:
        # The quote stands between a greeting and the answer: both are new.
        del page.lines[opened.start() + 1 : tail]
        page.letters = page.letters[: opened.start() + 1] + page.letters[tail:]
        return
    _cut_before(page, opened)


_OPENED = re.compile(f"{TEXT}{EMPTY}*{ATTRIBUTION}")


def _cut_before(page: _Page, opened: re.Match[str] | None) -> None:
    if opened:
        page.cut(opened.start() + 1)


def _is_answered(page: _Page, attribution: int, tail: int) -> bool:
    """Whether what stands after the last quote answers it, rather than being a signature below it."""
    below = page.letters[tail:].count(TEXT)
    if not below:
        return False
    after = page.letters[attribution:].lstrip(ATTRIBUTION)
    above = _above(page, attribution)
    return below >= _TAIL or after.startswith(QUOTE) or bool(_BELOW.search(above[:2_000]))


def _only_greets(page: _Page, attribution: int) -> bool:
    return len(_above(page, attribution).split()) < _GREETING


def _above(page: _Page, attribution: int) -> str:
    lines = zip(page.lines[:attribution], page.letters, strict=False)
    return " ".join(line for line, letter in lines if letter == TEXT)


def _drop_attributions(page: _Page) -> None:
    page.drop(ATTRIBUTION)


def _cut_headers(page: _Page) -> None:
    """Cut at a block of headers below text; one above all text is only taken out: the rest was forwarded."""
    text = page.letters.find(TEXT)
    block = page.letters.find(HEADER, text + 1) if text >= 0 else -1
    if block >= 0:
        page.cut(block)
    page.drop(HEADER)


def _cut_quotes(page: _Page) -> None:
    """Cut the quotes below the last line of text."""
    if TEXT in page.letters:
        page.cut(len(page.letters.rstrip(EMPTY + QUOTE)))
