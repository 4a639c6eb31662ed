"""The landlord says in YAML what `mentions` overlooks, and the rules are decided by it."""

from datetime import UTC, datetime

import pytest

from rules.compile import compile_rules
from rules.judge import judge
from tests.unit.rules_language.landlords import BASE, RULE, loaded

TUESDAY = datetime(2026, 3, 3, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    "written, overlooked",
    [
        ("", (True, True)),
        ("mentions: {ignore_case: no}, ", (False, True)),
        ("mentions: {ignore_accents: false}, ", (True, False)),
        ("mentions: {ignore_case: no, ignore_accents: no}, ", (False, False)),
    ],
)
def test_what_mentions_overlooks(written: str, overlooked: tuple[bool, bool]) -> None:
    base = BASE["base.yaml"].decode().replace("landlord: {", f"landlord: {{{written}", 1)
    ruleset = loaded(RULE + "    text: {mentions: Café}", base=base)
    assert tuple(ruleset.landlord.overlooked) == overlooked
    found = [judge(compile_rules(ruleset), {"text": text}, TUESDAY).winner == 0 for text in ("Café", "café", "Cafe")]
    assert found == [True, *overlooked]
