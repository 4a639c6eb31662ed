"""The one gate for everything outbound: how to serve this person this time, or why a colleague has to.

Adjustments are constraints and come from the catalogue alone; preferences order what they leave. Safety outranks all:
a person with a safety adjustment is reached only at addresses on their record. An emergency goes out by the channel
they are on before the one they like, at a time that somebody only asks to be spared, and in plain text where another
format is needed as well; but it breaks no safety adjustment and never uses a forbidden channel. An answer inside an
open session is not held back for times either: the customer is there.

What the rules would like comes after all adjustments: a channel for the reply comes after the customer's preferences
too, unless it is asked for by a rule for adjustments or for safety. In an emergency only such a rule is followed.
"""

from collections.abc import Iterable
from datetime import datetime

from rules.clock import calendar_of
from rules.constraints import Constraints, allowed_channels, constraints
from rules.intent import HandlingPlan, Intent, Person, Point, Purpose, merge_strictest
from rules.landlord import Ruleset
from rules.render import (
    KNOWN_PLACEHOLDERS,
    TRANSLATED,
    MissingValueError,
    language_of,
    placeholders,
    render,
)
from rules.times import next_within
from rules.ways import Option, barred, elsewhere, waking_hours

__all__ = [
    "KNOWN_PLACEHOLDERS",
    "HandlingPlan",
    "Intent",
    "MissingValueError",
    "Person",
    "Point",
    "Purpose",
    "allowed_channels",
    "language_of",
    "merge_strictest",
    "placeholders",
    "plan",
    "render",
]

_SESSION = "session"
_ON_SCREEN = frozenset({"large-print", "coloured-paper", "plain-text"})
"""What is made by itself: large letters or none at all, and paper, for on a screen the reader sets the colour."""

_RELAY = {"18001": "18002", "18002": "18002"}
"""Relay UK: who writes 18001 before their number is rung back with 18002."""


def plan(intent: Intent, person: Person, ruleset: Ruleset, now: datetime) -> HandlingPlan:
    """How to do what is intended for this person as the catalogue stands; `now` is aware. Pure."""
    rules = constraints(person, ruleset)
    option = None if rules.unsettled else _best(intent, person, rules, ruleset, now)
    not_before, never = _moment(intent, option, rules, ruleset, now)
    reasons = (*rules.unsettled, *never, *_unmet(intent, person, rules, ruleset, option))
    closed = () if rules.unsettled else tuple(elsewhere(intent, person, option, ruleset, now))
    prefix = _prefix(intent, option, rules)
    relay = bool(prefix and not rules.call_prefix)
    return HandlingPlan(
        channel=option.channel.key if option else None,
        address=option.point.value if option else None,
        language=person.language or intent.language or "en",
        interpreter=rules.interpreter,
        formats=rules.formats,
        call_prefix=prefix,
        voicemail=rules.voicemail,
        caller_identity=rules.caller_identity,
        not_before=not_before,
        extra_time=rules.extra_time or relay,
        skip_menu=rules.skip_menu or intent.wishes.skip_menu,
        offer_callback=intent.wishes.offer_callback and _can_be_rung(rules, ruleset),
        instructions=(*rules.instructions, *_wishes(person, ruleset), *_by_hand(intent, option, rules, ruleset)),
        to_person=" ".join((*closed, *reasons)) if reasons else None,
        because=(*rules.because, *closed, *_why(intent, person, option, not_before), *reasons),
    )


def _best(intent: Intent, person: Person, rules: Constraints, ruleset: Ruleset, now: datetime) -> Option | None:
    order = list(ruleset.channels)
    wishes = [wish for wish in person.preferences if wish in ruleset.channels]

    asked = intent.wishes.by or ()
    firm, soft = (asked, ()) if intent.wishes.firm else ((), () if intent.is_emergency else asked)

    def rank(option: Option) -> tuple[bool, int, bool, int, int, bool, bool, int]:
        key, here = option.channel.key, option.point.value == intent.address
        wish = wishes.index(key) if key in wishes and not intent.is_emergency else len(wishes)
        live = option.channel.reaches == _SESSION and key == intent.channel
        unfit = option.channel.spoken != (intent.purpose == Purpose.CALLBACK)
        own = not (here and key == intent.channel)
        return unfit, _asked(key, firm), not live, wish, _asked(key, soft), own, not here, order.index(key)

    usable = (each for each in _options(intent, person, rules, ruleset) if barred(intent, person, each, now) is None)
    return min(usable, key=rank, default=None)


def _asked(key: str, channels: tuple[str, ...]) -> int:
    """The place of a channel among those that a rule asks for; the last where it is none of them."""
    return channels.index(key) if key in channels else len(channels)


def _options(intent: Intent, person: Person, rules: Constraints, ruleset: Ruleset) -> Iterable[Option]:
    """Every address of a kind that a channel reaches, on every channel that is allowed and that we can send on."""
    points = [*person.points, *_contacted_from(intent, person, rules, ruleset)]
    for channel in ruleset.channels.values():
        if channel.outbound and channel.key in rules.allowed:
            yield from (
                Option(channel, point) for point in points if point.kind == channel.reaches and not point.failing
            )


def _contacted_from(intent: Intent, person: Person, rules: Constraints, ruleset: Ruleset) -> Iterable[Point]:
    """The address that they got in touch from, unless it is on the record already or safety wants only those."""
    channel = ruleset.channels.get(intent.channel)
    kind = intent.address_kind or (channel.reaches if channel else "")
    recorded = any((point.kind, point.value) == (kind, intent.address) for point in person.points)
    if intent.address and kind and not recorded and not rules.safety and not intent.address_failing:
        yield Point(kind, intent.address, prefix=intent.prefix)


def _moment(
    intent: Intent, option: Option | None, rules: Constraints, ruleset: Ruleset, now: datetime
) -> tuple[datetime | None, tuple[str, ...]]:
    """The moment before which nothing may go out, None for at once; or why there is no such moment."""
    at_once = intent.is_emergency or (option is not None and option.channel.reaches == _SESSION)
    windows = rules.safe_times if at_once else rules.times
    calendar = calendar_of(ruleset.landlord)
    if not at_once and (quiet := waking_hours(intent, option, now)):
        allowed = next_within((*windows, quiet), calendar, now)
        if allowed is not None:  # else their own times lie in our quiet hours, and theirs count
            return (allowed if allowed > now else None), ()
    if not windows:
        return None, ()
    allowed = next_within(windows, calendar, now)
    if allowed is None:
        return None, ("The times on the record have no moment in common.",)
    return (allowed if allowed > now else None), ()


def _unmet(
    intent: Intent, person: Person, rules: Constraints, ruleset: Ruleset, option: Option | None
) -> Iterable[str]:
    """What the engine cannot do by itself, in the words of a colleague who now has to."""
    if rules.unsettled:
        return
    if option is None:
        yield _unreachable(intent, person, rules, ruleset)
    elif option.channel.spoken and intent.purpose != Purpose.CALLBACK:
        yield f"This cannot be written to them: tell them by {option.channel.within}."
    elif not option.channel.spoken and intent.purpose == Purpose.CALLBACK:
        yield f"They cannot be rung: answer by {option.channel.within} instead."
    if option and not option.channel.spoken and not intent.is_emergency:
        for wanted in _unmade(intent, person, rules, ruleset):
            yield f"It has to be made in the format “{wanted}”, which a colleague does."


def _unmade(intent: Intent, person: Person, rules: Constraints, ruleset: Ruleset) -> Iterable[str]:
    message = ruleset.messages.get(intent.template)
    for wanted in rules.formats:
        translated = wanted == TRANSLATED and message and language_of(message, person.language) != "en"
        if wanted not in _ON_SCREEN and not translated:
            yield wanted


def _unreachable(intent: Intent, person: Person, rules: Constraints, ruleset: Ruleset) -> str:
    able = [ruleset.channels[key] for key in ruleset.channels if key in rules.allowed]
    names = ", ".join(channel.within for channel in able if channel.outbound) or "none that we send on"
    failing = intent.address_failing or any(point.failing for point in person.points)
    return f"No address is known that works for a channel that may be used ({names})." + (
        " What we sent to the one that is known came back." if failing else ""
    )


def _prefix(intent: Intent, option: Option | None, rules: Constraints) -> str:
    if rules.call_prefix or option is None or not option.channel.spoken:
        return rules.call_prefix
    written = intent.prefix if option.point.value == intent.address else ""
    return _RELAY.get(option.point.prefix or written, "")


def _can_be_rung(rules: Constraints, ruleset: Ruleset) -> bool:
    return any(ruleset.channels[key].spoken and ruleset.channels[key].outbound for key in rules.allowed)


def _by_hand(intent: Intent, option: Option | None, rules: Constraints, ruleset: Ruleset) -> Iterable[str]:
    """What a rule asks for that only a colleague can do: not to answer, or by a channel that no machine sends on."""
    if intent.wishes.by == ():
        yield "No answer is wanted: a rule says so."
    first = next((key for key in intent.wishes.by or () if key in rules.allowed), None)
    if first is not None and not ruleset.channels[first].outbound and not (option and option.channel.key == first):
        yield f"Answer by {ruleset.channels[first].within}, as a rule asks."


def _wishes(person: Person, ruleset: Ruleset) -> Iterable[str]:
    return (f"They would like: {wish}" for wish in person.preferences if wish not in ruleset.channels)


def _why(intent: Intent, person: Person, option: Option | None, not_before: datetime | None) -> Iterable[str]:
    if option:
        name = option.channel.within
        if intent.wishes.firm and option.channel.key in (intent.wishes.by or ()):
            yield f"A rule asks for {name}, before what they like."
        elif option.channel.key in person.preferences:
            yield f"They like {name}."
        elif option.channel.key in (intent.wishes.by or ()) and not intent.is_emergency:
            yield f"A rule asks for {name}."
        elif option.channel.key == intent.channel:
            yield f"They got in touch by {name}."
        elif intent.address_failing:
            yield f"What we sent to where they got in touch from came back, so it goes by {name}."
        else:
            yield f"Of what is possible, {name} comes first."
    if not_before:
        yield "It is not a time at which they are contacted this way, so this waits."
