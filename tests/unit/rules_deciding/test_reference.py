"""Deciding by masks gives what deciding rule after rule gives, for any ruleset, facts and moment."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from itertools import combinations
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.compile import compile_rules
from rules.decide import decide
from rules.explain import explain
from rules.judge import digest, earlier, failed, judge, weigh
from rules.landlord import Ruleset
from rules.masks import bits_of
from rules.model import All, Condition, Facts, Not
from rules.normal import Every, Literal, Node, Some
from tests.bench import made
from tests.bench.made import mixed, narrow
from tests.unit.rules_deciding import generated
from tests.unit.rules_deciding.reference import Reference


def truth(reference: Reference, node: Node, facts: Facts, at: datetime) -> bool:
    """Whether a normalised condition holds, part by part."""
    match node:
        case Literal(test, negated):
            return reference.holds(Not(test) if negated else test, facts, at) is True
        case Every(parts):
            return all(truth(reference, part, facts, at) for part in parts)
        case Some(parts):
            return any(truth(reference, part, facts, at) for part in parts)


@given(generated.rulesets(), generated.facts, generated.moments)
def test_the_same_rules_fit_as_rule_after_rule(ruleset: Ruleset, facts: Facts, at: datetime) -> None:
    reference, compiled = Reference(ruleset), compile_rules(ruleset)
    verdict = judge(compiled, facts, at)
    assert list(bits_of(verdict.fits)) == reference.fitting(compiled.rules, facts, at)
    owners = reference.fitting(ruleset.owner, facts, at)
    assert verdict.winner == (owners[0] if owners else -1)


@given(generated.rulesets(), generated.facts, generated.moments)
def test_the_trail_names_exactly_the_conditions_that_did_not_hold(ruleset: Ruleset, facts: Facts, at: datetime) -> None:
    reference, compiled = Reference(ruleset), compile_rules(ruleset)
    verdict = judge(compiled, facts, at)
    for bit in range(len(compiled.rules)):
        expected = [part for _, part in compiled.parts[bit] if not truth(reference, part, facts, at)]
        assert failed(compiled, verdict, bit) == expected


@given(generated.rulesets(), generated.facts, generated.moments)
def test_an_explanation_computed_again_equals_the_decision(ruleset: Ruleset, facts: Facts, at: datetime) -> None:
    reference, compiled = Reference(ruleset), compile_rules(ruleset)
    outcome, explanation = decide(compiled, facts, at), explain(compile_rules(ruleset), facts, at)
    owners = reference.fitting(ruleset.owner, facts, at)
    applied = reference.fitting(ruleset.handling, facts, at)
    assert (explanation.digest, explanation.rule) == (outcome.digest, outcome.rule)
    assert [lost.rule for lost in explanation.lost] == [
        each.name for each in ruleset.owner[: owners[0] if owners else None]
    ]
    assert all(lost.failed for lost in explanation.lost)
    assert outcome.handling == tuple(ruleset.handling[number].name for number in applied)


@given(generated.rulesets(), generated.facts, generated.moments)
def test_the_nearest_losers_failed_on_the_fewest_conditions(ruleset: Ruleset, facts: Facts, at: datetime) -> None:
    compiled = compile_rules(ruleset)
    outcome, explanation = decide(compiled, facts, at), explain(compiled, facts, at)
    numbers = {lost.rule: (min(len(lost.failed), 3), place) for place, lost in enumerate(explanation.lost)}
    assert list(outcome.near) == sorted(numbers, key=numbers.__getitem__)[:3]


@given(generated.rulesets(), generated.facts, generated.moments)
def test_facts_read_into_keys_weigh_the_same(ruleset: Ruleset, facts: Facts, at: datetime) -> None:
    compiled = compile_rules(ruleset)
    assert weigh(compiled, compiled.decider.read(facts, at)) == judge(compiled, facts, at)


@given(generated.rulesets(), generated.facts, generated.moments)
def test_what_is_too_large_to_be_written_out_is_decided_the_same(ruleset: Ruleset, facts: Facts, at: datetime) -> None:
    written = compile_rules(ruleset)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("rules.unrolled._MOST", -1)
        looped = compile_rules(ruleset)
    assert judge(looped, facts, at) == judge(written, facts, at)
    assert weigh(looped, looped.decider.read(facts, at)) == judge(written, facts, at)


@given(generated.rulesets(), st.lists(st.tuples(generated.facts, generated.moments), min_size=2, max_size=6))
def test_two_digests_are_equal_exactly_when_the_trails_are(
    ruleset: Ruleset, contacts: list[tuple[Facts, datetime]]
) -> None:
    compiled = compile_rules(ruleset)
    verdicts = [judge(compiled, *each) for each in contacts]
    trails = [
        (
            each.winner,
            each.fits & ~compiled.owners,
            [failed(compiled, each, bit) for bit in bits_of(earlier(compiled, each))],
        )
        for each in verdicts
    ]
    digests = [digest(compiled, each) for each in verdicts]
    for (trail, one), (other, two) in combinations(zip(trails, digests, strict=True), 2):
        assert (one == two) is (trail == other)


@pytest.mark.parametrize("make", [mixed, narrow])
def test_a_thousand_rules_decide_as_rule_after_rule(make: Callable[[int, Random], Ruleset]) -> None:
    draw = Random(4)
    ruleset = make(1_100, draw)
    ruleset = replace(ruleset, handling=ruleset.owner[-40:])
    reference, compiled = Reference(ruleset), compile_rules(ruleset)
    winners = set()
    for _ in range(24):
        known, at = made.facts(draw), made.moment(draw)
        verdict, outcome = judge(compiled, known, at), decide(compiled, known, at)
        fitting = reference.fitting(compiled.rules, known, at)
        assert list(bits_of(verdict.fits)) == fitting
        assert (verdict.winner, outcome.rule) == (fitting[0], ruleset.owner[fitting[0]].name)
        assert list(outcome.handling) == [compiled.rules[bit].name for bit in fitting if bit >= len(ruleset.owner)]
        winners.add(verdict.winner)
    assert len(winners) > 5


@given(generated.conditions, generated.facts, generated.moments)
def test_a_condition_and_its_negation_never_both_hold(condition: Condition, facts: Facts, at: datetime) -> None:
    ruleset = generated.ruleset(
        generated.rule("a", condition), generated.rule("b", Not(condition)), generated.rule("c", Not(Not(condition)))
    )
    fits = judge(compile_rules(ruleset), facts, at).fits
    assert not (fits & 1 and fits & 2)
    assert fits & 1 == fits >> 2 & 1
    assert judge(compile_rules(generated.ruleset(generated.rule("d", All((condition,))))), facts, at).fits == fits & 1
