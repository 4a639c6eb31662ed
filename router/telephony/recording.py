"""Recording a talk: only where the landlord does, once the caller has been told, and paused for what must not be kept.

The recording stays at the provider; its reference and its length come in as a part of the contact.
"""

from typing import Final

from channels.replies import Say
from router.calls import say
from router.live import LiveRuleset
from router.services import Services
from router.store import live_calls
from router.store.live_calls import CallChange
from router.store.rows import Row
from router.telephony.talks import How
from rules.phone_line import Recording

PLACE: Final = "recorded"
"""The place of a voice adapter where a recording comes in."""

ON, PAUSED = "on", "paused"


def of(row: Row, live: LiveRuleset) -> Recording | None:
    """Whether calls of this team are recorded: what is said before; None where they are not."""
    found = live.ruleset.calls.recording if live.ruleset.calls else None
    return found if found and (not found.teams or row["team"] in found.teams) else None


def is_on(row: Row, live: LiveRuleset) -> bool:
    """Whether a call is to be recorded: the landlord does, and this caller has been told."""
    return of(row, live) is not None and bool((row.get("live") or {}).get("told"))


def told(row: Row, live: LiveRuleset, *, may_record: bool) -> tuple[Say, ...]:
    """What a caller hears before they are recorded; nothing where they are not."""
    flow, found = live.ruleset.calls, of(row, live)
    if flow is None or found is None or not may_record:
        return ()
    return (say(flow, found.says),)


def with_told(row: Row) -> Row:
    """What changes of a row once its caller has been told."""
    return {"live": {**(row.get("live") or {}), "told": True}}


def state_of(row: Row) -> str | None:
    """Whether a talk is being recorded, and whether that is paused; None where it is not."""
    state: str | None = (row["live"] or {}).get("recording")
    return state


def stands(state: str) -> How:
    """The change of a row by which its recording stands so."""
    return lambda row: {"live": {**(row["live"] or {}), "recording": state}}


async def begins(services: Services, row: Row) -> None:
    """The two are being connected, and recorded from then on."""
    await services.writer.write(live_calls.change, CallChange(row["contact_id"], services.clock(), stands(ON)))
