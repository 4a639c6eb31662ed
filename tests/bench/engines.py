"""Public rule engines given the same rules and the same facts, the first rule that fits deciding; each if installed.

    pip install zen-engine common-expression-language rule-engine

Their facts are made for them in advance, with what depends on the clock already worked out: the minute of the day, and
which teams are open.
"""

import json
from collections.abc import Callable, Sequence
from datetime import datetime
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType

from rules.clock import Calendar, calendar_of, is_open
from rules.landlord import Ruleset
from rules.model import All, Any, Condition, Facts, Not, Op, Test
from rules.moments import point

Context = dict[str, object]
Batch = Callable[[], list[int]]
"""Decides all contacts, each to the number of the first rule that fits."""

WORDS = {"and": " and ", "or": " or ", "not": "not "}
SIGNS = {"and": " && ", "or": " || ", "not": "!"}


def engines(ruleset: Ruleset, contacts: Sequence[tuple[Facts, datetime]]) -> dict[str, Batch | None]:
    """By name, what decides these contacts by the owner rules; None where the engine is not installed."""
    calendar = calendar_of(ruleset.landlord)
    contexts = [_context(ruleset, calendar, facts, at) for facts, at in contacts]
    known = {
        "zen-engine": ("zen", _zen),
        "common-expression-language": ("cel", _cel),
        "rule-engine": ("rule_engine", _rule_engine),
    }
    return {
        name: prepare(import_module(module), ruleset, contexts) if find_spec(module) else None
        for name, (module, prepare) in known.items()
    }


def _zen(zen: ModuleType, ruleset: Ruleset, contexts: Sequence[Context]) -> Batch:
    """A decision table; one column for the whole condition is as fast there as a column for each field."""
    rows = [
        {"_id": str(number), "when": _said(rule.when, WORDS), "rule": str(number)}
        for number, rule in enumerate(ruleset.owner)
    ]
    table = {
        "hitPolicy": "first",
        "inputs": [{"id": "when", "name": "when"}],
        "outputs": [{"id": "rule", "field": "rule", "name": "rule"}],
        "rules": rows,
    }
    nodes = [("in", "inputNode", {}), ("table", "decisionTableNode", {"content": table}), ("out", "outputNode", {})]
    graph = {
        "nodes": [
            {"id": key, "type": kind, "name": key, "position": {"x": 0, "y": 0}} | more for key, kind, more in nodes
        ],
        "edges": [
            {"id": source, "type": "edge", "sourceId": source, "targetId": target}
            for source, target in (("in", "table"), ("table", "out"))
        ],
    }
    engine = zen.ZenEngine({"loader": {"type": "static", "content": {"rules": json.loads(json.dumps(graph))}}})
    requests = [{"key": "rules", "context": context} for context in contexts]
    return lambda: [each["data"]["result"]["rule"] for each in engine.evaluate_batch(requests)]


def _cel(cel: ModuleType, ruleset: Ruleset, contexts: Sequence[Context]) -> Batch:
    """One compiled program for each rule, tried one after the other."""
    programs = [cel.compile(_said(rule.when, SIGNS)) for rule in ruleset.owner]
    return lambda: [
        next(number for number, program in enumerate(programs) if program.execute(context))
        for context in (cel.Context(variables=each) for each in contexts)
    ]


def _rule_engine(rule_engine: ModuleType, ruleset: Ruleset, contexts: Sequence[Context]) -> Batch:
    """One compiled rule for each rule, tried one after the other."""
    rules = [rule_engine.Rule(_said(rule.when, WORDS)) for rule in ruleset.owner]
    return lambda: [next(number for number, rule in enumerate(rules) if rule.matches(each)) for each in contexts]


def _context(ruleset: Ruleset, calendar: Calendar, facts: Facts, at: datetime) -> Context:
    local = calendar.local(at)
    known = {name.replace(".", "_"): sorted(v) if isinstance(v, frozenset) else v for name, v in facts.items()}
    teams = [key for key, team in ruleset.teams.items() if is_open(ruleset.hours[team.hours], calendar, at)]
    return {**known, "minute": local.hour * 60 + local.minute, "teams": teams}


def _said(condition: Condition, words: dict[str, str]) -> str:
    """A condition as an expression of such a language."""
    match condition:
        case All(parts) | Any(parts):
            joined = words["and" if isinstance(condition, All) else "or"].join(_said(part, words) for part in parts)
            return f"({joined})" if parts else "true"
        case Not(inner):
            return f"{words['not']}({_said(inner, words)})"
        case Test():
            return _tested(condition, words)


def _tested(test: Test, words: dict[str, str]) -> str:
    name, values = test.field.replace(".", "_"), [json.dumps(each) for each in test.operands]
    match test.op, test.field:
        case Op.OPEN | Op.CLOSED as op, _:
            held = words["or"].join(f"{value} in teams" for value in values)
            return f"({held})" if op is Op.OPEN else f"{words['not']}({held})"
        case Op.AT_LEAST, "time":
            return f"minute >= {point('time', test.operands[0])}"
        case Op.AT_LEAST, _:
            return f"{name} >= {values[0]}"
        case Op.BELOW, _:
            return f"{name} < {values[0]}"
        case Op.IS, "customer.household" | "customer.adjustments":
            return f"({words['or'].join(f'{value} in {name}' for value in values)})"
        case Op.IS, _:
            return f"{name} == {values[0]}" if len(values) == 1 else f"{name} in [{', '.join(values)}]"
    raise AssertionError(test)
