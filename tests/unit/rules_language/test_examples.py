"""Examples in the rules are tried as real contacts would be decided, and say what made them come out differently."""

from typing import Any

import pytest

from rules.compile import compile_rules
from rules.examples import ExampleResult, facts_of, run_examples
from rules.recognise import recogniser
from tests.unit.rules_language.landlords import loaded

LANDLORD = """\
journeys:
  repair: {name: Repair, team: hub, words: [boiler, leaking tap], phrases: [my boiler is broken]}
calls:
  numbers: "+441632960000"
  greeting: Welcome.
  fallback_number: "+441632960009"
  menu: {"2": {says: For a repair, journey: repair}}
mailboxes: {repairs@mill-lane.example: {journey: repair}}
owner:
  - rule: at night
    when: {hours: {closed: hub}, journey: repair}
    then: {team: safer-estates}
  - rule: repairs
    when: {journey: repair, customer.tenure: {not: leaseholder}}
    then: {team: hub}
    examples: [%s]
handling:
  - rule: child
    when: {customer.household: young-child}
    then: {priority: high}
    examples: [%s]
"""
TENANT = "customer.tenure: general-needs"


def results(
    owner: str = "{channel: phone, not: true}", handling: str = "{channel: phone, not: true}"
) -> list[ExampleResult]:
    ruleset = loaded(LANDLORD % (owner, handling))
    tried = run_examples(compile_rules(ruleset), recogniser(ruleset))
    return [result for result in tried if result.rule in ("repairs", "child")]


@pytest.mark.parametrize(
    "example",
    [
        f"{{journey: repair, {TENANT}}}",
        f"{{says: My boiler is broken, {TENANT}}}",
        f"{{text: My boiler is broken, {TENANT}}}",
        f"{{subject: Boiler, says: My boiler is broken, {TENANT}}}",
        f"{{channel: phone, menu: 2, {TENANT}}}",
        f"{{channel: email, recipient: repairs@mill-lane.example, {TENANT}}}",
        f"{{journey: repair, {TENANT}, at: 2026-07-07 10:00}}",
        f"{{journey: repair, {TENANT}, at: 2026-07-07 03:00, not: true}}",
        "{journey: repair, customer.tenure: leaseholder, not: true}",
        "{journey: repair, not: true}",
        f"{{says: Where is the library, {TENANT}, not: true}}",
    ],
)
def test_an_example_is_decided_as_a_contact_would_be(example: str) -> None:
    assert results(owner=example)[0].passed, str(results(owner=example)[0])


@pytest.mark.parametrize(
    "example, actual, deciding",
    [
        (
            "{journey: repair, customer.tenure: leaseholder}",
            "rule “everyone else” does",
            "the customer's tenure is known and is not leaseholder (it is leaseholder)",
        ),
        (
            f"{{journey: repair, {TENANT}, at: 2026-07-07 03:00}}",
            "rule “at night” does",
            "Hub is closed and the journey is Repair",
        ),
        (
            f"{{journey: repair, {TENANT}, not: true}}",
            "it does",
            "the journey is Repair and the customer's tenure is known and is not leaseholder",
        ),
    ],
)
def test_an_owner_rules_example_says_what_decided_it(example: str, actual: str, deciding: str) -> None:
    (result, _) = results(owner=example)
    expected = f"that rule “repairs” {'does not decide' if 'not: true' in example else 'decides'} it"
    assert not result.passed
    assert str(result) == f"case.yaml:16:16: expected {expected}, but {actual}: {deciding}"


@pytest.mark.parametrize(
    "example, passed, said",
    [
        ("{customer.household: [young-child, pregnant]}", True, "it applies"),
        ("{customer.household: []}", False, "it does not apply"),
        ("{customer.household: young-child, not: true}", False, "it applies"),
    ],
)
def test_a_handling_rules_example(example: str, passed: bool, said: str) -> None:
    (_, result) = results(handling=example)
    assert (result.passed, result.actual) == (passed, said)
    assert result.as_dict()["expected"] == result.expected


@pytest.mark.parametrize(
    "example, facts",
    [
        ("{channel: phone}", {"channel": "phone", "sender.known": False, "text": "", "kind": "message"}),
        ("{repeat_contacts: 1}", {"repeat_contacts": 1, "sender.known": True}),
        ("{repeat_contacts: 1, sender.known: no}", {"sender.known": False}),
        ("{subject: Help, says: Please}", {"text": "Help\nPlease", "subject": "Help"}),
        ("{journey: repair}", {"journey": "repair", "confidence": 1.0}),
        ("{journey: repair, confidence: 0.5}", {"journey": "repair", "confidence": 0.5}),
    ],
)
def test_what_is_known_of_an_example(example: str, facts: dict[str, Any]) -> None:
    ruleset = loaded(LANDLORD % (example, "{channel: phone}"))
    known = facts_of(ruleset.owner[1].examples[0], ruleset, recogniser(ruleset))
    assert {name: known[name] for name in facts} == facts
