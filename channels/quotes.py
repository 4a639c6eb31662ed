"""What is new in a mail's text, apart from quoted history and signature: whole lines, in their order, none changed."""

import re
from typing import NamedTuple

from channels import quote_marks
from channels.quote_lines import ATTRIBUTION, EMPTY, HEADER, MOBILE, QUOTE, TEXT, classify
from channels.quote_page import STOPS, Page
from channels.quote_rules import cut_signature
from channels.quote_words import BEGINS, BELOW, FORWARDS

LINES = 20_000
"""Lines that are told apart; of a longer text the rest counts as what its last line is."""

_PASSES = 8
_TAIL = 4
"""Lines of text after a quote that may be a signature, where none of them is a sentence."""
_SENTENCE = 4
"""Words in a line of a signature, at most."""
_GREETING = 4
"""Words before a quote that only greet: what stands after it is then the answer."""
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
_ADDRESS_OR_TIME = re.compile(r"@|\d:\d\d|[<>]|--")
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
    lines = quote_marks.apart((bare if bare.strip() else text).strip().split("\n"))
    rest = lines[LINES:]
    page = Page(lines[:LINES])
    for step in (
        cut_signature,
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


def _drop_mobile(page: Page) -> None:
    if MOBILE in page.letters and TEXT in page.letters:
        page.drop(MOBILE)


def _answer_below(page: Page) -> None:
    """Keep only the answer where the whole history stands above it."""
    if not page.letters.startswith(ATTRIBUTION):
        return
    below = len(page.letters.rstrip(TEXT + EMPTY))
    start = page.letters.find(TEXT, below)
    if start > 0 and QUOTE in page.letters and TEXT not in page.letters[:below]:
        del page.lines[:start]
        page.letters = page.letters[start:]


def _cut_history(page: Page) -> None:
    """Cut at the attribution that opens the history: after it comes no quote, or quotes and at most a signature."""
    last_quote = page.letters.rfind(QUOTE)
    _cut_before(page, _OPENED.search(page.letters, last_quote + 1))
    tail = len(page.letters.rstrip(TEXT + EMPTY))
    history = len(page.letters[:tail].rstrip(EMPTY + QUOTE + ATTRIBUTION + HEADER))
    opened = _OPENED.match(page.letters, history - 1) if history else None
    if not opened:
        return
    after = page.letters[opened.end() :].lstrip(ATTRIBUTION)
    if _only_greets(page, opened.end() - 1) and TEXT in page.letters[tail:] and not after.startswith(QUOTE):
        # The quote stands between a greeting and the answer: both are new.
        del page.lines[opened.start() + 1 : tail]
        page.letters = page.letters[: opened.start() + 1] + page.letters[tail:]
    elif not _is_answered(page, opened.end() - 1, tail):
        _cut_before(page, opened)


_OPENED = re.compile(f"{TEXT}{EMPTY}*{ATTRIBUTION}")


def _cut_before(page: Page, opened: re.Match[str] | None) -> None:
    if opened:
        page.cut(opened.start() + 1)


def _is_answered(page: Page, attribution: int, tail: int) -> bool:
    """Whether what stands after the last quote answers it, rather than being a signature below it."""
    below = [line for line, letter in zip(page.lines[tail:], page.letters[tail:], strict=True) if letter == TEXT]
    if not below:
        return False
    after = page.letters[attribution:].lstrip(ATTRIBUTION)
    above = _above(page, attribution)
    return after.startswith(QUOTE) or not _is_signed(below) or bool(_BELOW.search(above[:2_000]))


def _is_signed(lines: list[str]) -> bool:
    """Whether lines are a name with what belongs to it: several, each short, and no sentence."""
    return 1 < len(lines) <= _TAIL and not any(
        line.rstrip().endswith(STOPS) or len(line.split()) > _SENTENCE for line in lines
    )


def _only_greets(page: Page, attribution: int) -> bool:
    return len(_above(page, attribution).split()) < _GREETING


def _above(page: Page, attribution: int) -> str:
    lines = zip(page.lines[:attribution], page.letters, strict=False)
    return " ".join(line for line, letter in lines if letter == TEXT)


def _drop_attributions(page: Page) -> None:
    """Leave out what announces a quote; before all text, without a quote, an address or a time, somebody says it."""
    first = page.letters.find(ATTRIBUTION)
    said = page.letters[: first + 2].strip(EMPTY) == ATTRIBUTION + TEXT and QUOTE not in page.letters
    if first >= 0 and said and not _ADDRESS_OR_TIME.search(page.lines[first]):
        page.letters = page.letters.replace(ATTRIBUTION, TEXT, 1)
    page.drop(ATTRIBUTION)


def _cut_headers(page: Page) -> None:
    """Cut at a block of headers below text; one above all text is only taken out: the rest was forwarded."""
    text = page.letters.find(TEXT)
    block = page.letters.find(HEADER, text + 1) if text >= 0 else -1
    if block >= 0:
        page.cut(block)
    page.drop(HEADER)


def _cut_quotes(page: Page) -> None:
    """Cut the quotes below the last line of text."""
    if TEXT in page.letters:
        page.cut(len(page.letters.rstrip(EMPTY + QUOTE)))
