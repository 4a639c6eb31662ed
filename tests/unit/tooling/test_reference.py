"""The reference of the rule language is made of its tables, and every example in the tables is right."""

from pathlib import Path

import pytest

from rules.documented import GROUPS, OPERATORS, OUTCOMES, RULE, Entry
from rules.fields import FIELDS, Field
from rules.folder import read_folder
from rules.load import load_checked
from rules.model import Rule
from rules.reference_page import reference

pytestmark = pytest.mark.usefixtures("quick_loads")

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs/rules.md").read_text(encoding="utf-8")
SAMPLE = read_folder(ROOT / "config")
ASKED_OF = {"all": "customer.household", "mentions": "text", "matches": "sender.address", "open": "hours"}
ASKED_OF |= {"closed": "hours", "present": "customer.tenure", "absent": "customer.tenure"}


def test_the_reference_is_current() -> None:
    assert reference() in PAGE, "scripts/reference"


def rule_of(*lines: str, listed: str = "handling") -> Rule:
    """The rule that has these lines, in the sample landlord."""
    keys = {line.partition(":")[0] for line in lines}
    usual = {
        "rule": "rule: tried",
        "because": "because: It is tried.",
        "examples": "examples: [{channel: phone}]",
        "when": "when: {channel: phone}",
        "then": "then: {priority: high}",
    }
    written = [*lines, *(line for key, line in usual.items() if key not in keys)]
    text = f"{listed}:\n  -\n" + "".join(f"    {line}\n" for line in written)
    ruleset, warnings = load_checked(SAMPLE | {"a.yaml": text.encode()})
    said = [each.message for each in warnings if each.mark.file == "a.yaml"]
    assert [message for message in said if "is unknown" not in message] == []
    return (ruleset.owner if listed == "owner" else ruleset.handling)[0]


@pytest.mark.parametrize("field", FIELDS.values(), ids=lambda field: field.name)
def test_the_example_of_a_field_is_right(field: Field) -> None:
    assert rule_of(f"when: {{{field.example}}}").when is not None


@pytest.mark.parametrize("entry", OPERATORS.values(), ids=lambda entry: entry.name)
def test_the_example_of_an_operator_is_right(entry: Entry) -> None:
    name = ASKED_OF.get(entry.name, "attachments")
    assert rule_of(f"when: {{{name}: {entry.example}}}").when is not None


@pytest.mark.parametrize("entry", GROUPS.values(), ids=lambda entry: entry.name)
def test_the_example_of_a_group_is_right(entry: Entry) -> None:
    assert rule_of(f"when: {{{entry.example}}}").when is not None


@pytest.mark.parametrize("entry", OUTCOMES.values(), ids=lambda entry: entry.name)
def test_the_example_of_an_outcome_is_right(entry: Entry) -> None:
    listed = "owner" if entry.name == "team" else "handling"
    assert rule_of(f"then: {{{entry.example}}}", listed=listed).then is not None


@pytest.mark.parametrize("entry", RULE.values(), ids=lambda entry: entry.name)
def test_the_example_of_a_rules_key_is_right(entry: Entry) -> None:
    assert rule_of(entry.example, listed="owner" if entry.name == "then" else "handling").name
