"""An enquiry that nobody acknowledges: which team is told next, and how long each has. Pure."""

from datetime import timedelta

from rules.landlord import Ruleset, Team
from rules.outcomes import Escalation


def next_told(owner: str, step: int, ruleset: Ruleset, asked: Escalation | None = None) -> str:
    """The team that is told at a step, from 1: along the escalation path, then the owner, and round again.

    The path is the one that a rule asked for, of the teams that there still are, else the owner's own.
    """
    team = _team(owner, ruleset)
    named = [key for key in asked.to if key in ruleset.teams and key != team.key] if asked else []
    path: tuple[str, ...] = (*(named or team.escalation), team.key)
    return path[(step - 1) % len(path)]


def patience(told: str, ruleset: Ruleset, asked: Escalation | None = None) -> timedelta:
    """How long a team that was told has to acknowledge, before the next one is."""
    own = _team(told, ruleset).acknowledge_within or ruleset.landlord.acknowledge_within
    return timedelta(minutes=(asked.after if asked else None) or own)


def _team(key: str, ruleset: Ruleset) -> Team:
    """The team; the fallback team for one that the live ruleset no longer has."""
    return ruleset.teams.get(key) or ruleset.fallback
