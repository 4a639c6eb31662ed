"""What stands in the braces of our messages: names, references and times, put into words at the last moment."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from channels.numbers import spoken
from router.directory import Identity
from router.live import LiveRuleset

NO_TIME = "the earliest time we can"
NO_JOURNEY = "your enquiry"


def values_of(
    row: Mapping[str, Any], enquiry: Mapping[str, Any], identity: Identity, live: LiveRuleset, now: datetime
) -> dict[str, str]:
    """The values for every placeholder that a message may have, as things stand now; no time that is over."""
    due = row["values"].get("due")
    ruleset = live.ruleset
    team = ruleset.teams.get(enquiry["team"])
    journey = ruleset.journeys.get(enquiry["journey"] or "")
    customer = identity.customer
    return {
        "reference": enquiry["reference"],
        "team": team.name if team else enquiry["team"],
        "journey": journey.name if journey else NO_JOURNEY,
        "due": when(due if due and datetime.fromisoformat(due) > now else None, live),
        "landlord": ruleset.landlord.name,
        "name": customer["name"] if customer else "",
        "text": row["values"].get("text", ""),
        "urgent_line": spoken(ruleset.calls.numbers[0]) if ruleset.calls and ruleset.calls.numbers else "",
    }


def when(written: str | None, live: LiveRuleset) -> str:
    """A stored moment as people say it, on the landlord's own clock: 9:30 on Tuesday 24 November."""
    if not written:
        return NO_TIME
    local = live.calendar.local(datetime.fromisoformat(written))
    return f"{local:%H:%M} on {local:%A} {local.day} {local:%B}"
