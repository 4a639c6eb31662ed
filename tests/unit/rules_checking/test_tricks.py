"""Rulesets made to hide something: what the check finds in each is written beside it."""

from datetime import date
from pathlib import Path
from textwrap import dedent

import pytest

from rules.checking.check import Proof, prove
from rules.checking.coverage import Region, coverage
from rules.checking.finding import Finding
from rules.checking.solver import Budget
from rules.compile import Compiled, compile_rules
from rules.decide import decide
from rules.fields import MACHINE_KINDS
from rules.judge import judge
from rules.masks import bits_of
from tests.unit.rules_language.landlords import CASES, loaded

TRICKS = sorted((CASES / "tricks").glob("*.yaml"))
SINCE = date(2026, 3, 2)
REACHED = "journeys: {noise: {name: Noise, team: safer-estates}}"
"""So that every team of the small landlord has contacts."""


def compiled(name: str) -> Compiled:
    return compile_rules(loaded((CASES / "tricks" / f"{name}.yaml").read_bytes(), reached=REACHED))


def proof(rules: Compiled) -> Proof:
    return prove(rules, SINCE, Budget())


def said(finding: Finding) -> str:
    return f"{finding.level} {finding.kind}: {finding}\n" + "".join(
        f"    {each.mark}: {each.says}\n" for each in finding.related
    )


@pytest.mark.parametrize("case", TRICKS, ids=[case.stem for case in TRICKS])
def test_what_is_hidden_is_found(case: Path) -> None:
    found = "".join(map(said, proof(compiled(case.stem)).findings))
    assert found == case.with_suffix(".txt").read_text()


@pytest.mark.parametrize("case", TRICKS, ids=[case.stem for case in TRICKS])
def test_what_shows_it_does_show_it(case: Path) -> None:
    rules = compiled(case.stem)
    for finding in proof(rules).findings:
        if finding.witness:
            verdict = judge(rules, finding.witness.facts, finding.witness.at)
            fitting = {rules.rules[verdict.winner].mark, *(rules.rules[bit].mark for bit in bits_of(verdict.fits))}
            assert finding.mark in fitting


def test_a_witness_of_a_gap_is_promised_nothing() -> None:
    rules = compiled("bank-holiday")
    for finding in proof(rules).findings:
        local = rules.calendar.local(finding.witness.at)
        assert rules.calendar.is_holiday(local.date())
        assert local.hour == 11
        assert not decide(rules, finding.witness.facts, finding.witness.at).due


def regions(name: str) -> list[Region]:
    return coverage(compiled(name), SINCE, Budget())


def test_coverage_shows_the_hour_that_nobody_answers() -> None:
    gaps = [region for region in regions("bank-holiday") if region.gap]
    assert {(gap.rule, gap.hours, gap.channels) for gap in gaps} == {("everyone else", "bank holidays 11:00-12:00", ())}
    assert {gap.team: gap.journeys for gap in gaps} == {"Hub": ("damp-and-mould", ""), "Safer Estates": ("noise",)}


def test_coverage_knows_by_which_channel_an_emergency_is_unheard() -> None:
    (gap,) = [region for region in regions("emergency") if region.gap]
    assert (gap.rule, gap.channels) == ("fire", ("email", "chat"))
    assert gap.hours == "Mon-Fri 00:00-09:00, 17:00-24:00; Sat-Sun all day; bank holidays all day"


def test_coverage_names_rules_that_decide_and_no_others() -> None:
    found = regions("shadowed")
    assert {region.rule for region in found} == {"rung about damp", "rung", "by day", "written at night"}
    assert {region.channels for region in found if region.rule == "written at night"} == {("email", "chat")}
    assert {region.journeys for region in found if region.rule == "rung about damp"} == {("damp-and-mould",)}


@pytest.mark.parametrize("kind", MACHINE_KINDS)
def test_nobody_has_to_answer_what_a_machine_sent(kind: str) -> None:
    rule = f"""
    owner:
      - rule: machines
        when: {{kind: {kind}}}
        then: {{team: hub}}
        because: No person wrote it.
        examples: [{{channel: email, kind: {kind}}}]
    """
    found = proof(compile_rules(loaded(dedent(rule).encode(), reached=REACHED))).findings
    assert [finding for finding in found if "`machines`" in str(finding)] == []
