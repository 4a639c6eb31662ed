"""What a rule can say beyond whose it is and how soon: the place in the queue, the reply, the escalation; and why."""

from dataclasses import dataclass
from enum import StrEnum


class Concern(StrEnum):
    """What a rule is for, in the order of precedence: where two rules say different things, the earlier one counts."""

    ADJUSTMENTS = "adjustments"
    SAFETY = "safety"
    PREFERENCES = "preferences"
    DEFAULTS = "defaults"

    @property
    def rank(self) -> int:
        """0 for what comes before everything else."""
        return _RANKS[self]


_RANKS = {concern: rank for rank, concern in enumerate(Concern)}


class QueuePosition(StrEnum):
    """Where an enquiry stands among those of its priority; without it, by what is due soonest."""

    FIRST = "first"
    LAST = "last"


@dataclass(frozen=True, slots=True)
class Escalation:
    """Who is told, one team after the other, while nobody acknowledges an enquiry, and how long each has.

    Without teams it is the owner's own escalation path, without minutes the time of the team that was told.
    """

    to: tuple[str, ...] = ()
    after: int | None = None
    """Minutes, by the clock."""


@dataclass(frozen=True, slots=True)
class Wishes:
    """How the rules would have somebody served, as far as adjustments allow.

    `by` are the channels to reply on, in order, None where no rule says so and empty where nobody is to be answered;
    `firm` says that they come before the customer's own preferences.
    """

    by: tuple[str, ...] | None = None
    firm: bool = False
    offer_callback: bool = False
    skip_menu: bool = False


NO_WISHES = Wishes()
