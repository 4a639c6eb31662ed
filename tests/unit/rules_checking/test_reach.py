"""Whether a rule can ever decide, as the solver says, is what trying every contact that there can be says."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from itertools import combinations, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.checking.encoded import encode
from rules.checking.reach import Can, Reach, reaches
from rules.checking.solver import Budget
from rules.compile import compile_rules
from rules.judge import judge
from rules.landlord import Ruleset
from rules.model import All, Any, Condition, Facts, Not, Op
from tests.effort import examples
from tests.unit.rules_deciding import generated
from tests.unit.rules_deciding.builders import JOURNEYS, TEAMS, asks, is_, mentions, rule, ruleset
from tests.unit.rules_deciding.reference import Reference

SINCE = date(2026, 3, 2)
NOON = datetime(2026, 3, 3, 12, tzinfo=UTC)


def found(rules: Ruleset, budget: Budget | None = None) -> list[Reach]:
    return reaches(encode(compile_rules(rules), SINCE), budget or Budget())


def cans(*conditions: Condition) -> list[str]:
    return [each.can.value for each in found(ruleset(*made(conditions)))]


def made(conditions: tuple[Condition, ...] | list[Condition]) -> list:
    return [rule(f"rule {number}", when) for number, when in enumerate(conditions)]


# Facts ------------------------------------------------------------------------------------------------------------


def subsets(*members: str) -> list[frozenset[str]]:
    return [frozenset(each) for size in range(len(members) + 1) for each in combinations(members, size)]


FACTS = {
    "channel": ("phone", "sms", "email", "chat"),
    "journey": (None, *(each.key for each in JOURNEYS)),
    "customer.tenure": (None, "leaseholder", "sheltered", "another"),
    "sender.known": (True, False),
    "about.another": (True, False),
    "repeat_contacts": (None, 0, 1, 2, 3, 4),
    "confidence": (None, 0, 0.1, 0.2, 0.3, 0.5, 0.7, 0.9, 1),
    "customer.household": (None, *subsets("young-child", "pregnant")),
    "customer.adjustments": (None, *subsets("text-relay")),
}


def fact_tests() -> list[st.SearchStrategy[Condition]]:
    some = {name: tuple(each for each in values if each is not None) for name, values in FACTS.items()}
    plain = ("channel", "journey", "sender.known", "about.another")
    return [
        *(generated.tests_on(name, Op.IS, generated.listed(some[name])) for name in plain),
        generated.tests_on("customer.tenure", Op.IS, generated.listed(("leaseholder", "sheltered"))),
        generated.tests_on("customer.household", Op.IS, generated.listed(("young-child", "pregnant"))),
        generated.tests_on("customer.household", Op.ALL, generated.listed(("young-child", "pregnant"))),
        generated.tests_on("customer.adjustments", Op.IS, generated.listed(("text-relay",))),
        *generated.ordered_tests("repeat_contacts", (0, 1, 2, 2.5, 3)),
        *generated.ordered_tests("confidence", (0.2, 0.5, 0.9)),
        st.builds(asks, st.sampled_from(list(FACTS)), st.sampled_from((Op.PRESENT, Op.ABSENT))),
    ]


def grown(tests: list[st.SearchStrategy[Condition]]) -> st.SearchStrategy[list[Condition]]:
    condition = st.recursive(st.one_of(*tests), generated.grown, max_leaves=4)
    return st.lists(condition, min_size=1, max_size=5)


def fields_of(condition: Condition) -> set[str]:
    match condition:
        case All(parts) | Any(parts):
            return {name for part in parts for name in fields_of(part)}
        case Not(inner):
            return fields_of(inner)
        case _:
            return {condition.field}


def contacts(names: set[str]) -> Iterator[Facts]:
    """Every contact that there can be, as far as these fields go."""
    for values in product(*(FACTS[name] for name in sorted(names))):
        facts = {name: value for name, value in zip(sorted(names), values, strict=True) if value is not None}
        if possible(facts, names):
            yield facts


def possible(facts: Facts, names: set[str]) -> bool:
    of_customer = [name for name in facts if name.startswith("customer.") and name != "customer.adjustments"]
    unnamed = names.__contains__
    if unnamed("customer.adjustments") and of_customer and "customer.adjustments" not in facts:
        return False
    if unnamed("sender.known") and unnamed("about.another"):
        if of_customer and not facts["sender.known"] and not facts["about.another"]:
            return False
        ours = facts["sender.known"] and not facts["about.another"]
        if ours and unnamed("customer.adjustments") and "customer.adjustments" not in facts:
            return False
    return not ({"journey", "confidence"} <= names and ("journey" in facts) is not ("confidence" in facts))


@given(grown(fact_tests()))
def test_over_facts_as_by_trying_all_of_them(conditions: list[Condition]) -> None:
    names = {name for condition in conditions for name in fields_of(condition)}
    if len(names) > 5:  # more would be too many contacts to try
        return
    check(conditions, ((facts, NOON) for facts in contacts(names)))


def check(conditions: list[Condition], tried: Iterator[tuple[Facts, datetime]]) -> None:
    """Compare what the solver says of these rules with what all these contacts show."""
    rules = ruleset(*made(conditions))
    reference, compiled = Reference(rules), compile_rules(rules)
    fitting = [frozenset(reference.fitting(rules.owner, *each)) for each in tried]
    winners = {min(each) for each in fitting if each}
    for reach in reaches(encode(compiled, SINCE), Budget()):
        number = reach.rule
        assert (reach.can is Can.WIN) == (number in winners), reach
        match reach.can:
            case Can.WIN:
                assert judge(compiled, reach.witness.facts, reach.witness.at).winner == number
            case Can.COVERED:
                regions = [each for each in fitting if number in each]
                assert regions
                assert covers(reach.cover, regions)
                assert all(not covers(set(reach.cover) - {left}, regions) for left in reach.cover)
            case Can.NEVER:
                assert not any(number in each for each in fitting)
                assert reach.parts
            case _:
                raise AssertionError(reach)


def covers(cover: object, regions: list[frozenset[int]]) -> bool:
    return all(each & set(cover) for each in regions)


# Moments ----------------------------------------------------------------------------------------------------------


@lru_cache
def days() -> tuple[date, ...]:
    return tuple(SINCE + timedelta(number) for number in range(28 * 366))


@lru_cache
def noons() -> tuple[datetime, ...]:
    calendar = Reference(ruleset()).calendar
    return tuple(calendar.at(day, 720) for day in days())


@lru_cache
def kinds() -> tuple[date, ...]:
    """A day of each weekday, at work and on holiday, as far as there are such days."""
    calendar = Reference(ruleset()).calendar
    return tuple({(day.weekday(), calendar.is_holiday(day)): day for day in days()}.values())


def clock_tests() -> list[st.SearchStrategy[Condition]]:
    listed = generated.listed
    return [
        generated.tests_on("hours", Op.OPEN, listed(tuple(TEAMS))),
        generated.tests_on("hours", Op.CLOSED, listed(tuple(TEAMS))),
        generated.tests_on("weekday", Op.IS, listed(generated.WEEK)),
        generated.tests_on("holiday", Op.IS, listed((True, False))),
        *generated.ordered_tests("time", generated.TIMES),
    ]


EDGES = (1, 360, 480, 540, 570, 600, 660, 720, 750, 810, 1020, 1200, 1320)
MINUTES = sorted({edge + off for edge in EDGES for off in (-1, 0, 1)})


@given(grown(clock_tests()))
def test_over_the_clock_as_by_trying_every_kind_of_day_and_minute(conditions: list[Condition]) -> None:
    calendar = Reference(ruleset()).calendar
    check(conditions, (({}, calendar.at(day, minute)) for day in kinds() for minute in MINUTES))


def calendar_tests() -> list[st.SearchStrategy[Condition]]:
    season = st.tuples(st.sampled_from(generated.DAYS), st.sampled_from(generated.DAYS))
    weekdays = generated.tests_on("weekday", Op.IS, generated.listed(generated.WEEK))
    holidays = generated.tests_on("holiday", Op.IS, generated.listed((True, False)))
    seasons = generated.tests_on("season", Op.BETWEEN, season)
    return [weekdays, holidays, seasons, *generated.ordered_tests("date", generated.DATES)]


@pytest.mark.slow
@examples(5, 40)
@given(grown(calendar_tests()))
def test_over_days_as_by_trying_every_one_of_28_years(conditions: list[Condition]) -> None:
    check(conditions, (({}, noon) for noon in noons()))


# By hand ----------------------------------------------------------------------------------------------------------

OPEN = asks("hours", Op.OPEN, "repairs")
KNOWN = is_("sender.known", True)
WHOLE = asks("text", Op.IS, "gas leak")


@pytest.mark.parametrize(
    "conditions, expected",
    [
        ([is_("weekday", "sunday"), asks("date", Op.IS, "2026-03-08")], ["can", "covered"]),
        ([asks("date", Op.IS, "2026-03-08"), is_("weekday", "sunday")], ["can", "can"]),
        ([All((asks("date", Op.IS, "2026-03-09"), is_("weekday", "sunday")))], ["never"]),
        ([asks("date", Op.BELOW, "2026-03-02")], ["never"]),
        ([asks("date", Op.AT_LEAST, "2090-03-02")], ["can"]),
        ([All((is_("holiday", True), asks("season", Op.BETWEEN, "2 January", "1 February")))], ["can"]),
        ([All((is_("holiday", True), asks("season", Op.BETWEEN, "4 January", "1 February")))], ["never"]),
        ([All((asks("date", Op.IS, "2026-03-29"), asks("time", Op.BETWEEN, "01:10", "01:50")))], ["never"]),
        ([All((asks("date", Op.IS, "2026-10-25"), asks("time", Op.BETWEEN, "01:10", "01:50")))], ["can"]),
        ([All((OPEN, is_("holiday", True), asks("time", Op.AT_LEAST, "11:00")))], ["never"]),
        ([All((OPEN, is_("holiday", True), asks("time", Op.AT_LEAST, "10:59")))], ["can"]),
        ([asks("repeat_contacts", Op.BELOW, 0)], ["never"]),
        ([asks("repeat_contacts", Op.BETWEEN, 1.2, 1.8)], ["never"]),
        ([asks("confidence", Op.AT_LEAST, 1.1)], ["never"]),
        ([asks("confidence", Op.AT_LEAST, 1)], ["can"]),
        ([All((asks("journey", Op.ABSENT), asks("confidence", Op.AT_LEAST, 0)))], ["never"]),
        ([All((is_("customer.tenure", "sheltered"), asks("customer.adjustments", Op.ABSENT)))], ["never"]),
        ([All((KNOWN, is_("about.another", False), asks("customer.adjustments", Op.ABSENT)))], ["never"]),
        ([All((KNOWN, is_("about.another", True), asks("customer.adjustments", Op.ABSENT)))], ["can"]),
        ([All((is_("sender.known", False), is_("customer.adjustments", "text-relay")))], ["can"]),
        ([mentions("gas"), mentions("gas leak")], ["can", "covered"]),
        ([mentions("gas leak"), mentions("gas")], ["can", "can"]),
        ([mentions("leak", "gas"), All((mentions("gas leak"), is_("channel", "sms")))], ["can", "covered"]),
        ([asks("text", Op.MATCHES, "(?i)post ?code [A-Z]{2}[0-9]+"), mentions("gas")], ["can", "can"]),
        ([asks("subject", Op.MENTIONS, "gas"), mentions("gas")], ["can", "can"]),
        ([mentions("gas"), asks("subject", Op.MENTIONS, "gas")], ["can", "covered"]),
        ([asks("text", Op.MATCHES, "gas"), mentions("gas")], ["can", "can"]),
        ([asks("text", Op.MATCHES, "(?i)gas"), mentions("gas")], ["can", "doubt"]),
        ([WHOLE, All((mentions("gas"), WHOLE))], ["can", "covered"]),
        ([All((mentions("water"), asks("text", Op.IS, "gas leak")))], ["never"]),
    ],
)  # fmt: skip
def test_by_hand(conditions: list[Condition], expected: list[str]) -> None:
    assert cans(*conditions) == expected


def test_a_rule_hidden_behind_three_that_only_together_cover_it() -> None:
    hiding = [is_("channel", "phone"), is_("channel", "sms"), is_("channel", "chat", "email")]
    others = [All((is_("journey", "damp"), asks("time", Op.BELOW, "08:00"))), is_("channel", "phone")]
    last = found(ruleset(*made([others[0], *hiding, is_("journey", "repair")])))[-1]
    assert (last.can, last.cover) == (Can.COVERED, (1, 2, 3))


def test_handling_rules_only_have_to_apply_to_somebody() -> None:
    impossible = All((is_("channel", "phone"), is_("channel", "sms")))
    rules = ruleset(*made([All(())]), handling=(rule("h1", is_("channel", "phone")), rule("h2", impossible)))
    assert [each.can for each in found(rules)] == [Can.WIN, Can.WIN, Can.NEVER]


def pigeonholes(count: int) -> list[Condition]:
    """No rule fits a contact in which so many pigeons each have one of too few holes to themselves: a proof is long."""
    holes = range(count - 1)
    alone = [
        All((is_("customer.household", f"{one}-{hole}"), is_("customer.household", f"{other}-{hole}")))
        for hole in holes
        for one, other in combinations(range(count), 2)
    ]
    return [*alone, All(tuple(is_("customer.household", *(f"{one}-{hole}" for hole in holes)) for one in range(count)))]


def test_past_the_budget_a_rule_is_not_decided_and_those_after_it_are() -> None:
    conditions = [*pigeonholes(11), is_("channel", "phone"), is_("channel", "phone")]
    budget = Budget(each=300, total=1_000)
    assert [each.can for each in found(ruleset(*made(conditions)), budget)][-3:] == [
        Can.UNDECIDED,
        Can.WIN,
        Can.COVERED,
    ]
    assert cans(*pigeonholes(4))[-1] == "covered"
