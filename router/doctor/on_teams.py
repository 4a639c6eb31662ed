"""Whether every way by which the landlord's teams want to be told is set up here."""

from channels import registry
from router.doctor.findings import Finding, ok, warning
from router.doctor.look import Look
from router.settings import Settings
from router.telling import SENDERS

NEEDED = {way.channel: way.needs for way in registry.WAYS_OUT}
"""The settings without which nothing goes out by a way."""


def told(look: Look) -> Finding | None:
    """Whether what teams name under `notify` can be used; nothing where the folder cannot be read."""
    if look.ruleset is None:
        return None
    wanted = dict.fromkeys(each.channel for team in look.ruleset.teams.values() for each in team.notify)
    missing = {way: names for way in wanted if (names := _lacking(way, look.settings))}
    if not missing:
        return ok("Teams can be told by every way that they name." if wanted else "No team names a way to be told.")
    wanting = dict.fromkeys(name for each in missing.values() for name in each)
    return warning(f"Teams want to be told by {', '.join(missing)}, and are not.", f"Set {', '.join(wanting)}.")


def _lacking(way: str, settings: Settings) -> list[str]:
    """The settings that are missing for a team's way, by their names in the environment."""
    return [name for name in NEEDED[SENDERS[way]] if not settings.setting(name)]
