"""What the examples of each rule try: every value of a list, every alternative, and every condition that keeps out.

A value or an alternative is tried by an example to which the rule applies and on which that very one holds; under a
`not`, by an example that it keeps out. A condition is tried by an example of what the rule is not for (`not: true`) on
which it does not hold.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC

from rules.compile import Compiled, compile_rules
from rules.examples import facts_of, moment_of
from rules.judge import judge
from rules.landlord import Ruleset
from rules.model import All, Any, Condition, Example, Mark, Not, Op, Rule, Test, Then
from rules.normal import normal
from rules.recognise import Recogniser
from rules.unknowns import tests_in
from rules.wording import states

_PAIRS = (Op.BETWEEN,)
"""What takes two values together."""


@dataclass(frozen=True, slots=True)
class Branch:
    """One way through a rule's conditions."""

    rule: str
    mark: Mark
    says: str
    """The value, alternative or condition in words."""
    applies: bool
    """Whether an example has to be one that the rule applies to; else one that it keeps out."""
    tried: bool

    def __str__(self) -> str:
        """Write it as editors and terminals link it."""
        wanted = "to which it applies, and" if self.applies else "with `not: true`"
        what = self.says if self.applies else f"it is kept out by this: {self.says}"
        return f"{self.mark}: rule “{self.rule}” has no example {wanted} where {what}"

    def as_dict(self) -> dict[str, str | int | bool]:
        """Give it as plain values, for JSON."""
        place: dict[str, str | int | bool] = {
            "file": self.mark.file,
            "line": self.mark.line,
            "column": self.mark.column,
        }
        return place | {"rule": self.rule, "branch": self.says, "applies": self.applies, "tried": self.tried}


@dataclass(frozen=True, slots=True)
class _Wanted:
    rule: int
    condition: Condition
    mark: Mark
    applies: bool


def branches(compiled: Compiled, recogniser: Recogniser) -> tuple[Branch, ...]:
    """Every branch of every rule, and whether one of the rule's own examples tries it."""
    wanted = [each for number, rule in enumerate(compiled.rules) for each in _wanted(number, rule)]
    tried = _tried(compiled, recogniser, wanted)
    return tuple(
        Branch(
            rule=compiled.rules[each.rule].name,
            mark=each.mark,
            says=states(normal(each.condition), compiled.ruleset),
            applies=each.applies,
            tried=place in tried,
        )
        for place, each in enumerate(wanted)
    )


def _wanted(number: int, rule: Rule) -> Iterator[_Wanted]:
    whole = rule.when
    for part in whole.conditions if isinstance(whole, All) else (whole,):
        if part != All(()):
            mark = next((test.mark for test in tests_in(part)), rule.mark)
            yield _Wanted(number, part, mark, applies=False)
            yield from _ways(number, part, denied=False)


def _ways(number: int, condition: Condition, *, denied: bool) -> Iterator[_Wanted]:
    """The alternatives of a condition, down to the single values of its lists."""
    match condition:
        case Test(operands=operands) if len(operands) > 1 and condition.op not in _PAIRS:
            for operand in operands:
                yield _Wanted(number, replace(condition, operands=(operand,)), condition.mark, applies=not denied)
        case Any(parts):
            for part in parts:
                ways = list(_ways(number, part, denied=denied))
                mark = next((test.mark for test in tests_in(part)), None)
                yield from ways or ([_Wanted(number, part, mark, applies=not denied)] if mark else [])
        case All(parts):
            for part in parts:
                yield from _ways(number, part, denied=denied)
        case Not(inner):
            yield from _ways(number, inner, denied=not denied)


def _tried(compiled: Compiled, recogniser: Recogniser, wanted: list[_Wanted]) -> set[int]:
    """The positions of the branches that an example tries: all of them are decided at once, as rules of their own."""
    apart = compile_rules(_as_rules(compiled.ruleset, wanted))
    of_rule: dict[int, list[int]] = {}
    for place, each in enumerate(wanted):
        of_rule.setdefault(each.rule, []).append(place)
    found: set[int] = set()
    for number, rule in enumerate(compiled.rules):
        for example in rule.examples if number in of_rule else ():
            applies, holding = _decided(compiled, apart, recogniser, example, number)
            for place in of_rule[number]:
                holds = bool(holding >> place & 1)
                if _tries(wanted[place], rule, example, applies=applies, holds=holds):
                    found.add(place)
    return found


def _tries(wanted: _Wanted, rule: Rule, example: Example, *, applies: bool, holds: bool) -> bool:
    if wanted.applies:
        return applies and holds
    whole = rule.when.conditions if isinstance(rule.when, All) else (rule.when,)
    keeps_out = not holds if wanted.condition in whole else holds
    return not applies and example.negated and keeps_out


def _decided(
    compiled: Compiled, apart: Compiled, recogniser: Recogniser, example: Example, number: int
) -> tuple[bool, int]:
    """Whether a rule applies to an example, and the mask of the branches that hold on it."""
    facts = facts_of(example, compiled.ruleset, recogniser)
    at = moment_of(example, compiled.ruleset).astimezone(UTC)
    applies = bool(judge(compiled, facts, at).fits >> number & 1)
    return applies, judge(apart, facts, at).fits


def _as_rules(ruleset: Ruleset, wanted: list[_Wanted]) -> Ruleset:
    rules = (Rule(str(place), each.condition, Then(), "", (), each.mark) for place, each in enumerate(wanted))
    return replace(ruleset, owner=(), handling=tuple(rules), digest="")
