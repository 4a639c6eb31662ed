"""Examples of a rule: a contact, as far as it matters, that the rule decides or (`not: true`) does not."""

from datetime import UTC, datetime, time
from typing import Any, Final

from rules.fields import FIELDS, Field, FieldType
from rules.model import Example, FactValue
from rules.nodes import Map, Node, Scalar, Seq, quoted
from rules.operands import operand
from rules.reading import Reading, flag, many, text, wrong

_OWN: Final = ("says", "at", "not")
_GIVEN: Final = tuple(name for name, field in FIELDS.items() if not field.moment)
_MORNING: Final = time(10)
_YEARS: Final = (1970, 2200)


def read_example(reading: Reading, node: Node) -> Example | None:
    """One example: any fields of a contact beside says, at and not."""
    if not isinstance(node, Map) or not node.entries:
        wrong(reading, node, "an example", "such as {channel: phone, says: I can smell gas}")
        return None
    facts: dict[str, FactValue] = {}
    own: dict[str, Any] = {}
    for key, value in node.entries:
        if key.value in _OWN:
            own[key.value] = _READERS[key.value](reading, value)
        elif key.value in _GIVEN:
            _add_fact(reading, facts, FIELDS[key.value], value)
        else:
            _refuse(reading, key)
    if "says" in own and "text" in facts:
        reading.findings.error(node.mark, "an example with `says` and `text`", "keep `says`: it is the text")
    return Example(facts, own.get("says"), own.get("at"), bool(own.get("not")), node.mark)


def _add_fact(reading: Reading, facts: dict[str, FactValue], field: Field, node: Node) -> None:
    """Add what the contact has in this field."""
    if field.type is FieldType.SET:
        facts[field.name] = _members(reading, field, node)
        return
    value = operand(reading, field, node)
    if value is not None:
        facts[field.name] = value


def _members(reading: Reading, field: Field, node: Node) -> frozenset[str]:
    """The members of a set; an empty list says that there are known to be none."""
    if isinstance(node, Seq) and not node.items:
        return frozenset()
    return frozenset(many(lambda reading, each: operand(reading, field, each))(reading, node) or ())


def _refuse(reading: Reading, key: Scalar) -> None:
    if key.value in FIELDS:
        hint = "give the moment with `at: 2026-12-25 03:00`"
        reading.findings.error(key.mark, f"{key.value} follows from the moment of the contact", hint)
    else:
        message = f"an example has no key {quoted(key.value)}"
        reading.findings.unknown(key.mark, message, key.value, (*_OWN, *_GIVEN))


def _moment(reading: Reading, node: Node) -> datetime | None:
    """A local date and time; a date alone is taken at ten in the morning."""
    if isinstance(node, Scalar):
        try:
            moment = datetime.fromisoformat(node.value.strip())
        except ValueError:
            pass
        else:
            if moment.tzinfo is None and _YEARS[0] <= moment.year <= _YEARS[1]:
                alone = len(node.value.strip()) <= len("2026-12-25")
                return _on_the_clock(reading, node, datetime.combine(moment, _MORNING) if alone else moment)
    wrong(reading, node, "a local date and time", "such as 2026-12-25 03:00")
    return None


def _on_the_clock(reading: Reading, node: Scalar, moment: datetime) -> datetime:
    """The moment in the landlord's zone; reported where its clocks never show it, as they go forward over it."""
    local = moment.replace(tzinfo=reading.zone)
    if local.astimezone(UTC).astimezone(reading.zone).replace(tzinfo=None) != moment:
        message = f"no clock shows {moment:%H:%M} on {moment.day} {moment:%B %Y}"
        reading.findings.error(node.mark, message, "the clocks go forward then: take a later time")
    return local


_READERS: Final = {"says": text, "at": _moment, "not": flag}
