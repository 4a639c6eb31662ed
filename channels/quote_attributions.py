"""Attributions: the line or lines before a quoted message that say who wrote it, and when."""

import re

from channels import quote_words

LONGEST = 400
"""Characters of a line that are looked at: no attribution, label or signature line is longer."""
_SHORT = 150
"""Characters of an attribution that is no more than a name, a verb and perhaps a date."""

_AT_END = " \t\xa0.:：>-–*"
_COLONS = frozenset(":：؛")
_MAY_BE_VERBS = frozenset(re.findall("[a-z]+", quote_words.VERBS))
"""Every word that a verb in plain letters can end with, and some others: looking one up is cheap."""
_VERB_ENDS = re.compile(r"(?:" + quote_words.VERBS + r")\Z", re.IGNORECASE)
_MARKS = "\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
"""What turns the direction of writing, and is not to be seen."""
_DIRECTIONS = dict.fromkeys(map(ord, _MARKS))
_BEFORE = " \t\xa0<>|*-–—_" + _MARKS
_START = re.compile(r"(?:" + quote_words.STARTS + r")(?:\b|(?=[\d\s]))", re.IGNORECASE)
_VERB = re.compile(r"(?<![\w./@-])(?:" + quote_words.VERBS + r")(?![\w@/])", re.IGNORECASE)
_CJK_VERB = re.compile(r"写道|寫道|写到|のメッセージ|のメール|さんは書きました|작성|쓴\s*글|เขียน")
_DATE = re.compile(
    r"(?<![\d/])\d{4}(?:[-/.年]|\b)|\d{1,2}[-./]\d{1,2}[-./]\d{2,4}|\d{1,2}\s?[:.hH時时]\s?\d{2}|\d{1,2}月\s?\d{1,2}"
    r"|\d{1,2}월"
    r"|\b\d{1,2}(?:st|nd|rd|th|\.)?[\s-](?:de |d')?[^\W\d_]{3,12}\b|\b[^\W\d_]{3,12}\.?\s\d{1,2}\b"
)
_DATE_FIRST = re.compile(
    r"(?:[^\W\d_]{2,15}[.,]{0,2}\s{1,3}"
    r"|[^\W\d_]{2,15}[.,])?(?:[^\W\d_]{1,4}\s)?(?:\d{1,2}[-./]\d{1,2}[-./]\d{2,4}|\d{4}[-./年]\s?\d{1,2}"
    r"|\d{4}\.?\s(?:m\. ?|года? )?[^\W\d_]{3,12}\.?\s\d{1,2}"
    r"|\d{1,2}:\d{2}"
    r"|\d{1,2}(?:st|nd|rd|th|\.|-ro|-го)?[\s,]{0,2}(?:de |d'|tháng )?[^\W\d_]{3,12}\.?,?\s(?:de )?(?:del? )?\d{4}"
    r"|[^\W\d_]{3,12}\.?\s\d{1,2}(?:st|nd|rd|th)?,?\s\d{4})"
)
_ADDRESS = re.compile(r"[\w.+'=&#-]{1,100}@[\w.-]{1,200}[\w]|<[^<>@\s]{1,60}>|\[mailto:", re.IGNORECASE)
_ENDS_WITH_ADDRESS = re.compile(r"<\s?(?:mailto:)?[^@<>\s]{1,100}@[^@<>\s]{1,200}>\s?[:：]?\s*\Z")
_QUOTING = re.compile(r"(?:quoting|citing|zitat von|selon|citando|citat) .{1,100}<", re.IGNORECASE)
_VIA = re.compile(r".{1,80} via .{1,80}\Z", re.IGNORECASE)
_WROTE_ON = re.compile(
    r"(?:wrote\s{1,3}on|schrieb\s{1,3}am|a écrit\s{1,3}le|écrivait\s{1,3}le|skrev\s{1,3}den|schreef\s{1,3}op"
    r"|escribió\s{1,3}el|escreveu\s{1,3}em|napisał\(?a?\)?\s{1,3}dnia)\b",
    re.IGNORECASE,
)
_ISO = re.compile(r"\d{4}-\d\d-\d\d \d\d?:\d\d GMT[+-]\d\d:\d\d [\w .'’-]{1,80}\Z")
_POSTED = re.compile(r"posted by .{1,80} on \d{1,2}/\d{1,2}/\d{4}\Z", re.IGNORECASE)
_IMAGE = re.compile(r"<img\b", re.IGNORECASE)


_BEGINS_WITHIN = re.compile(
    r"[\w.!?,;)…][\s-]{1,6}(?:On|Am|Le|El|Il|Em|Op|Dnia|Den) [^\W\d_]{2,12}[.,]{1,2} ?[^\W\d_]{0,12}\.? ?\d"
)
"""An attribution that begins behind other words of its line: what somebody wrote stands there too."""
_VERB_AT_END = re.compile(
    r"(?:(?<![\w./@-])(?:" + quote_words.VERBS + r")|写道|寫道|写到|のメッセージ|のメール|작성)\Z", re.IGNORECASE
)


def may_end(line: str) -> bool:
    """Whether an attribution can end with this line."""
    if len(line) > LONGEST:
        return False
    bare = line.rstrip(" \t\xa0-–*\u200e\u200f\u202a\u202c\u2069")
    if bare[-1:] == ">":
        return "@" in bare or bare.rstrip("> ").endswith(("wrote:", "schrieb:"))
    if bare[-1:] in _COLONS:
        return True
    if not bare[-1:].isalpha() and bare[-1:] not in ").":
        return False
    last = bare.rstrip(_AT_END).rpartition(" ")[2]
    if last.isascii() and last.lower() not in _MAY_BE_VERBS:
        return False
    return bool(_VERB_ENDS.search(last[-40:]))


def may_begin(line: str) -> bool:
    """Whether an attribution that goes on in further lines can begin with this one."""
    text = unquoted(line)
    if _DATE_FIRST.match(text) or (_START.match(text) and _DATE.search(text)):
        return True
    return bool(_ADDRESS.search(text) and _VERB.search(text))


def has_date_and_address(line: str) -> bool:
    """Whether a line names a date and an address, as most of an attribution does."""
    return bool(_DATE.search(line) and _ADDRESS.search(line))


def unquoted(line: str) -> str:
    """Return a line without the marks of quotes, rules and bold print before it."""
    bare = line.lstrip(_BEFORE).rstrip()
    return bare if bare.isascii() else bare.translate(_DIRECTIONS)


def is_alone(text: str) -> bool:
    """Whether a line is an attribution of those that have no colon at their end."""
    if not (text[:1].isdigit() or text[:1] in "pP") or not text[-1:].isalnum():
        return False
    return bool(_ISO.match(text) or _POSTED.match(text))


def is_attribution(text: str, *, followed: bool) -> bool:
    """Whether a text, its lines joined, says who wrote what follows: a date, a name or an address, a verb, a colon.

    `followed` is whether a quote stands below: then less is enough.
    """
    if len(text) > 2 * LONGEST or _IMAGE.search(text):
        return False
    dated, colon = bool(_DATE.search(text)), text.rstrip(" >-–*").endswith((":", "：", "؛"))
    if _ENDS_WITH_ADDRESS.search(text) and _is_dated(text, dated=dated, colon=colon, followed=followed):
        return True
    if _VERB.search(text) or _CJK_VERB.search(text):
        return _with_verb(text, dated=dated, colon=colon, followed=followed)
    return colon and followed and dated and bool(_ADDRESS.search(text) or _DATE_FIRST.match(text) or _START.match(text))


def _is_dated(text: str, *, dated: bool, colon: bool, followed: bool) -> bool:
    if _DATE_FIRST.match(text) or _QUOTING.match(text):
        return True
    return dated and colon and (followed or bool(_START.match(text)))


def _with_verb(text: str, *, dated: bool, colon: bool, followed: bool) -> bool:
    core = text.rstrip(" .:：>-–*؛")
    at_end = bool(_VERB_AT_END.search(core))
    if not (colon or at_end):
        return False
    address = bool(_ADDRESS.search(text))
    if _DATE_FIRST.match(text) or (_START.match(text) and (dated or address)) or (_WROTE_ON.search(text) and dated):
        return True
    if (address or _VIA.search(core)) and not _BEGINS_WITHIN.search(text) and (at_end or followed or dated):
        return True
    return followed and (dated or at_end) and len(text) < _SHORT and not _BEGINS_WITHIN.search(text)
