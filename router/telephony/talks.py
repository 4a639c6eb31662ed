"""A call in which somebody was put on hold or brought in: who is where, worked out from its row; pure.

Caller and colleague talk by the provider's own connection until the first of these. From then on the colleague is in a
room (a conference), with whoever is brought in, and the caller is there with them, or held outside it. Each room is of
one attempt to put the caller through (`turn`): who is handed on in the course of it goes on in the next one.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Final

from router.store.brought_in import HERE, third_of
from router.store.calls import TALKING, WAITING
from router.store.rows import Row

How = Callable[[Row], Row | None]
HELD, TOGETHER = "held", "together"
TEAM, INTERPRETER = "team", "interpreter"

COMES: Final = timedelta(seconds=30)
"""So long after they were sent there a colleague has to be in the room, or counts as cut off."""

LONGEST_HOLD: Final = timedelta(minutes=15)
"""Whoever is held for longer goes back to where they waited: nobody may know any more that they are there."""


def talk_of(row: Row) -> Row | None:
    """Who is where in a call that has a room; None for any other."""
    found: Row | None = (row["live"] or {}).get("talk")
    return found


def room_of(row: Row, turn: int | None = None) -> str:
    """The name of a call's room."""
    return f"{row['contact_id']}-{row['turn'] if turn is None else turn}"


def _with_talk(row: Row, **changes: Any) -> Row:
    """What changes of a row when this changes of its talk."""
    return {"live": {**(row["live"] or {}), "talk": {**(talk_of(row) or {}), **changes}}}


def hold(at: datetime, enquiry: str, third: Row | None = None) -> How:
    """Hold the caller, with somebody who is rung meanwhile if there is one; not while another is being brought in."""

    def how(row: Row) -> Row | None:
        if row["stage"] != TALKING or not row["leg"] or (third and third_of(row)):
            return None
        known = talk_of(row) or {"here": False, "third": None, "enquiry": enquiry}
        # The provider records a connection between two, which is over from here on.
        row = row | {"live": {name: value for name, value in (row["live"] or {}).items() if name != "recording"}}
        return _with_talk(row, **known | {"mode": HELD, "at": at.isoformat()} | ({"third": third} if third else {}))

    return how


def undone(before: Row) -> How:
    """As it was before, where the provider could not do it and nothing else has come of the call since."""
    return lambda row: {"live": before["live"]} if row["turn"] == before["turn"] else None


def resume(at: datetime) -> How:
    """Have the caller talk with whoever is in the room."""

    def how(row: Row) -> Row | None:
        talk = talk_of(row)
        return _with_talk(row, mode=TOGETHER, at=at.isoformat()) if talk and talk["mode"] == HELD else None

    return how


def came(row: Row) -> Row | None:
    """The colleague is in the room."""
    return _with_talk(row, here=True) if talk_of(row) else None


def rung(key: str, leg: str) -> How:
    """The provider's id of the call of somebody who is rung to come in."""

    def how(row: Row) -> Row | None:
        third = third_of(row)
        return _with_talk(row, third={**third, "leg": leg}) if third and third["key"] == key else None

    return how


def third_is(key: str, stage: str, leg: str = "") -> How:
    """How far somebody is who was rung to come in."""

    def how(row: Row) -> Row | None:
        third = third_of(row)
        if third is None or third["key"] != key or third["stage"] == stage:
            return None
        return _with_talk(row, third={**third, "stage": stage, **({"leg": leg} if leg else {})})

    return how


def complete(key: str) -> How:
    """The caller is to go on with the colleague who was brought in, once they arrive there."""

    def how(row: Row) -> Row | None:
        third = third_of(row)
        fits = third is not None and third["kind"] == TEAM and third["stage"] == HERE
        return _with_talk(row, completing=key) if fits else None

    return how


def not_completed(row: Row) -> Row | None:
    """Whoever was brought in has gone: the caller goes on with the colleague whom they had."""
    return _with_talk(row, completing=None, mode=TOGETHER) if talk_of(row) else None


def completed(row: Row) -> Row | None:
    """The caller and whoever was brought in go on in a room of their own, as a call of the latter's team."""
    third, talk = third_of(row), talk_of(row)
    if third is None or talk is None or not talk.get("completing"):
        return None
    goes_to = {"team": third["to"], "phone": third["phone"], "leg": third["leg"], "also": None, "wanted": None}
    on = {
        "mode": TOGETHER,
        "at": talk["at"],
        "enquiry": talk["enquiry"],
        "here": True,
        "third": None,
        "left": row["leg"],
    }
    return goes_to | {"turn": row["turn"] + 1, "tried": [], "live": {"talk": on}}


def cut_off(at: datetime) -> How:
    """The colleague is not there any more, and the caller waits again, at their old place."""

    def how(row: Row) -> Row | None:
        if row["stage"] != TALKING or talk_of(row) is None:
            return None
        waits = {"stage": WAITING, "phone": None, "until": None, "leg": None, "live": None, "turn": row["turn"] + 1}
        return waits | {"seen_at": at}

    return how


def gone(row: Row) -> Row | None:
    """The colleague is not there any more, in a room where the caller may be about to arrive."""
    return _with_talk(row, gone=True) if talk_of(row) else None


def is_coming(row: Row, now: datetime) -> bool:
    """Whether a caller whose colleague is not there any more is held: the colleague is in the room, or on their way."""
    talk = talk_of(row)
    return talk is not None and (talk["here"] or now - datetime.fromisoformat(talk["at"]) <= COMES)


def is_lost(row: Row, now: datetime) -> bool:
    """Whether nobody is there any more for whom a caller is held."""
    talk = talk_of(row)
    if talk is None:
        return False
    since = now - datetime.fromisoformat(talk["at"])
    never_came = not talk["here"] and since > COMES
    return bool(talk.get("gone")) or never_came or (talk["mode"] == HELD and since > LONGEST_HOLD)
