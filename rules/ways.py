"""Ways to reach somebody: a channel to an address, why one is not to be used now, and at which times of day one is."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from rules.intent import Intent, Person, Point
from rules.landlord import Channel, Ruleset
from rules.times import Window

STILL_THERE = timedelta(hours=1)
"""How long after somebody wrote an answer to the same place is not held back for the time of day."""


@dataclass(frozen=True, slots=True)
class Option:
    """An address that may be used on a channel."""

    channel: Channel
    point: Point


def barred(intent: Intent, person: Person, option: Option, now: datetime) -> str | None:
    """Why a channel is not to be used to an address now, in words; None where it may be."""
    key, where = option.channel.key, (option.channel.key, option.point.value)
    name = option.channel.within
    if where in person.opted_out:
        return f"They have stopped messages by {name}."
    if where in person.not_reached:
        return f"Nothing arrives there by {name}."
    if key in intent.not_by:
        return f"It did not arrive by {name}."
    within = option.channel.reply_within
    if within is not None and (where not in intent.heard or intent.heard[where] + timedelta(minutes=within) <= now):
        return f"They have not written by {name} in the last {within // 60} hours, so nothing may go there that way."
    return None


def elsewhere(intent: Intent, person: Person, option: Option | None, ruleset: Ruleset, now: datetime) -> Iterable[str]:
    """Why it does not go the way that they came, where that way is barred."""
    channel = ruleset.channels.get(intent.channel)
    if channel is None or not channel.outbound or (option and option.channel.key == channel.key):
        return
    if why := barred(intent, person, Option(channel, Point(channel.reaches, intent.address)), now):
        yield why


def waking_hours(intent: Intent, option: Option | None, now: datetime) -> Window:
    """The times of day at which the channel is used, unless they have only just written there themselves."""
    if option is None:
        return ()
    last = intent.heard.get((option.channel.key, option.point.value))
    return () if last is not None and last <= now < last + STILL_THERE else option.channel.send_between
