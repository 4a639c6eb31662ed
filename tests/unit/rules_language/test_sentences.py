"""Rules in plain English: every operator, field and outcome, as YAML beside the sentence that people read aloud."""

import re

import pytest

from rules.difference import _plain
from rules.fields import FIELDS, OPERATORS
from rules.landlord import Ruleset
from rules.model import Rule, Then
from rules.normal import normal
from rules.precedence import concern_of
from rules.sentences import sentence
from tests.unit.rules_language.landlords import CASES, loaded

MORE = (CASES / "sentences.yaml").read_text()
TEXT = (CASES / "sentences.txt").read_text()
BLOCKS = [tuple(block.split("\n= ")) for block in TEXT.strip().split("\n\n")]


def made(written: str) -> tuple[Rule, Ruleset]:
    """The rule that has these lines; without `then` it asks a question, without `when` it always fits."""
    lines = written if "then:" in written else f"{written}\nthen: {{ask: is-everyone-out}}"
    listed = "owner" if "{team:" in lines else "handling"
    rule = "\n".join(f"    {line}" for line in lines.splitlines())
    ruleset = loaded(
        f"{listed}:\n  - rule: tried\n    because: It is so.\n    examples: [{{channel: phone}}]\n{rule}\n", more=MORE
    )
    (first, *_) = ruleset.owner if listed == "owner" else ruleset.handling
    return first, ruleset


def said(written: str) -> str:
    """Its sentence, without what is the same in all of them."""
    found = sentence(*made(written))
    asked = ", then the customer is asked: “Is everyone out?”."
    return found.removeprefix("Tried: ").removesuffix(" It is so.").removesuffix(asked)


@pytest.mark.parametrize("written, expected", BLOCKS, ids=[written.replace("\n", " ") for written, _ in BLOCKS])
def test_a_rule_reads_as_people_say_it(written: str, expected: str) -> None:
    assert said(written) == expected


def test_every_field_operator_and_outcome_has_its_sentence() -> None:
    named = set(re.findall(r"[\w.]+(?=:)", TEXT))
    operators = {name for names in OPERATORS.values() for name in names}
    assert {*FIELDS, *operators, *Then.__dataclass_fields__} - {"is"} <= named


def test_no_two_rules_that_differ_read_alike() -> None:
    meant: dict[str, object] = {}
    for written, expected in BLOCKS:
        rule, _ = made(written)
        means = _plain((normal(rule.when), rule.then, concern_of(rule)))
        assert meant.setdefault(expected, means) == means, written
