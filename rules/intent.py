"""What is to be sent, to whom, and how it shall be done: the shapes that go into and come out of the one gate."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple

from rules.outcomes import NO_WISHES, Wishes


class Purpose(StrEnum):
    """Why we get in touch."""

    ACKNOWLEDGEMENT = "acknowledgement"
    REPLY = "reply"
    NOTIFICATION = "notification"
    CALLBACK = "callback"
    """A promised call: the only purpose that is spoken."""


@dataclass(frozen=True, slots=True)
class Point:
    """One address at which a person can be reached: its kind (phone, email, session, …) and its canonical value.

    `prefix` is a relay prefix that was written with the number; `failing` says that what we sent there came back.
    """

    kind: str
    value: str
    label: str = ""
    failing: bool = False
    prefix: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Intent:
    """Something that we want to say: for which enquiry, why, with which message, and where it would naturally go.

    `channel` and `address` are those of the contact that it answers ("" for none), `address_kind` what sort of address
    that is (what the channel reaches, unless told), `prefix` a relay prefix that came with it. `address_failing` says
    that what we sent there came back, `language` what they wrote in, for whom the record has none. `heard` has when
    they last wrote, by (channel, address); `not_by` are channels by which it went already and did not arrive.
    """

    enquiry: str
    purpose: str
    template: str = ""
    values: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    channel: str = ""
    address: str = ""
    address_kind: str = ""
    prefix: str = ""
    is_emergency: bool = False
    wishes: Wishes = NO_WISHES
    """What the rules would like, as far as the customer's adjustments allow."""
    address_failing: bool = False
    language: str = ""
    heard: Mapping[tuple[str, str], datetime] = field(default_factory=lambda: MappingProxyType({}))
    not_by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Whom it goes to, as the directory knows them now; somebody unknown has no points and no adjustments.

    `adjustments` maps a key of the catalogue to the detail on the record ("" for none). `preferences` are channels,
    dearest first, and other wishes. `opted_out` has the (channel, address) pairs that they stopped, `not_reached` those
    at which nothing arrives on that channel. `ambiguous` says that several customers
    were merged, `doubts` what could not be merged.
    """

    name: str = ""
    language: str = ""
    points: tuple[Point, ...] = ()
    adjustments: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    preferences: tuple[str, ...] = ()
    opted_out: frozenset[tuple[str, str]] = frozenset()
    not_reached: frozenset[tuple[str, str]] = frozenset()
    ambiguous: bool = False
    doubts: tuple[str, ...] = ()


class HandlingPlan(NamedTuple):
    """How to serve this person this time. With `to_person` set nothing is sent: a colleague does it, by this plan.

    `channel` and `address` keep to every adjustment and are None where nothing may or can be used. `not_before` is UTC.
    """

    channel: str | None
    address: str | None
    language: str
    interpreter: str = ""
    formats: tuple[str, ...] = ()
    call_prefix: str = ""
    voicemail: bool = True
    caller_identity: bool = True
    not_before: datetime | None = None
    extra_time: bool = False
    skip_menu: bool = False
    offer_callback: bool = False
    instructions: tuple[str, ...] = ()
    to_person: str | None = None
    because: tuple[str, ...] = ()


def merge_strictest(persons: Sequence[Person]) -> Person:
    """One person for whom whatever any of the candidates forbids is forbidden.

    Only what all of them share is kept of names, languages, wishes and addresses: the one they were found by.
    """
    if not persons:
        return Person()
    if len(persons) == 1:
        return persons[0]
    first = persons[0]
    adjustments, doubts = _merged_adjustments(persons)
    return Person(
        name=first.name if _same(person.name for person in persons) else "",
        language=first.language if _same(person.language for person in persons) else "",
        points=tuple(_shared_points(persons)),
        adjustments=adjustments,
        preferences=first.preferences if _same(person.preferences for person in persons) else (),
        opted_out=frozenset().union(*(person.opted_out for person in persons)),
        not_reached=frozenset().union(*(person.not_reached for person in persons)),
        ambiguous=True,
        doubts=(*dict.fromkeys(doubt for person in persons for doubt in person.doubts), *doubts),
    )


def _same(values: Iterable[object]) -> bool:
    return len(set(values)) == 1


def _shared_points(persons: Sequence[Person]) -> Iterable[Point]:
    for point in persons[0].points:
        alike = [
            [other for other in person.points if (other.kind, other.value) == (point.kind, point.value)]
            for person in persons
        ]
        if all(alike):
            same = [other for found in alike for other in found]
            prefix = next((other.prefix for other in same if other.prefix), "")
            yield replace(point, failing=any(other.failing for other in same), prefix=prefix)


def _merged_adjustments(persons: Sequence[Person]) -> tuple[Mapping[str, str], tuple[str, ...]]:
    merged: dict[str, str] = {}
    doubts = []
    for person in persons:
        for key, detail in person.adjustments.items():
            known = merged.get(key, "")
            if known and detail and known != detail:
                doubts.append(f"Two customers share this address, and their “{key}” differs.")
            merged[key] = known or detail
    return MappingProxyType(merged), tuple(dict.fromkeys(doubts))
