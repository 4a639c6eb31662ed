"""The examples in the rules, tried: each contact is decided, and the rule it stands under is the one or is not."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from zoneinfo import ZoneInfo

from rules.compile import Compiled
from rules.judge import Verdict, failed, judge
from rules.landlord import Ruleset
from rules.model import Example, Facts, FactValue, Mark
from rules.recognise import Recogniser
from rules.recognised import with_journey
from rules.wording import listed, missed, states

USUAL_MOMENT: Final = datetime(2026, 3, 10, 10)  # noqa: DTZ001 - local
"""When an example without `at` happens: ten o'clock, local, on a Tuesday on which everybody works."""
_WORDS: Final = {True: ("decides it", "does not decide it"), False: ("applies", "does not apply")}
"""What an owner rule does, or does not; and a handling rule."""
_OF_A_CUSTOMER: Final = ("customer.", "repeat_contacts", "open_enquiries")


@dataclass(frozen=True, slots=True)
class ExampleResult:
    """How one example came out; `deciding` says in words which conditions made it so."""

    rule: str
    mark: Mark
    passed: bool
    expected: str
    actual: str
    deciding: str

    def __str__(self) -> str:
        return f"{self.mark}: expected {self.expected}, but {self.actual}: {self.deciding}"

    def as_dict(self) -> dict[str, str | int | bool]:
        """Give it as plain values, for JSON."""
        return {
            "rule": self.rule,
            "file": self.mark.file,
            "line": self.mark.line,
            "column": self.mark.column,
            "passed": self.passed,
            "expected": self.expected,
            "actual": self.actual,
            "deciding": self.deciding,
        }


def run_examples(compiled: Compiled, recogniser: Recogniser) -> tuple[ExampleResult, ...]:
    """Try every example of every rule, in the order in which they are written."""
    return tuple(
        _tried(compiled, recogniser, bit, example)
        for bit, rule in enumerate(compiled.rules)
        for example in rule.examples
    )


def facts_of(example: Example, ruleset: Ruleset, recogniser: Recogniser) -> Facts:
    """What would be known of such a contact: what is given, what is recognised, and what is known of every one."""
    facts: dict[str, FactValue] = {"kind": "message", "attachments": 0, "subject": "", "about.another": False}
    facts["sender.known"] = any(name.startswith(_OF_A_CUSTOMER) for name in example.facts)
    facts |= example.facts
    body = example.says or str(facts.get("text", ""))
    facts["text"] = "\n".join(part for part in (str(facts["subject"]), body) if part)
    return with_journey(facts, ruleset, recogniser)


def moment_of(example: Example, ruleset: Ruleset) -> datetime:
    """When an example happens, in the landlord's zone."""
    return example.at or USUAL_MOMENT.replace(tzinfo=ZoneInfo(ruleset.landlord.zone))


def _tried(compiled: Compiled, recogniser: Recogniser, bit: int, example: Example) -> ExampleResult:
    facts = facts_of(example, compiled.ruleset, recogniser)
    local = moment_of(example, compiled.ruleset)
    verdict = judge(compiled, facts, local.astimezone(UTC))
    rule = compiled.rules[bit]
    decides = bool(compiled.owners >> bit & 1)
    holds = verdict.winner == bit if decides else bool(verdict.fits >> bit & 1)
    return ExampleResult(
        rule=rule.name,
        mark=example.mark,
        passed=holds is not example.negated,
        expected=f"that rule “{rule.name}” {_WORDS[decides][example.negated]}",
        actual=_actual(compiled, verdict, decides=decides, holds=holds),
        deciding=_deciding(compiled, facts, local, verdict, bit),
    )


def _actual(compiled: Compiled, verdict: Verdict, *, decides: bool, holds: bool) -> str:
    if holds or not decides:
        return f"it {_WORDS[decides][not holds]}".replace("decides it", "does")
    return f"rule “{compiled.rules[verdict.winner].name}” does" if verdict.winner >= 0 else "no rule does"


def _deciding(compiled: Compiled, facts: Facts, local: datetime, verdict: Verdict, bit: int) -> str:
    """The conditions that it failed on; where it fits, those of the rule that wins."""
    parts = failed(compiled, verdict, bit)
    if parts:
        return listed((missed(part, compiled.ruleset, facts, local) for part in parts), "and")
    decisive = verdict.winner if compiled.owners >> bit & 1 else bit
    conditions = [states(part, compiled.ruleset) for _, part in compiled.parts[decisive]]
    return listed(conditions, "and") if conditions else "nothing is asked"
