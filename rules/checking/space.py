"""All contacts that can exist, as far as the rules of one ruleset can tell them apart: every field, and one moment."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Final

from rules.checking.axes import Axis, Choice, Members, OneOf
from rules.checking.clauses import TRUE, Clauses, Model
from rules.checking.dependencies import depend, needed
from rules.checking.lines import NUMBERS, Measured, Whole
from rules.checking.moment import Moment
from rules.checking.wording import Wording
from rules.clock import Calendar
from rules.fields import FIELDS, Field, FieldType
from rules.landlord import Ruleset
from rules.model import Facts, FactValue, Op, Test
from rules.normal import Literal, Node, Some

_SEARCHED: Final = frozenset({Op.MENTIONS, Op.MATCHES})


class Space:
    """The statements about a contact that a ruleset's conditions are made of."""

    def __init__(self, ruleset: Ruleset, calendar: Calendar, tests: Iterable[Test], since: date) -> None:
        """Know of every field that one of these tests asks for, and of the days from `since` on."""
        self.clauses = Clauses()
        self.ruleset = ruleset
        by_field: dict[str, list[Test]] = {}
        for test in tests:
            by_field.setdefault(test.field, []).append(test)
        for test in needed(ruleset, by_field):
            by_field.setdefault(test.field, []).append(test)
        timed = [test for name in by_field if FIELDS[name].moment for test in by_field[name]]
        self.moment = Moment(self.clauses, calendar, ruleset, timed, since)
        self.axes: dict[str, Axis] = {
            name: self._axis(FIELDS[name], asked) for name, asked in by_field.items() if not FIELDS[name].moment
        }
        depend(self.clauses, ruleset, self.axes)

    def _axis(self, field: Field, tests: Sequence[Test]) -> Axis:
        known = TRUE if field.always else self.clauses.new()
        named = list(dict.fromkeys(each for test in tests for each in test.operands))
        if any(test.op in _SEARCHED for test in tests):
            return Wording(self.clauses, tests, known)
        match field.type:
            case FieldType.SET:
                return Members(self.clauses, named, known)
            case FieldType.NUMBER if field.name in NUMBERS:
                return Measured(self.clauses, tests, known, *NUMBERS[field.name])
            case FieldType.NUMBER:
                return Whole(self.clauses, [test for test in tests if test.op is not Op.ABSENT], known)
            case FieldType.YES_NO:
                return OneOf(self.clauses, (False, True), (False, True), known)
            case _:
                return OneOf(self.clauses, named, _possible(field, self.ruleset), known)

    def known(self, name: str) -> int | None:
        """The statement that a field is known; None where no rule asks for it."""
        return self.axes[name].known if name in self.axes else None

    def test(self, test: Test, *, negated: bool = False) -> int:
        """The statement that a test holds, or is known not to."""
        if FIELDS[test.field].moment:
            return -self.moment.holds(test) if negated else self.moment.holds(test)
        axis = self.axes[test.field]
        if test.op is Op.ABSENT:
            return axis.known if negated else -axis.known
        return self.clauses.every((axis.known, -axis.holds(test))) if negated else axis.holds(test)

    def node(self, node: Node) -> int:
        """The statement that a condition holds."""
        if isinstance(node, Literal):
            return self.test(node.test, negated=node.negated)
        parts = [self.node(part) for part in node.parts]
        return self.clauses.some(parts) if isinstance(node, Some) else self.clauses.every(parts)

    def contact(self, model: Model, *, shouted: bool = False) -> tuple[Facts, datetime]:
        """A contact that a model stands for: its facts, and when it comes in (UTC).

        With `shouted` words are in capitals: to `mentions` that is all the same, and to a pattern it may not be.
        """
        found = {name: axis.value(model) for name, axis in self.axes.items()}
        if shouted:
            found |= {name: axis.shouted(model) for name, axis in self.axes.items() if isinstance(axis, Wording)}
        facts = {name: value for name, value in found.items() if value is not None}
        _with_subject(facts)
        return facts, self.moment.at(model)

    def values(self, name: str) -> tuple[str, ...]:
        """The values of a field that are told apart; none where no rule asks for it."""
        axis = self.axes.get(name)
        return tuple(map(str, axis.values)) if isinstance(axis, OneOf) else ()

    def plain(self) -> Iterator[Choice]:
        """What makes a contact a plain one, the most telling first: nothing known that need not be, a usual moment."""
        yield from self.moment.plain()
        for axis in self.axes.values():
            yield (-axis.known,)
        for axis in self.axes.values():
            yield from axis.plain()

    def texts(self) -> Iterator[Wording]:
        """The fields that are searched."""
        yield from (axis for axis in self.axes.values() if isinstance(axis, Wording))


def tests_in(node: Node) -> Iterator[Test]:
    """Every test of a condition."""
    if isinstance(node, Literal):
        yield node.test
    else:
        for part in node.parts:
            yield from tests_in(part)


def _possible(field: Field, ruleset: Ruleset) -> Sequence[str]:
    """The values that a field can have; none listed means any."""
    sections: Mapping[str, Iterable[str]] = {
        "channels": ruleset.channels,
        "journeys": ruleset.journeys,
        "teams": ruleset.teams,
        "adjustments": ruleset.adjustments,
        "values": ruleset.values.get(field.name, ()),
    }
    return tuple(sections.get(field.values_from, field.values))


def _with_subject(facts: dict[str, FactValue]) -> None:
    """The text is subject and body together."""
    subject, text = str(facts.get("subject", "")), str(facts.get("text", ""))
    if subject and "text" in facts and subject not in text:
        facts["text"] = "\n".join(part for part in (subject, text) if part)
