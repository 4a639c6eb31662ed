"""Whole rules as plain English sentences, so that two people who read one aloud agree on what it does."""

from collections.abc import Iterator

from rules.landlord import Ruleset
from rules.model import JOURNEY_TEAM, Priority, Rule, Then
from rules.normal import Node, normal
from rules.wording import listed, states

_PRIORITIES = {
    Priority.EMERGENCY: "it is an emergency",
    Priority.HIGH: "it has high priority",
    Priority.NORMAL: "it has normal priority",
    Priority.LOW: "it has low priority",
}
_OWN = "the journey's own team, or without a journey to that of the menu key or mailbox"


def sentence(rule: Rule, ruleset: Ruleset) -> str:
    """One rule as a sentence, and its reason as the next."""
    parts = normal(rule.when).parts
    results = "; ".join(_results(rule.then, ruleset))
    effect = f"{_if(parts, ruleset)}, then {results}." if parts else f"{results[:1].upper()}{results[1:]}."
    return f"{rule.name[:1].upper()}{rule.name[1:]}: {effect} {rule.because}".rstrip()


def sentences(ruleset: Ruleset) -> tuple[str, ...]:
    """The whole ruleset, with what tells the two lists apart."""
    owner = [sentence(rule, ruleset) for rule in ruleset.owner]
    handling = [sentence(rule, ruleset) for rule in ruleset.handling]
    return (
        "The first of these rules that fits decides who owns a contact.",
        *(f"{number}. {each}" for number, each in enumerate(owner, 1)),
        f"If none fits, it goes to {ruleset.fallback.name}.",
        *(("Besides, every one of these rules that fits applies.",) if handling else ()),
        *(f"{number}. {each}" for number, each in enumerate(handling, 1)),
    )


def _if(parts: tuple[Node, ...], ruleset: Ruleset) -> str:
    return f"If {', and '.join(states(part, ruleset) for part in parts)}"


def _results(then: Then, ruleset: Ruleset) -> Iterator[str]:
    """What a rule does, one clause each; always at least one."""
    said = list(_said(then, ruleset))
    yield from said or ["nothing changes"]


def _said(then: Then, ruleset: Ruleset) -> Iterator[str]:
    if then.team:
        yield f"it goes to {_OWN if then.team == JOURNEY_TEAM else ruleset.teams[then.team].name}"
    if then.take_over:
        yield "it takes over an enquiry that another team has"
    if then.also:
        yield f"{listed((ruleset.teams[key].name for key in then.also), 'and')} also {_does(then.also)} a part in it"
    if then.priority:
        yield _PRIORITIES[then.priority]
    for name, span in then.due:
        yield f"“{name.replace('-', ' ')}” is due within {span}"
    for key in then.ask:
        yield f"the customer is asked: “{ruleset.questions.get(key, key)}”"
    for instruction in then.instructions:
        yield f"the colleague is told: “{instruction.removesuffix('.')}”"
    if then.message:
        yield f"the acknowledgement is “{then.message.replace('-', ' ')}”"


def _does(items: tuple[str, ...]) -> str:
    return "have" if len(items) > 1 else "has"
