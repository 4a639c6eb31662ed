"""Rulesets and people made by hand for planning, and strategies for arbitrary ones."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

from rules.landlord import Adjustment, Channel, Landlord, Message, Ruleset
from rules.model import Mark
from rules.outcomes import Wishes
from rules.plan import Intent, Person, Point

MARK = Mark("made-up.yaml", 1, 1)
NOW = datetime(2025, 11, 4, 10, 0, tzinfo=UTC)
KINDS = ("phone", "email", "session", "reference", "unknown")
CHANNELS = {
    each.key: each
    for each in (
        Channel("phone", "Phone call", "phone", spoken=True, outbound=True),
        Channel("sms", "Text message", "phone", spoken=False, outbound=True),
        Channel("email", "Email", "email", spoken=False, outbound=True),
        Channel("chat", "Web chat", "session", spoken=False, outbound=True),
        Channel("portal", "Portal", "reference", spoken=False, outbound=False),
        Channel("letter", "Letter", "unknown", spoken=False, outbound=False),
    )
}
MESSAGES = {
    "ack": Message("ack", "We have it ({reference})", {"en": "Hello {name}.", "pl": "Witaj {name}."}, MARK),
    "english": Message("english", "Hello", {"en": "Hello."}, MARK),
}


def adjustment(key: str, **what: object) -> Adjustment:
    """An adjustment called as its key."""
    return Adjustment(key=key, name=what.pop("name", key), means="", **what)  # type: ignore[arg-type]


def ruleset(*adjustments: Adjustment, channels: Mapping[str, Channel] = CHANNELS) -> Ruleset:
    """A ruleset with nothing but channels, messages and these adjustments."""
    return Ruleset(
        landlord=Landlord("Made Up Homes", "Europe/London", "GB", "ENG", "hub"), hours={}, teams={}, channels=channels,
        journeys={}, adjustments={each.key: each for each in adjustments}, questions={}, messages=MESSAGES,
        transfer_reasons={}, resolutions={}, calls=None, mailboxes={}, urgent=(), values={},
        owner=(), handling=(), digest="",
    )  # fmt: skip


CATALOGUE = ruleset(
    adjustment("email-only", name="Email only", only=("email",)),
    adjustment("phone-only", name="Phone only", only=("phone",)),
    adjustment("letter-only", name="Letter only", only=("letter",)),
    adjustment("no-phone", name="No phone calls", never=("phone",)),
    adjustment("no-writing", never=("sms", "email", "chat")),
    adjustment("text-relay", name="Text relay", call_prefix="18002", extra_time=True, instructions=("Dial 18002.",)),
    adjustment("other-relay", call_prefix="999"),
    adjustment("braille", name="Braille", formats=("braille",)),
    adjustment("large-print", formats=("large-print",)),
    adjustment("translation", name="Translation", interpreter="customer", formats=("translated",), needs_detail=True),
    adjustment("bsl", interpreter="British Sign Language"),
    adjustment("times", name="Certain times", times=True, needs_detail=True),
    adjustment("safe-times", times=True, needs_detail=True, safety=True),
    adjustment("advocate", name="An advocate", needs_detail=True, instructions=("Copy them in.",)),
    adjustment("safe", name="Safe contact", safety=True, never=("sms",), voicemail=False, caller_identity=False),
    adjustment("straight", skip_menu=True),
)
SMS, EMAIL = Point("phone", "+447700900001"), Point("email", "a@example.org")


def person(
    adjustments: Mapping[str, str] | None = None, points: tuple[Point, ...] = (SMS, EMAIL), **more: object
) -> Person:
    """Somebody with a mobile and a mailbox."""
    return Person(points=points, adjustments=adjustments or {}, **more)  # type: ignore[arg-type]


def intent(channel: str = "sms", address: str = SMS.value, purpose: str = "acknowledgement", **more: object) -> Intent:
    """An acknowledgement of a text, unless told."""
    return Intent(enquiry="HR-1", purpose=purpose, template="ack", channel=channel, address=address, **more)  # type: ignore[arg-type]


# Strategies ------------------------------------------------------------------------------------------------------

CHANNEL_KEYS = st.sampled_from([*CHANNELS, "fax"])
SOME_CHANNELS = st.lists(CHANNEL_KEYS, max_size=3).map(tuple)
ADJUSTMENT_KEYS = [f"a{number}" for number in range(6)]
DETAILS = st.sampled_from(["", "09:00-12:00", "14:00-16:00", "22:00-02:00", "Polish", "mornings"])
ADDRESSES = ["+447700900001", "+447700900002", "a@example.org", "b@example.org", "s1"]
POINTS = st.builds(
    Point,
    st.sampled_from(KINDS),
    st.sampled_from(ADDRESSES),
    failing=st.booleans(),
    prefix=st.sampled_from(["", "18001"]),
)
PERSONS = st.builds(
    Person,
    language=st.sampled_from(["", "en", "pl"]),
    points=st.lists(POINTS, max_size=4).map(tuple),
    adjustments=st.dictionaries(st.sampled_from([*ADJUSTMENT_KEYS, "not-in-catalogue"]), DETAILS, max_size=3),
    preferences=st.lists(st.sampled_from([*CHANNELS, "a chat over tea"]), max_size=3, unique=True).map(tuple),
    opted_out=st.frozensets(st.tuples(CHANNEL_KEYS, st.sampled_from(ADDRESSES)), max_size=3),
)
WISHES = st.builds(
    Wishes,
    by=st.none() | st.lists(st.sampled_from([*CHANNELS]), max_size=3).map(tuple),
    firm=st.booleans(),
    offer_callback=st.booleans(),
    skip_menu=st.booleans(),
)
INTENTS = st.builds(
    Intent,
    enquiry=st.just("HR-1"),
    purpose=st.sampled_from(["acknowledgement", "reply", "notification", "callback"]),
    template=st.sampled_from(["ack", "english", "missing", ""]),
    channel=st.sampled_from([*CHANNELS, "fax", ""]),
    address=st.sampled_from([*ADDRESSES, ""]),
    address_kind=st.sampled_from(["", *KINDS]),
    prefix=st.sampled_from(["", "18001"]),
    is_emergency=st.booleans(),
    wishes=WISHES,
)
MOMENTS = st.integers(0, 400 * 24 * 60).map(lambda minute: NOW + timedelta(minutes=minute))


@st.composite
def catalogues(draw: st.DrawFn) -> Ruleset:
    """Any catalogue of six adjustments."""
    return ruleset(
        *(
            adjustment(
                key,
                safety=draw(st.booleans()),
                never=draw(SOME_CHANNELS),
                only=draw(st.just(()) | SOME_CHANNELS),
                formats=draw(st.sampled_from([(), (), ("braille",), ("large-print",), ("translated",)])),
                call_prefix=draw(st.sampled_from(["", "", "18002", "999"])),
                interpreter=draw(st.sampled_from(["", "", "customer", "British Sign Language"])),
                voicemail=draw(st.booleans()),
                caller_identity=draw(st.booleans()),
                times=draw(st.sampled_from([False, False, True])),
                needs_detail=draw(st.sampled_from([False, False, True])),
            )
            for key in ADJUSTMENT_KEYS
        )
    )
