"""An emergency that nobody acknowledges: which team is told next, and how long each has. Pure."""

from datetime import timedelta

from rules.landlord import Ruleset, Team


def next_told(owner: str, step: int, ruleset: Ruleset) -> str:
    """The team that is told at a step, from 1: along the owner's escalation path, then the owner, and round again."""
    team = _team(owner, ruleset)
    path = (*team.escalation, team.key)
    return path[(step - 1) % len(path)]


def patience(told: str, ruleset: Ruleset) -> timedelta:
    """How long a team that was told has to acknowledge, before the next one is."""
    return timedelta(minutes=_team(told, ruleset).acknowledge_within or ruleset.landlord.acknowledge_within)


def _team(key: str, ruleset: Ruleset) -> Team:
    """The team; the fallback team for one that the live ruleset no longer has."""
    return ruleset.teams.get(key) or ruleset.fallback
