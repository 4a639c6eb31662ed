"""The `journeys` and `questions` sections: types of enquiry, and what is asked at first contact."""

from typing import Final

from rules.landlord import Journey, Step
from rules.model import Priority
from rules.nodes import Node, Scalar, quoted
from rules.read_messages import names
from rules.reading import Reading, Slot, flag, many, name_of, one_of, part, record, span, table, text, texts


def read_journey(reading: Reading, key: Scalar, node: Node) -> Journey:
    """One journey."""
    values = record(reading, node, _JOURNEY, f"journey {quoted(key.value)}", key.mark)
    hub = values.pop("hub")
    return Journey(**values, key=key.value, mark=key.mark, hub_can_resolve=hub["can_resolve"], script=hub["script"])


def priority(reading: Reading, node: Node) -> Priority | None:
    """How soon."""
    found: str | None = one_of(tuple(Priority), "priority")(reading, node)
    return Priority(found) if found else None


def read_question(reading: Reading, _key: Scalar, node: Node) -> str:
    """One question to ask at first contact."""
    return text(reading, node) or ""


def _step(reading: Reading, node: Node) -> Step:
    return Step(**record(reading, node, _STEP, "a step"))


_STEP: Final = {
    "does": Slot(text, "", required="say what is done"),
    "team": Slot(name_of("team"), "", required="name the team that does it"),
    "within": Slot(span),
}
_HUB: Final = {"can_resolve": Slot(flag, default=False), "script": Slot(text, "")}
_JOURNEY: Final = {
    "name": Slot(text, "", required="write what people call it"),
    "team": Slot(name_of("team"), "", required="name the team that has it when no rule says otherwise"),
    "priority": Slot(priority, Priority.NORMAL),
    "words": Slot(texts, ()),
    "phrases": Slot(texts, ()),
    "ask": Slot(many(name_of("question")), ()),
    "hub": Slot(part(_HUB, "what the hub can do"), {"can_resolve": False, "script": ""}),
    "steps": Slot(many(_step), ()),
    "timescales": Slot(table(span, "timescales by name"), {}),
    "message": Slot(name_of("message")),
    "names": Slot(names, {}),
    "said_aloud": Slot(text, ""),
}
