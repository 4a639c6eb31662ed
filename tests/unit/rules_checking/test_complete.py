"""No contact contradicts what was proven: each is in a region of the coverage, and conflicts that it has were found."""

from datetime import date, datetime

from hypothesis import given
from hypothesis import strategies as st

from rules.checking.agreement import disagreements
from rules.checking.coverage import coverage
from rules.checking.encoded import encode
from rules.checking.solver import Budget
from rules.compile import Compiled, compile_rules
from rules.decide import decide
from rules.judge import judge
from rules.landlord import Ruleset
from rules.masks import bits_of
from rules.model import JOURNEY_TEAM, Condition, Facts, Then
from tests.unit.rules_deciding import generated
from tests.unit.rules_deciding.builders import TEAMS, rule, ruleset

SINCE = date(2024, 1, 1)
MESSAGES = ("one", "two", None)


def owners(conditions: list[Condition]) -> list:
    teams = [*TEAMS, JOURNEY_TEAM]
    named = [rule(f"rule {number}", when, teams[number % len(teams)]) for number, when in enumerate(conditions)]
    return [*named, rule("everyone else", then=JOURNEY_TEAM)]


conditions = st.lists(generated.conditions, max_size=4)
rulesets = conditions.map(lambda some: ruleset(*owners(some)))
handled = st.lists(st.tuples(generated.conditions, st.sampled_from(MESSAGES)), max_size=5).map(
    lambda some: ruleset(
        rule("everyone else"),
        handling=tuple(
            rule(f"handling {number}", when, Then(message=said)) for number, (when, said) in enumerate(some)
        ),
    )
)


@st.composite
def contacts(draw: st.DrawFn) -> Facts:
    """A contact as the engine makes them: what depends on each other fits together."""
    facts = dict(draw(generated.facts))
    facts.setdefault("channel", draw(st.sampled_from(("phone", "sms", "email", "chat"))))
    facts |= {"kind": "message", "attachments": 0, "about.another": draw(st.booleans())}
    facts["sender.known"] = bool(facts.get("sender.known", False))
    of_customer = [name for name in facts if name.startswith("customer.")]
    if of_customer or (facts["sender.known"] and not facts["about.another"]):
        facts.setdefault("customer.adjustments", frozenset())
        facts["sender.known"] = True
    facts.pop("confidence", None)
    if "journey" in facts:
        facts["confidence"] = draw(st.sampled_from((0.1, 0.2, 0.5, 0.9, 1.0)))
    facts["repeat_contacts"] = draw(st.integers(0, 5))
    subject = str(facts.setdefault("subject", ""))
    facts["text"] = f"{subject}\n{facts.get('text', '')}".strip()
    return facts


def team_of(compiled: Compiled, facts: Facts, at: datetime) -> str:
    return compiled.ruleset.teams[decide(compiled, facts, at).team].name


@given(rulesets, contacts(), generated.moments)
def test_every_contact_is_in_exactly_the_region_of_its_rule_and_team(
    rules: Ruleset, facts: Facts, at: datetime
) -> None:
    compiled = compile_rules(rules)
    local = compiled.calendar.local(at)
    kind = local.weekday(), compiled.calendar.is_holiday(local.date())
    minute = local.hour * 60 + local.minute
    found = [
        region
        for region in coverage(compiled, SINCE, Budget())
        if region.rule == compiled.rules[judge(compiled, facts, at).winner].name
        and region.team == team_of(compiled, facts, at)
        and facts.get("journey", "") in region.journeys
        and (not region.channels or facts["channel"] in region.channels)
        and any((cell.weekday, cell.holiday) == kind and cell.span[0] <= minute < cell.span[1] for cell in region.cells)
    ]
    assert len(found) == 1
    owed = facts.get("customer.adjustments", frozenset())
    assert not found[0].only_with or owed & set(found[0].only_with)
    assert not owed & set(found[0].never_with)


@given(handled, contacts(), generated.moments)
def test_rules_that_meet_in_a_contact_and_differ_are_a_conflict(rules: Ruleset, facts: Facts, at: datetime) -> None:
    compiled = compile_rules(rules)
    conflicts, _ = disagreements(encode(compiled, SINCE), Budget())
    known = {(each.first, each.second) for each in conflicts}
    said = [(bit, compiled.rules[bit].then.message) for bit in bits_of(judge(compiled, facts, at).fits)]
    speaking = [(bit, message) for bit, message in said if message]
    for bit, message in speaking[1:]:
        assert message == speaking[0][1] or (speaking[0][0], bit) in known
    for each in conflicts:
        if each.witness:
            fits = judge(compiled, each.witness.facts, each.witness.at).fits
            assert fits >> each.first & 1
            assert fits >> each.second & 1
