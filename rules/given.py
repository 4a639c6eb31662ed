"""Facts as other systems write them, in JSON or a table: read by the documented fields into what deciding takes."""

import difflib
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from rules.clock import calendar_of
from rules.fields import FIELDS, Field, FieldType
from rules.landlord import Ruleset
from rules.model import Facts, FactValue

AT, SAYS = "at", "says"
_YES = {True: True, False: False, "yes": True, "no": False, "true": True, "false": False}


class WrongFactError(ValueError):
    """A fact that cannot be read; the text names the field and says what it should be."""


@dataclass(frozen=True, slots=True)
class Given:
    """What somebody asks to have decided: facts, the moment (aware UTC, None for now), and words to recognise."""

    facts: Facts
    at: datetime | None
    says: str | None


def read_given(given: Mapping[str, Any], ruleset: Ruleset) -> Given:
    """Read facts by field name, dotted or nested, with `at` (local unless it has a zone) and `says`.

    A null is an unknown field. Raises WrongFactError.
    """
    flat = _flat(given)
    at, says = flat.pop(AT, None), flat.pop(SAYS, None)
    facts = {name: _fact(name, value, ruleset) for name, value in flat.items() if value is not None}
    if says is not None:
        facts.setdefault("text", str(says))
    return Given(facts, _moment(at, ruleset) if at is not None else None, None if says is None else str(says))


def _flat(given: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for name, value in given.items():
        if isinstance(value, Mapping):
            flat |= _flat(value, f"{prefix}{name}.")
        else:
            flat[f"{prefix}{name}"] = value
    return flat


def _fact(name: str, value: object, ruleset: Ruleset) -> FactValue:
    field = FIELDS.get(name)
    if field is None or field.moment:
        why = "is computed from the moment: give `at`" if field else "is no field"
        near = difflib.get_close_matches(name, FIELDS, n=1)
        raise WrongFactError(f"{name} {why}" + (f"; did you mean {near[0]}?" if near and not field else ""))
    fact = _READERS[field.type](field, value)
    _check_known(field, fact, allowed(field, ruleset))
    return fact


def allowed(field: Field, ruleset: Ruleset) -> Collection[str]:
    """The values that a field can have; none of them listed means any."""
    sections: Mapping[str, Collection[str]] = {
        "channels": ruleset.channels,
        "journeys": ruleset.journeys,
        "teams": ruleset.teams,
        "adjustments": ruleset.adjustments,
        "values": ruleset.values.get(field.name, ()),
    }
    return sections.get(field.values_from, field.values)


def _check_known(field: Field, fact: FactValue, values: Collection[str]) -> None:
    for each in sorted(fact) if isinstance(fact, frozenset) else [fact]:
        if values and each not in values:
            near = difflib.get_close_matches(str(each), values, n=1)
            meant = f"did you mean {near[0]}?" if near else f"there are {', '.join(sorted(values))}"
            raise WrongFactError(f"{field.name}: {each} is none of its values; {meant}")


def _moment(value: object, ruleset: Ruleset) -> datetime:
    try:
        moment = datetime.fromisoformat(str(value))
        if moment.tzinfo is not None:
            return moment.astimezone(UTC)
        return calendar_of(ruleset.landlord).at(moment.date(), moment.hour * 60 + moment.minute)
    except ValueError:
        raise WrongFactError(f"{AT} is not a time such as 2026-12-25T03:00") from None
    except OverflowError:
        raise WrongFactError(f"{AT} is too far away") from None


def _text(field: Field, value: object) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise WrongFactError(f"{field.name} is not text")
    return str(value)


def _set(field: Field, value: object) -> frozenset[str]:
    values = [value] if isinstance(value, str) else value
    if not isinstance(values, list | tuple | set | frozenset) or not all(isinstance(each, str) for each in values):
        raise WrongFactError(f"{field.name} is not a list of values")
    return frozenset(values)


def _number(field: Field, value: object) -> int | float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise WrongFactError(f"{field.name} is not a number")
    return value


def _yes_no(field: Field, value: object) -> bool:
    if not isinstance(value, bool | str) or value not in _YES:
        raise WrongFactError(f"{field.name} is neither true nor false")
    return _YES[value]


_READERS: Mapping[FieldType, Callable[[Field, object], FactValue]] = {
    FieldType.TEXT: _text,
    FieldType.VALUE: _text,
    FieldType.SET: _set,
    FieldType.NUMBER: _number,
    FieldType.YES_NO: _yes_no,
}
