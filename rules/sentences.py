"""Whole rules as plain English sentences, so that two people who read one aloud agree on what it does."""

from rules.landlord import Ruleset
from rules.model import Rule
from rules.normal import Node, normal
from rules.outcomes import Concern
from rules.precedence import concern_of, written
from rules.results import results
from rules.wording import states

_CONCERNS = {
    Concern.ADJUSTMENTS: "adjustments",
    Concern.SAFETY: "safety",
    Concern.PREFERENCES: "preferences",
    Concern.DEFAULTS: "everything else",
}
_BESIDES = (
    "Besides, every one of these rules that fits applies. Where two say different things, rules for adjustments count "
    "first, then those for safety, then those for preferences, then the others; among equals, the owner rule and then "
    "the one that stands first."
)


def sentence(rule: Rule, ruleset: Ruleset) -> str:
    """One rule as a sentence, and its reason as the next."""
    parts = normal(rule.when).parts
    done = "; ".join(results(rule.then, ruleset))
    effect = f"{_if(parts, ruleset)}, then {done}." if parts else f"{done[:1].upper()}{done[1:]}."
    counts = f"It counts as a rule for {_CONCERNS[concern_of(rule)]}." if rule.concern or _is_ordered(rule) else ""
    return " ".join(
        part for part in (f"{rule.name[:1].upper()}{rule.name[1:]}: {effect}", counts, rule.because) if part
    )


def _is_ordered(rule: Rule) -> bool:
    """Whether it says something that another rule can say differently, and counts before the rest."""
    return concern_of(rule) is not Concern.DEFAULTS and bool(written(rule.then))


def sentences(ruleset: Ruleset) -> tuple[str, ...]:
    """The whole ruleset, with what tells the two lists apart."""
    owner = [sentence(rule, ruleset) for rule in ruleset.owner]
    handling = [sentence(rule, ruleset) for rule in ruleset.handling]
    return (
        "The first of these rules that fits decides who owns a contact.",
        *(f"{number}. {each}" for number, each in enumerate(owner, 1)),
        f"If none fits, it goes to {ruleset.fallback.name}.",
        *((_BESIDES,) if handling else ()),
        *(f"{number}. {each}" for number, each in enumerate(handling, 1)),
    )


def _if(parts: tuple[Node, ...], ruleset: Ruleset) -> str:
    # A group among others stands in brackets: what an "or" reaches must not depend on how it is read aloud.
    return f"If {', and '.join(states(part, ruleset, inside=len(parts) > 1) for part in parts)}"
