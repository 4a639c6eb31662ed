"""The `calls` and `mailboxes` sections: what a caller to our numbers hears, and what each mailbox stands for."""

from typing import Any, Final

from rules.model import CallFlow, MenuOption
from rules.nodes import Map, Node, Scalar, quoted
from rules.points import is_email, phone
from rules.reading import Reading, Slot, many, name_of, record, text, whole, wrong

MENU_KEYS: Final = (*"1234567890", "*", "#")


def read_calls(reading: Reading, node: Node) -> CallFlow:
    """The `calls` section."""
    return CallFlow(**record(reading, node, _CALLS, "`calls`"))


def read_mailbox(reading: Reading, key: Scalar, node: Node) -> dict[str, str]:
    """What one of our mailboxes stands for; the key is its address."""
    if not is_email(key.value):
        hint = "write it as name@landlord.example"
        reading.findings.error(key.mark, f"{quoted(key.value)} is no email address", hint)
    what = f"mailbox {quoted(key.value)}"
    values = record(reading, node, _GOES_TO | {"name": Slot(text)}, what, key.mark)
    _not_both(reading, key, what, values)
    return {name: value for name, value in values.items() if value}


def _menu(reading: Reading, node: Node) -> tuple[MenuOption, ...] | None:
    if not isinstance(node, Map):
        wrong(reading, node, "a menu by keys", 'such as {"1": {says: For repairs, team: repairs}}')
        return None
    return tuple(_option(reading, key, value) for key, value in node.entries)


def _option(reading: Reading, key: Scalar, node: Node) -> MenuOption:
    what = f"menu key {quoted(key.value)}"
    if key.value not in MENU_KEYS:
        reading.findings.error(key.mark, f"no telephone has the key {quoted(key.value)}", "use 0 to 9, * or #")
    says = {"says": Slot(text, "", required="write what the caller hears")}
    values = record(reading, node, says | _GOES_TO, what, key.mark)
    _not_both(reading, key, what, values)
    if isinstance(node, Map) and not {"journey", "team"} & {name.value for name, _ in node.entries}:
        reading.findings.error(key.mark, f"{what} leads nowhere", "give it a `journey` or a `team`")
    return MenuOption(key=key.value, **values)


def _not_both(reading: Reading, key: Scalar, what: str, values: dict[str, Any]) -> None:
    if values["journey"] and values["team"]:
        hint = "keep the journey: its team follows from it"
        reading.findings.error(key.mark, f"{what} has a `journey` and a `team`", hint)


_GOES_TO: Final = {"journey": Slot(name_of("journey")), "team": Slot(name_of("team"))}
_CALLS: Final = {
    "numbers": Slot(many(phone), (), required="list the numbers that are ours"),
    "greeting": Slot(text, "", required="write what a caller hears first"),
    "menu": Slot(_menu, ()),
    "wait_seconds": Slot(whole(least=1, most=60), 8),
    "closed": Slot(text, "The team that you need is closed now. We have noted your call."),
    "connecting": Slot(text, "We are putting you through now."),
    "fallback_number": Slot(phone, "", required="give the number of a person who answers whatever happens"),
    "voice": Slot(text, ""),
    "language": Slot(text, "en-GB"),
}
