"""The words that stand where a number should be, or beside one: that it is withheld, and what sort of number it is."""

import re
from typing import Final

_WITHHELD: Final = frozenset(
    {"anonymous", "anon", "withheld", "restricted", "private", "blocked", "unavailable", "unknown", "hidden", "none"}
    | {"null", "nil", "undefined", "undisclosed", "n/a", "na", "o", "p", "out of area", "international", "overseas"}
    # Why a network gives no number, as it says so where there is a display.
    | {"payphone", "pay phone", "coinphone", "coin line/payphone", "call box", "operator", "service unavailable"}
    | {"interaction with other service", "interaction between services"}
    # What handsets and networks elsewhere say.
    | {"anonym", "unbekannt", "unterdrückt", "privat", "anonyme", "inconnu", "masqué", "privé", "numéro masqué"}
    | {"anonimo", "anónimo", "desconocido", "privado", "oculto", "número oculto", "sconosciuto", "privato"}
    | {"numero privato", "anoniem", "onbekend", "geheim", "ukendt", "skjult", "okänd", "dold", "hemligt nummer"}
    | {"nieznany", "prywatny", "numer prywatny", "zastrzeżony", "anonimowy", "неизвестно", "скрыт", "未知", "私人"}
    # The same words as keys of a telephone, which is how some carriers send them.
    | {"266696687", "7378742833", "2562533", "8656696", "86282452253", "464"}
)
_PHRASES: Final = re.compile(
    r"(?:caller|number|name|cli|id|identity|private|no|not|withheld|unknown|known|hidden|anonymous|blocked|restricted"
    r"|unavailable|provided|available|supplied|disclosed|[\s,._-])+"
)
_ANONYMOUS_HOST: Final = ".invalid"

_WORD: Final = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?")
_LABELS: Final = frozenset(
    _WORD.findall(
        "a after app at call cell contact direct evening evenings fax facetime for h home house landline line m me "
        "message minicom mms mob mobile my no num number office on only or out p ph phone please relay ring sms smsto "
        "t tel telephone text textphone the their this tty typetalk us use via viber w whatsapp work workplace is "
        "it's its signal alt alternative alternatively daytime night nights"
    )
)


def is_withheld(text: str) -> bool:
    """Whether a text, or the user of an address, says that there is no number to show; nothing at all says so too."""
    bare = text.casefold().partition("@")[0].partition(";")[0].strip(" \"'()<>[].+").removesuffix(_ANONYMOUS_HOST)
    return not text or text == "-" or {bare, bare.lstrip("0")} & _WITHHELD != set() or bool(_PHRASES.fullmatch(bare))


def named(text: str) -> str:
    """What was written beside a number, if it may be a name: not what only says what sort of number it is."""
    words = [word.casefold() for word in _WORD.findall(text)]
    return "" if all(word in _LABELS for word in words) else text
