"""The sections that say who we are: landlord, channels, urgent words and the values of our own fields."""

import re
from collections.abc import Mapping
from typing import Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from holidays import list_supported_countries

from rules.fields import FIELDS
from rules.landlord import PHONE, SMS, WHATSAPP, Channel, Landlord
from rules.nodes import Map, Node, Scalar, Seq, quoted
from rules.reading import Reading, Slot, flag, minutes, name_of, one_of, part, record, text, texts, whole, wrong
from rules.times import Window, window

APPROVAL: Final = ("none", "required")
_DAYS: Final = re.compile(r"(\d{1,3}) days?")
REACHES: Final = ("phone", "email", "session", "reference", "unknown")

STANDARD_CHANNELS: Final = (
    Channel(PHONE, "Phone call", "phone", spoken=True, outbound=True),
    Channel(SMS, "Text message", "phone", spoken=False, outbound=True),
    Channel("email", "Email", "email", spoken=False, outbound=True),
    Channel(WHATSAPP, "WhatsApp message", "phone", spoken=False, outbound=True, reply_within=24 * 60),
    Channel("chat", "Web chat", "session", spoken=False, outbound=True),
    Channel("portal", "Tenant portal", "reference", spoken=False, outbound=False),
    Channel("reception", "Reception", "reference", spoken=True, outbound=False),
    Channel("visit", "Visit", "reference", spoken=True, outbound=False),
    Channel("letter", "Letter", "unknown", spoken=False, outbound=False),
)
"""What a landlord has who says nothing of `channels`."""


def read_landlord(reading: Reading, node: Node) -> Landlord:
    """The `landlord` section; from here on the reading knows the landlord's zone."""
    values = record(reading, node, _LANDLORD, "the landlord")
    where: dict[str, Any] = values.pop("holidays")
    ignored: dict[str, Any] = values.pop("mentions")
    reading.zone = ZoneInfo(values["zone"])
    return Landlord(**values, **ignored, country=where["country"], subdivision=where["subdivision"])


def zone(reading: Reading, node: Node) -> str | None:
    """A time zone by its IANA name."""
    name = text(reading, node)
    if name is None:
        return None
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        reading.findings.unknown(node.mark, f"there is no time zone {quoted(name)}", name, available_timezones())
        return None
    return name


def countries() -> Mapping[str, list[str]]:
    """The countries whose bank holidays are known, with their parts; the first time, they are all loaded.

    Each stands under its two letters alone: by these a country's telephone numbers are read as well.
    """
    known: Mapping[str, list[str]] = list_supported_countries(include_aliases=False)
    return known


def _country_of_holidays(reading: Reading, node: Node) -> dict[str, str] | None:
    """Whose bank holidays count."""
    values: dict[str, str] | None = part(_HOLIDAYS, "the holidays")(reading, node)
    if values is None or not values["country"]:
        return None
    known = countries()
    country, subdivision = values["country"], values["subdivision"]
    if country not in known:
        meant = _OTHER_NAMES.get(country.upper(), country.upper())
        hint = f"did you mean `{meant}`?" if meant in known else "write its two letters, such as GB"
        reading.findings.error(node.mark, f"no bank holidays are known for {quoted(country)}", hint)
    elif subdivision and subdivision not in known[country]:
        message = f"{country} has no part {quoted(subdivision)} with bank holidays of its own"
        reading.findings.unknown(node.mark, message, subdivision, known[country])
    return values


def days(reading: Reading, node: Node) -> int | None:
    """A number of days, as `14 days`; none is allowed."""
    found = _DAYS.fullmatch(node.value.strip()) if isinstance(node, Scalar) else None
    if found:
        return int(found[1])
    wrong(reading, node, "a number of days", "such as 14 days")
    return None


def _times_of_day(reading: Reading, node: Node) -> Window | None:
    """Times of day such as 08:00-21:00, in the landlord's zone."""
    found = window(node.value) if isinstance(node, Scalar) else None
    if not found:
        wrong(reading, node, "times of day", "such as 08:00-21:00")
    return found or None


def read_channel(reading: Reading, key: Scalar, node: Node) -> Channel:
    """One channel."""
    values = record(reading, node, _CHANNEL, f"channel {quoted(key.value)}", key.mark)
    return Channel(key=key.value, **values | {"name": values["name"] or key.value})


def read_values(reading: Reading, node: Node) -> dict[str, tuple[str, ...]]:
    """The `values` section: what the landlord's own fields can be."""
    ours = [field.name for field in FIELDS.values() if field.values_from == "values"]
    found: dict[str, tuple[str, ...]] = {}
    for key, listed in node.entries if isinstance(node, Map) else ():
        if key.value not in ours:
            message = f"{quoted(key.value)} is no field with values of your own"
            reading.findings.unknown(key.mark, message, key.value, ours)
        elif isinstance(listed, Scalar | Seq):
            found[key.value] = texts(reading, listed) or ()
        else:
            wrong(reading, listed, "a list of values")
    return found


_OTHER_NAMES: Final = {"UK": "GB", "GBR": "GB", "ENG": "GB", "EIRE": "IE", "IRL": "IE"}
"""What is written for the countries of these islands instead of their letters."""

_HOLIDAYS: Final = {
    "country": Slot(text, "", required="write its two letters, such as GB"),
    "subdivision": Slot(text, ""),
}
_MENTIONS: Final = {"ignore_case": Slot(flag, default=True), "ignore_accents": Slot(flag, default=True)}
_LANDLORD: Final = {
    "name": Slot(text, "", required="write what customers call you"),
    "zone": Slot(zone, "Europe/London"),
    "holidays": Slot(_country_of_holidays, {"country": "GB", "subdivision": "ENG"}),
    "fallback": Slot(name_of("team"), "", required="name the team that owns whatever nobody else does"),
    "repeat_days": Slot(whole(least=1, most=365), 10),
    "acknowledge_within": Slot(whole(least=1, most=1440), 10),
    "mentions": Slot(part(_MENTIONS, "what `mentions` overlooks"), {"ignore_case": True, "ignore_accents": True}),
    "approval": Slot(one_of(APPROVAL, "kind of approval"), "none"),
    "reopen_within": Slot(days, 14),
    "text_answers_within": Slot(days, 3),
    "acknowledgements_an_hour": Slot(whole(least=1, most=100), 5),
    "reading_age": Slot(whole(least=8, most=25), 11),
}
_CHANNEL: Final = {
    "name": Slot(text, ""),
    "reaches": Slot(one_of(REACHES, "kind of address"), "unknown"),
    "spoken": Slot(flag, default=False),
    "outbound": Slot(flag, default=False),
    "reply_within": Slot(minutes),
    "send_between": Slot(_times_of_day, ()),
}
