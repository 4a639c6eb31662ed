"""Whether every way by which the landlord's teams want to be told is set up here."""

from router.doctor.findings import Finding, ok, warning
from router.doctor.look import Look
from router.settings import Settings, environment_name

NEEDED = {
    "email": ("smtp_url", "mail_from"),
    "sms": ("twilio_account_sid", "sms_from"),
    "phone": ("twilio_account_sid", "voice_from"),
    "webhook": ("webhook_secret",),
}
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
    """The settings that are missing for a way, by their names in the environment."""
    return [environment_name(name) for name in NEEDED[way] if not _is_set(settings, name)]


def _is_set(settings: Settings, name: str) -> bool:
    value = getattr(settings, name)
    return bool(value if isinstance(value, str) else value.get_secret_value())
