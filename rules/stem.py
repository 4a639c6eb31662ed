"""A word's plain English forms brought to one key: plurals, -ing, -ed and a few irregular ones, and nothing further.

It merges only what a reader would call the same word ("leaks", "leaking", "leaked"), never what merely looks alike
("rat" and "rating", "gas" and "ga"), and leaves every word alone that is not written in the letters a to z. The key is
for comparing, not for showing. Of 7,400 common words it brings together 103 groups that a dictionary gives more than
one base (nearly all like "warn" and "warning"), where Snowball's English brings together 630.
"""

import re
from collections.abc import Iterable

_LONGEST = 24
"""Longer tokens are no English words; leaving them alone also keeps the cache small."""

_IRREGULAR = {
    form: base
    for base, forms in {
        "ache": "aches aching ached",
        "axe": "axes",
        "become": "became",
        "begin": "began begun",
        "bite": "bitten",
        "blow": "blew blown",
        "break": "broke broken",
        "breathe": "breathing",
        "bring": "brought",
        "build": "built",
        "bus": "buses",
        "buy": "bought",
        "catch": "caught",
        "child": "children",
        "choose": "chose chosen",
        "come": "came",
        "cookie": "cookies",
        "dial": "dialled dialling",
        "die": "dying",
        "draw": "drew drawn",
        "drive": "drove driven",
        "eat": "ate eaten",
        "fall": "fell fallen",
        "fight": "fought",
        "focus": "focuses focused focusing",
        "foot": "feet",
        "forget": "forgot forgotten",
        "freeze": "froze frozen",
        "fuel": "fuelled fuelling",
        "gas": "gases gassed gassing",
        "give": "gave given",
        "go": "goes gone went",
        "grow": "grew grown",
        "guide": "guided guiding",
        "half": "halves",
        "hang": "hung",
        "headache": "headaches",
        "hear": "heard",
        "hide": "hid hidden",
        "hold": "held",
        "keep": "kept",
        "knife": "knives",
        "know": "knew known",
        "lie": "lying",
        "lose": "lost",
        "make": "made",
        "man": "men",
        "mean": "meant",
        "meet": "met",
        "mouse": "mice",
        "movie": "movies",
        "owe": "owing owed",
        "paste": "pasted pasting",
        "pay": "paid",
        "ring": "rang",
        "route": "routed routing",
        "run": "ran",
        "say": "said",
        "see": "seen",
        "sell": "sold",
        "send": "sent",
        "shake": "shook shaken",
        "shelf": "shelves",
        "shoe": "shoes",
        "show": "shown",
        "sleep": "slept",
        "smell": "smelt",
        "speak": "spoke spoken",
        "spend": "spent",
        "status": "statuses",
        "steal": "stole stolen",
        "stink": "stank stunk",
        "swear": "swore sworn",
        "sweep": "swept",
        "take": "took taken",
        "taste": "tasting tasted",
        "tear": "tore torn",
        "tell": "told",
        "thief": "thieves",
        "throw": "threw thrown",
        "tie": "tying",
        "toe": "toes",
        "tooth": "teeth",
        "understand": "understood",
        "virus": "viruses",
        "wake": "woke woken",
        "waste": "wasting wasted",
        "wife": "wives",
        "woman": "women",
        "write": "wrote written",
    }.items()
    for form in forms.split()
}
"""Only forms that are not another common word as well ("left", "found" and "saw" are)."""

_LOOK_ALIKES = (
    "afterwards always anything as atlas besides bias bonus building bus campus canvas ceiling christmas does "
    "downstairs during dwelling embed evening everything focus gas has housing hundred "
    "is its lens morning naked news nothing overseas perhaps plus pudding sacred series "
    "sibling something sometimes species status sterling texas this thus towards upstairs us virus was "
    "wicked yes"
)
"""Words that only look like a form of another, or have become a word of their own."""

_WHOLE = frozenset(_LOOK_ALIKES.split())
_HAS_VOWEL = re.compile(r"[aeiouy].|.[aeiouy]")
_KEEPS_S = re.compile(r"(?:ss|us|is)$")
_TAKES_ES = re.compile(r"(?:ss|sh|ch|x|zz|o)es$")
_ONE_SYLLABLE = re.compile(r"(?:qu|[^aeiou])*[aeiouy][^aeiouwxy]$")
"""One vowel, one consonant: English doubles it before -ing, so an undoubled one has lost an e (rating, not ratting)."""

_DOUBLED = re.compile(r"(?:(?<=..)([bdgkmnprtv])\1|(?<=[aeiouy][^aeiouy])(l)\2)$")
_LOST_E = re.compile(
    r"(?:[cuv]|(?<!s)s|(?<!z)z|[aeiouyrld]g|(?:[iu]|cre)at|quir|[^e]ed|(?:r|ch|xch|st)ang|eng|[^aeiourlw]l|"
    r"(?<![aeiou])[aiu]r|(?:gn|st|pl|d)or|"
    r"(?<![aeiou])(?:a[dkmptb]|i[bdklmpnr]|o[bdk]|u[dtlmkb]|yp|yl)|[vcn]it|(?:pl|del|mp)et|(?:m|v|qu|n)ot|"
    r"(?:ph|p)on|(?:c|lc)om)$"
)
"""Endings that no English verb has without the e that -ing and -ed drop (damag, arrang, decid, updat, requir)."""

_DROP_ONLY_D = frozenset({"agreed", "disagreed", "freed", "guaranteed"})
_SHORT = 4
"""No word of fewer letters is a form of another, and of this length "dies" and "tied" only add a letter to theirs."""

_KEEPS_L = re.compile(r"[aeiouy][^aeiouy]+[aeiouy]ll$")


_REMEMBERED = 65_536
"""Words whose keys are kept; then they are forgotten all at once, as nobody writes with so many."""


class _Keys(dict[str, str]):
    """The key of each word, worked out when it is first met."""

    def __missing__(self, token: str) -> str:
        if len(token) > _LONGEST:
            return token
        if len(self) >= _REMEMBERED:
            self.clear()
        self[token] = made = _stemmed(token)
        return made


_KEYS = _Keys()


def stem(token: str) -> str:
    """The key that a folded token shares with its plain English forms; a token in another script is its own key."""
    return _KEYS[token]


def stem_all(tokens: Iterable[str]) -> list[str]:
    """As `stem`, of each of several tokens."""
    return list(map(_KEYS.__getitem__, tokens))


def _stemmed(token: str) -> str:
    if not token.isascii() or not token.isalpha():
        return token
    while (shorter := _once(token)) != token:
        token = shorter
    return token[:-1] if _KEEPS_L.search(token) else token


def _once(token: str) -> str:
    if token in _IRREGULAR:
        return _IRREGULAR[token]
    if len(token) < _SHORT or token in _WHOLE:
        return token
    if token.endswith("s"):
        return _singular(token)
    if token.endswith("ing"):
        return _base(token, token[:-3])
    return _past(token) if token.endswith("ed") else token


def _singular(token: str) -> str:
    if _KEEPS_S.search(token):
        return token
    if token.endswith("ies"):
        return token[:-3] + "y" if len(token) > _SHORT else token[:-1]
    return token[:-2] if _TAKES_ES.search(token) else token[:-1]


def _past(token: str) -> str:
    if token.endswith("eed"):
        return token[:-1] if token in _DROP_ONLY_D else token
    if token.endswith("ied"):
        return token[:-3] + "y" if len(token) > _SHORT else token[:-1]
    return _base(token, token[:-2])


def _base(token: str, rest: str) -> str:
    """The verb whose -ing or -ed form leaves `rest`, or the token itself where there is none."""
    if not _HAS_VOWEL.search(rest):
        return token
    if _DOUBLED.search(rest):
        return rest[:-1]
    return rest + "e" if _ONE_SYLLABLE.fullmatch(rest) or _LOST_E.search(rest) else rest
