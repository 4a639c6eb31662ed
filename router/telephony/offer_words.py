"""What a caller hears who chooses to be called back: the questions, the refusals and the promise; only words."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from channels.ringable import WhyNot
from rules.callback_slots import CallbackSlot
from rules.clock import Calendar

NOON: Final = 12

WHICH: Final = "To be called back on another number, press 2."
KEY_IN: Final = "Please key in the number that we shall ring, with its area code, and then the hash key."
WRONG: Final = "If this number is wrong, press star."
SORRY: Final = "Sorry, we cannot promise you a call just now. Please hold on: you keep your place."
GO_ON: Final = "You go on waiting at your place."
REFUSALS: Final = {
    WhyNot.NO_NUMBER: "Sorry, that is not a whole telephone number.",
    WhyNot.EMERGENCY: "Sorry, that is an emergency number. If somebody is in danger, hang up and ring 9 9 9.",
    WhyNot.SHORT: "Sorry, that number is too short for us to ring.",
    WhyNot.PREMIUM: "Sorry, we cannot ring numbers that cost more than others.",
    WhyNot.FOREIGN: "Sorry, we cannot ring numbers in other countries.",
}


def own_number(number: str) -> str:
    """The question whether it is to be the number that they ring from; `number` is as it is read out."""
    return f"To be called back on the number that you are calling from, {number}, press 1."


def times(number: str, slots: Sequence[CallbackSlot], calendar: Calendar, now: datetime) -> tuple[str, ...]:
    """The question when to be rung on a number: as soon as possible, or at one of these times."""
    at = (f"{spoken(slot, calendar, now)}, press {key}." for key, slot in enumerate(slots, 2))
    return f"We ring you on {number}. As soon as it is your turn, press 1.", *at


def promise(number: str, slot: CallbackSlot, calendar: Calendar, now: datetime, *, turn: bool) -> str:
    """What was promised: for when it is their turn, or for the time that they chose."""
    soon = f"as soon as it is your turn, and {_by(slot.ends, calendar, now)} at the latest"
    when = soon if turn else _lower(spoken(slot, calendar, now))
    return f"Thank you. We will ring you on {number}, {when}. You can hang up now. Goodbye."


def spoken(slot: CallbackSlot, calendar: Calendar, now: datetime) -> str:
    """A time to choose: Today between 2 pm and 4 pm."""
    return (
        f"{_day(slot.starts, calendar, now)} between {_clock(slot.starts, calendar)} and {_clock(slot.ends, calendar)}"
    )


def _by(at: datetime, calendar: Calendar, now: datetime) -> str:
    return f"{_lower(_day(at, calendar, now))} by {_clock(at, calendar)}"


def _day(at: datetime, calendar: Calendar, now: datetime) -> str:
    local, today = calendar.local(at).date(), calendar.local(now).date()
    near = {today: "Today", today + timedelta(days=1): "Tomorrow"}
    return near.get(local, f"On {local:%A} {local.day} {local:%B}")


def _clock(at: datetime, calendar: Calendar) -> str:
    local = calendar.local(at)
    hour, minute = local.hour % NOON or NOON, f":{local.minute:02d}" if local.minute else ""
    return f"{hour}{minute} {'am' if local.hour < NOON else 'pm'}"


def _lower(text: str) -> str:
    return f"{text[:1].lower()}{text[1:]}"
