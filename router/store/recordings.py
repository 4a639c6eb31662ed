"""What storing a part of a call brings with it: its recording lies at the provider, and is fetched once."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from sqlalchemy import Connection, update

from channels.names import PHONE
from channels.twilio_sms import NOT_FETCHED
from router.store.bulk import insert_rows
from router.store.ids import derived_id
from router.store.rows import Row
from router.store.schema import media, parts
from router.store.texts import WAITING, Stored

MEDIA_TYPE: Final = "audio/wav"
NO_SOUND: Final = frozenset({"absent", "failed", "in-progress", "processing", "paused"})
"""States of a recording in which there is nothing to fetch."""


def follow_up(connection: Connection, arrivals: Sequence[Stored]) -> None:
    """After parts were stored for the first time: have the recordings fetched that they speak of.

    Several parts speak of one recording, and come in any order: it belongs to whichever of them was first.
    """
    for contact, part in arrivals:
        if contact["channel"] == PHONE and _has_sound(part["facts"]):
            _wait_for(connection, contact, part)


def speaks_of(part: Mapping[str, Any]) -> bool:
    """Whether a part speaks of a recording, if only to say that there is none."""
    return "recording" in part["facts"]


def _has_sound(facts: Mapping[str, str]) -> bool:
    """Whether there is a recording: an empty one is none."""
    named = "recording" in facts and "recording_url" in facts
    return named and facts.get("recording_seconds") != "0" and facts.get("recording_status") not in NO_SOUND


def _wait_for(connection: Connection, contact: Row, part: Mapping[str, Any]) -> None:
    row = {
        "id": derived_id("recording", contact["account"], part["facts"]["recording"]),
        "part_id": part["id"],
        "contact_id": part["contact_id"],
        "position": 0,
        "url": part["facts"]["recording_url"],
        "media_type": MEDIA_TYPE,
        "state": WAITING,
        "attempts": 0,
        "not_before": part["received_at"],
        "trouble": None,
    }
    if insert_rows(connection, media, [row], only_new=True):
        marks = [*part["marks"], NOT_FETCHED]
        connection.execute(update(parts).where(parts.c.id == part["id"]).values(marks=marks))
