"""The small landlord that the cases of the rule language stand on, and how a case is loaded on top of it."""

from pathlib import Path

from rules.landlord import Ruleset
from rules.load import load_checked
from rules.model import Condition
from rules.problems import Problem, RulesetError

CASES = Path(__file__).parents[2] / "cases" / "rules"
BASE = {file.name: file.read_bytes() for file in (CASES / "base").iterdir()}

RULE = """\
owner:
- rule: tried
  because: It is tried.
  examples: [{channel: phone}]
  then: {team: hub}
  when:
"""


def loaded(case: str | bytes, **others: str) -> Ruleset:
    """The small landlord with one more file, `case.yaml`, and any others."""
    files = {f"{name}.yaml": text.encode() for name, text in others.items()}
    return load_checked(BASE | files | {"case.yaml": case if isinstance(case, bytes) else case.encode()})[0]


def problems_of(case: str | bytes) -> tuple[Problem, ...]:
    """Everything that is said about one more file, `case.yaml`."""
    content = case if isinstance(case, bytes) else case.encode()
    try:
        return load_checked(BASE | {"case.yaml": content})[1]
    except RulesetError as error:
        return error.problems


def condition(written: str) -> Condition:
    """The condition that a `when` of these lines stands for."""
    lines = "".join(f"    {line}\n" for line in written.splitlines())
    return loaded(RULE + lines).owner[0].when
