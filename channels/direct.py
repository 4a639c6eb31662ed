"""Contacts that a portal, a reception or another system writes down for us: the body of POST /api/v1/contacts."""

import difflib
import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import orjson

from channels.adapter import Direct, Malformed
from channels.addresses import mailbox
from channels.bounds import DAMAGED, LOST, Fields, bounded, digest_of
from channels.inbound import Address, Inbound, PointKind
from channels.numbers import REGION, read_number

FIELDS = ("channel", "text", "subject", "from", "about", "to", "received_at", "reference", "facts")
POINTS = ("reference", "phone", "email", "name")
_KEY = re.compile(r"[a-z][a-z0-9-]{0,39}")
_HALF = re.compile("[\ud800-\udfff]")
_CLOCK_SKEW = timedelta(minutes=5)


def parse(body: bytes, account: str, received_at: datetime, region: str = REGION) -> Inbound:
    """Read one contact that the API key `account` sent; raises Malformed naming the field.

    A number without a country code is one of `region` (ISO 3166).

    A `received_at` of the caller's is believed, because a letter counts from the day it was handed in.
    """
    given = _object(body)
    facts = _facts(given)
    sender, mark = _person(given, "from", facts, region)
    about, about_mark = _person(given, "about", facts, region)
    text, subject = _text(given, "text"), _text(given, "subject")
    if not text and not subject:
        raise Malformed("text", "is missing")
    marks = (mark if sender else "sender-missing", about_mark, DAMAGED if LOST in subject + text else "")
    claimed = _moment(given, received_at)
    reference = _reference(given)
    fields = Fields(
        channel=_channel(given),
        provider="api",
        account=account,
        conversation=reference,
        event=reference,
        part="message",
        sender=sender or Address(PointKind.UNKNOWN, ""),
        about=about,
        recipients=_recipients(given, region),
        received_at=claimed or received_at,
        claimed_at=claimed,
        subject=subject,
        text=text,
        facts=facts,
        marks=tuple(filter(None, marks)),
    )
    if not reference:
        fields["event"] = _digest(fields, received_at)
    return bounded(**fields)


def _reference(given: Mapping[str, object]) -> str:
    """What makes the contact once only: two references that differ must never become the same."""
    reference = _text(given, "reference")
    if LOST in reference:
        raise Malformed("reference", "has a character that cannot be read")
    return reference


def _digest(fields: Fields, received_at: datetime) -> str:
    """Know a repeat by its content for an hour: the same words on another day are another contact."""
    hour = received_at.replace(minute=0, second=0, microsecond=0)
    return digest_of({**fields, "claimed_at": fields["claimed_at"] or hour})


def _contact_point(given: Mapping[str, str], where: str, region: str = REGION) -> tuple[Address, str]:
    """Read `{reference, phone, email, name}` into an address and a mark; raises Malformed for what names nobody."""
    name = given.get("name", "").strip()
    if reference := given.get("reference", "").strip():
        return Address(PointKind.REFERENCE, reference, reference, name), ""
    if phone := given.get("phone", "").strip():
        address, mark = read_number(phone, region)
        return Address(address.kind, address.value, address.shown, name, address.prefix, address.extension), mark
    if email := given.get("email", "").strip():
        address = mailbox(email, name)
        return address, "" if address.kind is PointKind.EMAIL else "email-unreadable"
    if name:
        return Address(PointKind.UNKNOWN, name.casefold(), name, name), "name-only"
    raise Malformed(where, "has none of " + ", ".join(POINTS))


def _object(body: bytes) -> Mapping[str, object]:
    try:
        given = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        given = _readable(body)
        if given is None:
            raise Malformed("body", f"is not JSON (line {error.lineno}, column {error.colno})") from None
    if not isinstance(given, dict):
        raise Malformed("body", "is not a JSON object")
    _refuse_unknown(given, FIELDS, "")
    return given


def _readable(body: bytes) -> object:
    """What is JSON but for some characters: bytes that are no UTF-8, or half of an emoji that was cut through; or None.

    What cannot be read costs no more than itself: it is LOST. A form that cuts a text to a length leaves such a half.
    """
    try:
        loose = json.loads(body.decode("utf-8-sig", "replace"))
        return orjson.loads(_HALF.sub(LOST, json.dumps(loose, ensure_ascii=False)))
    except (ValueError, RecursionError):
        return None


def _refuse_unknown(given: Mapping[str, object], known: tuple[str, ...], where: str) -> None:
    for key in given:
        if key not in known:
            near = difflib.get_close_matches(key[:40], known, 1)
            raise Malformed(
                f"{where}{key[:40]}" or "body", f"is not a field; did you mean {near[0]}?" if near else "is not a field"
            )


def _channel(given: Mapping[str, object]) -> str:
    channel = _text(given, "channel")
    if not channel:
        raise Malformed("channel", "is missing")
    if not _KEY.fullmatch(channel):
        raise Malformed("channel", "is not the key of a channel (small letters, digits and hyphens)")
    return channel


def _text(given: Mapping[str, object], field: str) -> str:
    value = given.get(field)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise Malformed(field, "is not text")
    return value


def _person(given: Mapping[str, object], field: str, facts: dict[str, str], region: str) -> tuple[Address | None, str]:
    """Read who is in touch, or whom it is about; further points of the same person become facts."""
    value = given.get(field)
    if value is None:
        return None, ""
    if not isinstance(value, dict):
        raise Malformed(field, "is not an object with any of " + ", ".join(POINTS))
    _refuse_unknown(value, POINTS, f"{field}.")
    points = {key: each for key, each in value.items() if each is not None}
    for key, each in points.items():
        if not isinstance(each, str):
            raise Malformed(f"{field}.{key}", "is not text")
    used = next((key for key in POINTS if points.get(key, "").strip()), "")
    facts.update({f"{field}_{key}": each for key, each in points.items() if key not in (used, "name") and each.strip()})
    return _contact_point(points, field, region)


def _recipients(given: Mapping[str, object], region: str) -> tuple[Address, ...]:
    """Read the mailbox or number of ours that was contacted, if the caller says which."""
    to = _text(given, "to").strip()
    if not to:
        return ()
    return (mailbox(to) if "@" in to else read_number(to, region).address,)


def _moment(given: Mapping[str, object], now: datetime) -> datetime | None:
    written = _text(given, "received_at")
    if not written:
        return None
    try:
        moment = datetime.fromisoformat(written)
    except ValueError:
        raise Malformed("received_at", "is not a time such as 2026-03-02T09:30:00Z") from None
    if moment.tzinfo is None:
        raise Malformed("received_at", "has no zone: end it with Z or an offset such as +01:00")
    try:
        moment = moment.astimezone(UTC)
    except OverflowError:
        raise Malformed("received_at", "is out of range") from None
    if moment > now + _CLOCK_SKEW:
        raise Malformed("received_at", "is in the future")
    return moment


def _facts(given: Mapping[str, object]) -> dict[str, str]:
    value = given.get("facts")
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise Malformed("facts", "is not an object")
    return {key: _fact(key, each) for key, each in value.items()}


def _fact(key: str, value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str | int | float):
        return str(value)
    raise Malformed(f"facts.{key[:40]}", "is neither text, a number nor true or false")


ADAPTER = Direct("api", parse)
