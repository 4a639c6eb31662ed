"""Which rule counts where several that fit say different things: those for adjustments, safety, preferences, the rest.

What several rules can say together is joined and needs no order: contributing teams, questions, instructions, the most
urgent priority, the earliest of due times. Of all else only one thing can be true, and it is said by the rule whose
concern comes first; of rules with one concern by the owner rule, then by the first in the file.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from rules.model import All, Condition, Not, Op, Priority, Rule, Test, Then
from rules.model import Any as AnyOf
from rules.outcomes import Concern, Escalation, QueuePosition, Wishes

Value = str | int | bool | tuple[str, ...] | QueuePosition
"""What a rule says of one thing."""

_ASKED: Final = {"customer.adjustments": Concern.ADJUSTMENTS, "customer.preferences": Concern.PREFERENCES}
FIRM: Final = (Concern.ADJUSTMENTS, Concern.SAFETY)
"""What comes before the customer's own preferences."""


def concern_of(rule: Rule) -> Concern:
    """What a rule is for: as it says, else what it asks for, else safety if it makes an emergency of it."""
    if rule.concern is not None:
        return rule.concern
    asked = {_ASKED[name] for name in _asked_for(rule.when) if name in _ASKED}
    safety = {Concern.SAFETY} if rule.then.priority is Priority.EMERGENCY else set()
    return min((*asked, *safety), key=lambda concern: concern.rank, default=Concern.DEFAULTS)


def written(then: Then) -> Mapping[str, Value]:
    """What a rule says of each thing of which only one can be true, by its name as it is written in YAML."""
    escalate = then.escalate or Escalation()
    said: Mapping[str, Value | None] = {
        "message": then.message,
        "queue": then.queue,
        "reply": then.reply,
        "escalate.to": escalate.to or None,
        "escalate.after": escalate.after,
        "offer_callback": then.offer_callback,
        "skip_menu": then.skip_menu,
    }
    return {name: value for name, value in said.items() if value is not None}


def _said(rule: Rule) -> Mapping[str, tuple[Concern, Value]]:
    concern = concern_of(rule)
    return {name: (concern, value) for name, value in written(rule.then).items()}


def settled(rules: Iterable[Rule]) -> Mapping[str, tuple[Concern, Any]]:
    """What rules that fit together come to, for each thing that any of them says: the concern and the value."""
    found: dict[str, tuple[Concern, Value]] = {}
    for rule in rules:
        for name, (concern, value) in _said(rule).items():
            if name not in found or concern.rank < found[name][0].rank:
                found[name] = concern, value
    return found


def wishes(said: Mapping[str, tuple[Concern, Any]]) -> Wishes:
    """How the customer is to be served by what was settled."""
    concern, by = said.get("reply", (Concern.DEFAULTS, None))
    return Wishes(
        by=by,
        firm=by is not None and concern in FIRM,
        offer_callback=value_of(said, "offer_callback") or False,
        skip_menu=value_of(said, "skip_menu") or False,
    )


def escalation(said: Mapping[str, tuple[Concern, Any]]) -> Escalation | None:
    """Who is told while nobody acknowledges it, by what was settled; None where no rule says anything of it."""
    to, after = value_of(said, "escalate.to"), value_of(said, "escalate.after")
    return None if to is None and after is None else Escalation(to or (), after)


def value_of(said: Mapping[str, tuple[Concern, Any]], name: str) -> Any:
    """The value that was settled for a name, None where no rule says anything of it."""
    return said[name][1] if name in said else None


def _asked_for(condition: Condition) -> Iterator[str]:
    """The fields that a condition asks something of, but for what stands under a `not`: that is asked of nobody."""
    match condition:
        case Test(field=name, op=op) if op is not Op.ABSENT:
            yield name
        case All(parts) | AnyOf(parts):
            for part in parts:
                yield from _asked_for(part)
        case Test() | Not():
            return
