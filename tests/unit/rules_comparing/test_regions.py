"""The regions in which two rulesets differ are exactly the contacts that they decide differently, tried one by one."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.comparing.regions import ASPECTS, SETTLED, Difference, Found, differing
from rules.comparing.space import OTHER, UNKNOWN, Space
from rules.comparing.told import regions
from rules.compile import Compiled, compile_rules
from rules.decide import decide
from rules.judge import judge
from rules.landlord import Ruleset
from rules.masks import bits_of
from rules.model import JOURNEY_TEAM, All, Facts, Not, Op, Priority, Rule, Span, Then, Unit
from rules.model import Any as AnyOf
from rules.outcomes import Escalation, QueuePosition
from rules.precedence import settled, value_of
from rules.ruling import about, ruling
from tests.effort import costly
from tests.unit.rules_deciding import generated
from tests.unit.rules_deciding.builders import TEAMS, asks, is_, mentions, rule, ruleset

spans = st.builds(Span, st.integers(1, 3), st.sampled_from((Unit.HOURS, Unit.WEEKS)))
thens = st.builds(
    Then,
    team=st.sampled_from((*TEAMS, JOURNEY_TEAM)),
    priority=st.sampled_from((None, *Priority)),
    due=st.lists(st.tuples(st.sampled_from(("respond", "visit")), spans), max_size=2).map(tuple),
    message=st.sampled_from((None, "one", "two")),
    also=st.sampled_from(((), ("repairs",), ("complaints", "repairs"))),
    ask=st.sampled_from(((), ("gas-escape-question",), ("another",))),
    instructions=st.sampled_from(((), ("Ring first.",))),
    take_over=st.booleans(),
    queue=st.sampled_from((None, *QueuePosition)),
    reply=st.sampled_from((None, (), ("sms", "email"))),
    escalate=st.sampled_from((None, Escalation(("repairs",)), Escalation((), 5))),
    offer_callback=st.sampled_from((None, True, False)),
    skip_menu=st.sampled_from((None, True, False)),
)


@st.composite
def pairs(draw: st.DrawFn) -> tuple[Ruleset, Ruleset]:
    """Two rulesets of rules from one pool, in which some stand in both."""
    pool = [
        rule(f"rule {number}", draw(generated.conditions), draw(thens)) for number in range(draw(st.integers(1, 6)))
    ]
    sides = [
        ruleset(
            *draw(st.lists(st.sampled_from(pool), max_size=5, unique_by=id)),
            handling=tuple(draw(st.lists(st.sampled_from(pool), max_size=2, unique_by=id))),
        )
        for _ in range(2)
    ]
    return sides[0], sides[1]


def possible(facts: Facts) -> Facts:
    """The facts of a contact that there can be: what is always known is, and what goes together does."""
    journey = {"confidence": 1.0} if "journey" in facts and "confidence" not in facts else {}
    known = {name: value for name, value in facts.items() if name != "confidence" or "journey" in facts}
    known = {name: value for name, value in known.items() if name != "repeat_contacts" or value >= 0}
    if "confidence" in known and not 0 <= known["confidence"] <= 1:
        known["confidence"] = 0.5
    if "repeat_contacts" in known:
        known["repeat_contacts"] = int(known["repeat_contacts"])
    customer = any(name.startswith("customer.") for name in known)
    more = {"customer.adjustments": frozenset(), "sender.known": True} if customer else {}
    return (
        {"channel": "phone", "text": "", "subject": "", "sender.known": False}
        | more
        | known
        | journey
        | ({"sender.known": True} if customer else {})
    )


def aspects(compiled: Compiled, facts: Facts, moment: datetime) -> Mapping[str, Any]:
    """What comes out for a contact, by aspect."""
    verdict = judge(compiled, facts, moment)
    said = ruling(compiled, verdict.winner, verdict.fits >> len(compiled.ruleset.owner), *about(facts))
    spans = (*said.by_clock, *said.by_day)
    least = {(name, span.unit): 0 for name, span in spans}
    for name, unit in least:
        least[name, unit] = min(span.count for other, span in spans if (other, span.unit) == (name, unit))
    rules = [compiled.rules[bit] for bit in bits_of(verdict.fits & ~compiled.owners)]
    wishes = settled([compiled.rules[verdict.winner], *rules] if verdict.winner >= 0 else rules)
    found = {name: value_of(wishes, name) for name in SETTLED} | {"message": said.message, "due": least}
    return (
        found
        | {name: getattr(said, name) for name in ("team", "priority", "take_over")}
        | {name: set(getattr(said, name)) for name in ("also", "ask", "instructions")}
    )


def cell_of(space: Space, name: str, facts: Facts, moment: datetime) -> Any:
    """The cell of a contact on an axis."""
    if name in ("kind", "minute", "season", "date"):
        moments = space.moments[1]
        local = moments.calendar.local(moment)
        day: date = local.date()
        return {
            "kind": day.weekday() * 2 + moments.calendar.is_holiday(day),
            "minute": moments.clock.cell(local.hour * 60 + local.minute),
            "season": moments.season.cell(day.month * 32 + day.day),
            "date": moments.date.cell(day.toordinal()),
        }[name]
    if name not in facts:
        return UNKNOWN
    if name in space.numbers:
        return space.numbers[name].cell(facts[name])
    return facts[name] if facts[name] in space.cells[name].of else OTHER


def inside(
    found: Found, difference: Difference, sides: tuple[Compiled, Compiled], facts: Facts, moment: datetime
) -> bool:
    """Whether a contact is in a region."""
    verdicts = [judge(side, facts, moment) for side in sides]
    for role in found.roles:
        side, verdict = sides[role.side], verdicts[role.side]
        if role.decides:
            winner = side.rules[verdict.winner] if verdict.winner >= 0 else None
            if winner is not role.rule:
                return False
        elif (role.rule in [side.rules[bit] for bit in bits_of(verdict.fits & ~side.owners)]) is not role.fits:
            return False
    return all(cell_of(difference.space, name, facts, moment) in cells for name, cells in found.bounds.items())


@given(pairs(), st.lists(st.tuples(generated.facts, generated.moments), min_size=1, max_size=12))
@costly(15, 60)
def test_a_contact_is_in_a_region_exactly_when_it_is_decided_differently(
    both: tuple[Ruleset, Ruleset], contacts: list[tuple[Facts, datetime]]
) -> None:
    difference = differing(*both, conflicts=10**7, most=200, most_others=200)
    sides = compile_rules(both[0]), compile_rules(both[1])
    assert difference.undecided == ()
    for given_facts, moment in contacts:
        facts = possible(given_facts)
        before, now = (aspects(side, facts, moment) for side in sides)
        for aspect in ASPECTS:
            mine = [each for each in difference.found if each.aspect == aspect]
            held = [each for each in mine if inside(each, difference, sides, facts, moment)]
            assert bool(held) is (before[aspect] != now[aspect]), (aspect, before, now, held)


@given(pairs())
@costly(10, 40)
def test_the_contact_that_shows_a_region_is_decided_as_it_says(both: tuple[Ruleset, Ruleset]) -> None:
    sides = compile_rules(both[0]), compile_rules(both[1])
    for region in regions(*both).found:
        assert str(region)
        if region.contact is None or region.aspect != "owner":
            continue
        moment = datetime.fromisoformat(region.contact["at"])
        facts = {
            name: frozenset(value) if isinstance(value, list) else value
            for name, value in region.contact.items()
            if name != "at"
        }
        local = sides[1].calendar.local(moment.replace(tzinfo=UTC))
        instant = (moment - (local.utcoffset() or (moment - moment))).replace(tzinfo=UTC)
        names = [side.ruleset.teams[decide(side, facts, instant).team].name for side in sides]
        assert names == [region.before, region.now]


@given(pairs())
@costly(5, 20)
def test_a_ruleset_does_not_differ_from_itself(both: tuple[Ruleset, Ruleset]) -> None:
    assert differing(both[0], both[0]).found == ()


TO_HUB = ", now Customer Hub, where "
HUB = f"Emergency{TO_HUB}"
MENTIONS = "the message mentions"
EARLIER = "the number of earlier contacts about the same thing"
DECIDES, DID = "(“pests” decides it as before)", "decided it, “all” does now)"
PESTS = rule("pests", is_("journey", "repair"), "repairs")
ALL = rule("all", All(()), "customer-hub")


@pytest.mark.parametrize(
    "old,new,expected",
    [
        (
            [PESTS, ALL],
            [rule("pests", is_("journey", "repair"), "complaints"), ALL],
            [f"Repairs, now Complaints, where the journey is Repair {DECIDES}"],
        ),
        ([PESTS, ALL], [ALL, PESTS], [f"Repairs{TO_HUB}the journey is Repair (“pests” {DID}"]),
        ([PESTS, ALL], [PESTS, rule("never", is_("journey", "repair"), "complaints"), ALL], []),
        (
            [rule("late", asks("time", Op.AT_LEAST, "18:00"), "emergency"), ALL],
            [rule("late", asks("time", Op.AT_LEAST, "20:00"), "emergency"), ALL],
            [f"{HUB}the time is from 18:00 to 20:00 (“late” {DID}"],
        ),
        (
            [rule("often", asks("repeat_contacts", Op.AT_LEAST, 2), "complaints"), ALL],
            [rule("often", asks("repeat_contacts", Op.AT_LEAST, 4), "complaints"), ALL],
            [f"Complaints{TO_HUB}{EARLIER} is at least 2 and below 4 (“often” {DID}"],
        ),
        (
            [rule("gas", mentions("gas", "gas leak"), "emergency"), ALL],
            [rule("gas", mentions("gas leak"), "emergency"), ALL],
            [f"{HUB}{MENTIONS} “gas” or “gas leak”; it is not so that {MENTIONS} “gas leak” (“gas” {DID}"],
        ),
        (
            [rule("hub", is_("weekday", "saturday"), "emergency"), ALL],
            [rule("hub", All((is_("weekday", "saturday"), Not(is_("holiday", True)))), "emergency"), ALL],
            [f"{HUB}the day is Saturday and a bank holiday (“hub” {DID}"],
        ),
        (
            [rule("either", AnyOf((is_("channel", "sms"), is_("channel", "chat"))), "emergency"), ALL],
            [rule("either", is_("channel", "chat"), "emergency"), ALL],
            [f"{HUB}the channel is Text message (“either” {DID}"],
        ),
        (
            [rule("on a day", is_("date", "2026-02-27"), "emergency"), ALL],
            [ALL],
            [f"{HUB}the date is 27 February 2026 (“on a day” {DID}"],
        ),
    ],
)  # fmt: skip
def test_a_region_is_told_in_plain_words(old: list[Rule], new: list[Rule], expected: list[str]) -> None:
    found = regions(ruleset(*old), ruleset(*new))
    assert [str(each).removeprefix("owner: ") for each in found.found if each.aspect == "owner"] == expected
    assert all(each.contact for each in found.found)


def test_what_can_never_be_is_no_region() -> None:
    """A customer is not known without a sender who is, and a day is no holiday and an ordinary one at once."""
    tenant = All((is_("customer.tenure", "sheltered"), is_("sender.known", False), is_("about.another", False)))
    christmas = All((is_("date", "2026-12-25"), is_("holiday", False)))
    for when in (tenant, christmas, All((asks("journey", Op.PRESENT), asks("confidence", Op.ABSENT)))):
        assert differing(ruleset(ALL), ruleset(rule("never", when, "emergency"), ALL)).found == ()


def test_a_pattern_is_called_doubtful_and_a_search_that_is_given_up_says_so() -> None:
    pattern = rule("pattern", asks("text", Op.MATCHES, "gas|leak"), "emergency")
    (region,) = [each for each in regions(ruleset(ALL), ruleset(pattern, ALL)).found if each.aspect == "owner"]
    assert region.contact
    assert region.contact["text"] == "gas"
    pair = rule("pair", All((asks("text", Op.MATCHES, "^gas$"), asks("text", Op.MATCHES, "^leak$"))), "emergency")
    (region,) = [each for each in regions(ruleset(ALL), ruleset(pair, ALL)).found if each.aspect == "owner"]
    assert region.doubtful
    assert "it rests on words or patterns" in str(region)
    given_up = regions(ruleset(PESTS, ALL), ruleset(ALL, PESTS), conflicts=0)
    assert given_up.found == ()
    assert "looking for them was given up" in given_up.notes[0]
    assert differing(ruleset(PESTS, ALL), ruleset(ALL), most=1).undecided == ("team",)
