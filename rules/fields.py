"""The documented table of fields that a condition may test, and of the operators that each type of field takes."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final


class FieldType(StrEnum):
    """What sort of value a field has, which says how it may be tested."""

    TEXT = "free text"
    """Free text: compared as a whole, or searched for words or a pattern."""
    VALUE = "single value"
    """One of a list of values: the landlord's own, the keys of a section, or a fixed list."""
    SET = "set of values"
    """Any number of such values; known to be empty is not the same as unknown."""
    NUMBER = "number"
    YES_NO = "yes-or-no answer"
    HOURS = "team's hours"
    TIME = "time of day"
    DATE = "date"
    SEASON = "season"


@dataclass(frozen=True, slots=True)
class Field:
    """One field: what it is called and means, an example of a condition on it, and which values it can have.

    `values_from` names the section whose keys are its values (`values` for the landlord's own lists), and `values`
    lists them where they are fixed; with neither any value will do. A field that is `always` known is never absent:
    where nothing was written, the text is empty. A field of the `moment` is computed from the moment of deciding,
    and never given.
    """

    name: str
    type: FieldType
    meaning: str
    example: str
    values_from: str = ""
    values: tuple[str, ...] = ()
    always: bool = False
    moment: bool = False


def values_of(field: Field) -> str:
    """Which values a field can have, in words."""
    if field.values:
        return ", ".join(field.values)
    if field.values_from == "values":
        return "your own, under `values`; any where you list none"
    if field.values_from:
        return f"the keys of `{field.values_from}`"
    return _VALUES[field.type]


OPERATORS: Final[Mapping[FieldType, tuple[str, ...]]] = MappingProxyType(
    {
        FieldType.TEXT: ("is", "not", "any", "mentions", "matches", "present", "absent"),
        FieldType.VALUE: ("is", "not", "any", "present", "absent"),
        FieldType.SET: ("is", "not", "any", "all", "present", "absent"),
        FieldType.NUMBER: ("is", "not", "any", "at_least", "below", "between", "present", "absent"),
        FieldType.YES_NO: ("is", "not", "present", "absent"),
        FieldType.HOURS: ("open", "closed"),
        FieldType.TIME: ("at_least", "below", "between"),
        FieldType.DATE: ("is", "not", "any", "at_least", "below", "between"),
        FieldType.SEASON: ("between",),
    }
)
"""The operators that each type takes, as they are written; a bare value is `is`, a list is `any`."""

_VALUES: Final[Mapping[FieldType, str]] = MappingProxyType(
    {
        FieldType.TEXT: "any text",
        FieldType.VALUE: "any",
        FieldType.SET: "any",
        FieldType.NUMBER: "a number",
        FieldType.YES_NO: "true or false",
        FieldType.HOURS: "the keys of `teams`",
        FieldType.TIME: "00:00 to 24:00",
        FieldType.DATE: "year-month-day",
        FieldType.SEASON: "day and month",
    }
)
WEEKDAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MACHINE_KINDS: Final = (
    "automatic-reply",
    "bounce",
    "receipt",
    "bulk",
    "calendar-answer",
    "challenge",
    "complaint-report",
    "own",
    "keyword",
)
"""The kinds of messages that nobody is to answer."""
KINDS: Final = ("message", *MACHINE_KINDS, "call-event")

_TEXT, _VALUE, _SET, _NUMBER, _YES_NO = (
    FieldType.TEXT,
    FieldType.VALUE,
    FieldType.SET,
    FieldType.NUMBER,
    FieldType.YES_NO,
)

_CONTACT = (
    Field("channel", _VALUE, "The channel that the contact came in on", "channel: phone", "channels", always=True),
    Field(
        "kind",
        _VALUE,
        "What sort of message it is: `message` is a person's, `call-event` a call's; what machines send is "
        "`automatic-reply`, `bounce`, `receipt`, `bulk`, `calendar-answer`, `challenge`, `complaint-report` or `own`; "
        "`keyword` is a text that stops texts or starts them again",
        "kind: automatic-reply",
        values=KINDS,
        always=True,
    ),
    Field(
        "text",
        _TEXT,
        "What the customer wrote, subject and body together",
        "text: {mentions: [ombudsman]}",
        always=True,
    ),
    Field("subject", _TEXT, "The subject line of an email", "subject: {mentions: formal complaint}", always=True),
    Field("language", _VALUE, "The language that it is written in, as a code", "language: {not: en}"),
    Field("journey", _VALUE, "The journey that was recognised or chosen", "journey: gas-escape", "journeys"),
    Field("confidence", _NUMBER, "How sure the recognition is, from 0 to 1", "confidence: {below: 0.5}"),
    Field("chosen_team", _VALUE, "The team that the menu key or mailbox stands for", "chosen_team: income", "teams"),
    Field("recipient", _TEXT, "Our number or mailbox that was contacted", "recipient: repairs@landlord.example"),
    Field("menu", _TEXT, "The key that a caller pressed; in a further menu after the first, as 2.1", "menu: 1"),
    Field("attachments", _NUMBER, "How many files came with it", "attachments: {at_least: 1}", always=True),
    Field("sender.known", _YES_NO, "Whether the sender is exactly one customer", "sender.known: false", always=True),
    Field(
        "sender.address", _TEXT, "The number or mailbox of the sender", 'sender.address: {matches: "\\\\.gov\\\\.uk$"}'
    ),
    Field(
        "about.another",
        _YES_NO,
        "Whether it is about somebody other than the sender",
        "about.another: true",
        always=True,
    ),
)

_CUSTOMER = (
    Field("customer.tenure", _VALUE, "How the customer lives with us", "customer.tenure: leaseholder", "values"),
    Field("customer.patch", _VALUE, "The patch that the home is in", "customer.patch: harbour", "values"),
    Field("customer.language", _VALUE, "The language that the customer speaks", "customer.language: pl", "values"),
    Field("customer.household", _SET, "Who lives in the home", "customer.household: young-child", "values"),
    Field("customer.vulnerabilities", _SET, "Recorded vulnerabilities", "customer.vulnerabilities: sight", "values"),
    Field("customer.preferences", _SET, "Recorded wishes", "customer.preferences: letter", "values"),
    Field("customer.adjustments", _SET, "Adjustments owed", "customer.adjustments: text-relay", "adjustments"),
    Field("repeat_contacts", _NUMBER, "Earlier contacts on this journey of late", "repeat_contacts: {at_least: 2}"),
    Field("open_enquiries", _NUMBER, "The customer's open enquiries", "open_enquiries: {at_least: 3}"),
)

_MOMENT = (
    Field("hours", FieldType.HOURS, "Whether teams are open", "hours: {closed: repairs}", "teams"),
    Field("weekday", _VALUE, "The day of the week", "weekday: [saturday, sunday]", values=WEEKDAYS),
    Field("time", FieldType.TIME, "The time of day; between may run past midnight", "time: {between: [22:00, 06:00]}"),
    Field("holiday", _YES_NO, "Whether it is a bank holiday", "holiday: true"),
    Field("season", FieldType.SEASON, "The time of year, both days included", "season: {between: [31 October, 1 May]}"),
    Field("date", FieldType.DATE, "The date", "date: {between: [2026-12-24, 2027-01-02]}"),
)


def _of_the_moment(field: Field) -> Field:
    return Field(
        field.name, field.type, field.meaning, field.example, field.values_from, field.values, always=True, moment=True
    )


FIELDS: Final[Mapping[str, Field]] = MappingProxyType(
    {field.name: field for field in (*_CONTACT, *_CUSTOMER, *map(_of_the_moment, _MOMENT))}
)
"""Every field, by name, in the order in which the documentation lists them."""
