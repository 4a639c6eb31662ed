"""The slow way to decide, written as the language is defined: rule after rule, test after test, in three values."""

import re
from datetime import datetime
from functools import lru_cache

from rules.clock import Calendar, is_open
from rules.landlord import Ruleset
from rules.model import All, Any, Condition, Facts, Not, Op, Rule, Test
from rules.words import phrase, stem, tokens
from tests.unit.rules_deciding.builders import WEEK

MONTHS = "January February March April May June July August September October November December".split()  # noqa: SIM905


class Reference:
    """Decides for one ruleset."""

    def __init__(self, ruleset: Ruleset) -> None:
        self.ruleset = ruleset
        home = ruleset.landlord
        self.calendar = Calendar(home.zone, home.country, home.subdivision)
        self.local = lru_cache(maxsize=1)(self.calendar.local)

    def fitting(self, rules: tuple[Rule, ...], facts: Facts, at: datetime) -> list[int]:
        return [number for number, rule in enumerate(rules) if self.holds(rule.when, facts, at) is True]

    def holds(self, condition: Condition, facts: Facts, at: datetime) -> bool | None:
        """True, false, or None for unknown."""
        match condition:
            case All(conditions):
                found = [self.holds(each, facts, at) for each in conditions]
                return False if False in found else None if None in found else True
            case Any(conditions):
                found = [self.holds(each, facts, at) for each in conditions]
                return True if True in found else None if None in found else False
            case Not(inner):
                found = self.holds(inner, facts, at)
                return None if found is None else not found
            case Test():
                return self.test(condition, facts, at)

    def test(self, test: Test, facts: Facts, at: datetime) -> bool | None:
        moment = self.moment(test, at)
        if moment is not None:
            return moment
        if test.op is Op.ABSENT:
            return test.field not in facts
        if test.op is Op.PRESENT:
            return test.field in facts
        return self.compare(test, facts[test.field]) if test.field in facts else None

    def compare(self, test: Test, value: object) -> bool:  # noqa: PLR0911
        operands = test.operands
        match test.op:
            case Op.IS if isinstance(value, frozenset):
                return any(each in value for each in operands)
            case Op.IS:
                return value in operands
            case Op.ALL:
                return all(each in value for each in operands)
            case Op.AT_LEAST:
                return value >= operands[0]
            case Op.BELOW:
                return value < operands[0]
            case Op.BETWEEN:
                return operands[0] <= value <= operands[1]
            case Op.MENTIONS:
                overlooked = self.ruleset.landlord.overlooked
                words = [stem(each) for each in tokens(value, overlooked)]
                return any(contains(words, phrase(each, overlooked)) for each in operands)
            case Op.MATCHES:
                return any(re.search(each, value) for each in operands)
        raise AssertionError(test.op)

    def moment(self, test: Test, at: datetime) -> bool | None:  # noqa: PLR0911
        local = self.local(at)
        match test.field:
            case "hours":
                opened = [self.is_open(each, at) for each in test.operands]
                return any(each is (test.op is Op.OPEN) for each in opened)
            case "weekday":
                return WEEK[local.weekday()] in test.operands
            case "holiday":
                return self.calendar.is_holiday(local.date()) in test.operands
            case "time":
                return self.ordered(test, f"{local:%H:%M}", test.operands)
            case "date":
                return self.ordered(test, local.date().isoformat(), test.operands)
            case "season":
                days = [((name := each.split())[1], int(name[0])) for each in test.operands]
                return self.ordered(
                    test, (local.month, local.day), tuple((MONTHS.index(month) + 1, day) for month, day in days)
                )
        return None

    def is_open(self, team: str, at: datetime) -> bool:
        return is_open(self.ruleset.hours[self.ruleset.teams[team].hours], self.calendar, at)

    def ordered(self, test: Test, value: object, operands: tuple) -> bool:
        match test.op:
            case Op.AT_LEAST:
                return value >= operands[0]
            case Op.BELOW:
                return value < operands[0]
            case Op.BETWEEN if operands[0] > operands[1]:
                return test.field != "date" and (value >= operands[0] or value <= operands[1])
            case Op.BETWEEN:
                return operands[0] <= value <= operands[1]
            case _:
                return value in operands


def contains(words: list[str], wanted: tuple[str, ...]) -> bool:
    size = len(wanted)
    return size > 0 and any(tuple(words[at : at + size]) == wanted for at in range(len(words)))
