"""JSON Schemas of each section of a landlord's files, entry by entry."""

from collections.abc import Mapping, Sequence
from typing import Final

from rules.documented import OUTCOMES, RULE
from rules.fields import WEEKDAYS
from rules.landlord import News
from rules.model import Priority
from rules.outcomes import Concern, QueuePosition
from rules.read_calls import ANSWERS, CALL_EVENTS, EVENT_FIELDS, HEARD, MENU_KEYS, RINGS
from rules.read_landlord import REACHES
from rules.read_voicemail import KEYS, WHEN
from rules.schema_parts import (
    EMAIL,
    FLAG,
    MINUTES,
    PHONE,
    SPAN,
    TEXT,
    Schema,
    key,
    many,
    one_of,
    record,
    ref,
    table,
    told,
    whole,
)

_RANGE: Final[Schema] = {"type": "string", "pattern": r"^\s*\d{1,2}[:.]\d\d *[-–] *\d{1,2}[:.]\d\d\s*$"}
_DAY: Final[Schema] = {"anyOf": [{"const": "closed"}, *many(_RANGE)["anyOf"]], "examples": ["09:00-17:00", "closed"]}
_TIMES_OF_DAY: Final[Schema] = {"type": "string", "pattern": r"\d", "examples": ["08:00-21:00"]}
_DAYS: Final = "|".join(WEEKDAYS)
_PRIORITY: Final = one_of(tuple(Priority))
_GOES_TO: Final = {"journey": key("journey"), "team": key("team")}
_MENU: Final[Schema] = {
    "type": "object",
    "patternProperties": {
        "^[0-9*#]$": record(
            {"says": TEXT, "menu": TEXT, "information": TEXT, "voicemail": FLAG, "relay": FLAG} | _GOES_TO,
            "says",
            minProperties=2,
        )
    },
    "additionalProperties": False,
}
_MESSAGE_TEXTS: Final = {"text": TEXT, "texts": table(TEXT) | {"required": ["en"]}}

_OUTCOMES: Final[Mapping[str, Schema]] = {
    "team": {"anyOf": [key("team"), {"const": "journey"}]},
    "also": many(key("team")),
    "priority": _PRIORITY,
    "ask": many(key("question")),
    "instructions": many(TEXT),
    "due": table(SPAN),
    "message": key("message"),
    "take_over": FLAG,
    "queue": one_of(tuple(QueuePosition)),
    "reply": {"anyOf": [{"const": "none"}, *many(key("channel"))["anyOf"]]},
    "escalate": record({"to": many(key("team")), "after": MINUTES}, minProperties=1),
    "offer_callback": FLAG,
    "skip_menu": FLAG,
}
_RULE: Final[Mapping[str, Schema]] = {
    "rule": TEXT,
    "when": ref("condition"),
    "for": one_of(tuple(Concern)),
    "because": TEXT,
    "examples": {"type": "array", "items": ref("example"), "minItems": 1},
}


def _rule(then: Schema) -> Schema:
    written = {name: told(schema, RULE[name].meaning, RULE[name].example) for name, schema in _RULE.items()}
    return record(written | {"then": told(then, RULE["then"].meaning, RULE["then"].example)}, "rule", "then")


def _then(*left_out: str, required: Sequence[str] = ()) -> Schema:
    shown = {
        name: told(_OUTCOMES[name], entry.meaning, entry.example)
        for name, entry in OUTCOMES.items()
        if name not in left_out
    }
    return record(shown, *required, minProperties=1)


RECORDS: Final[Mapping[str, Schema]] = {
    "landlord": record(
        {
            "name": TEXT,
            "zone": TEXT,
            "holidays": record({"country": TEXT, "subdivision": TEXT}, "country"),
            "fallback": key("team"),
            "repeat_days": whole(1, 365),
            "acknowledge_within": whole(1, 1440),
            "mentions": record({"ignore_case": FLAG, "ignore_accents": FLAG}),
            "approval": one_of(("none", "required")),
            "reopen_within": {"type": "string", "pattern": r"^\s*\d{1,3} days?\s*$", "examples": ["14 days"]},
            "text_answers_within": {"type": "string", "pattern": r"^\s*\d{1,3} days?\s*$", "examples": ["3 days"]},
            "acknowledgements_an_hour": whole(1, 100),
            "reading_age": whole(8, 25),
        },
        "name",
        "fallback",
    ),
    "channels": record(
        {
            "name": TEXT,
            "reaches": one_of(REACHES),
            "spoken": FLAG,
            "outbound": FLAG,
            "reply_within": MINUTES,
            "send_between": _TIMES_OF_DAY,
        }
    ),
    "hours": record(
        dict.fromkeys((*WEEKDAYS, "monday-friday", "every-day"), _DAY)
        | {"holidays": {"anyOf": [{"const": "open"}, *_DAY["anyOf"]]}},
        patternProperties={f"^({_DAYS})-({_DAYS})$": _DAY},
        minProperties=1,
    ),
    "teams": record(
        {
            "name": TEXT,
            "names": table(TEXT),
            "role": TEXT,
            "responsibilities": many(TEXT),
            "hours": key("hours"),
            "channels": table({"anyOf": [PHONE, EMAIL, TEXT]}),
            "escalation": many(key("team")),
            "acknowledge_within": whole(1, 1440),
            "phones": many(
                record({"number": PHONE, "sip": TEXT, "client": TEXT, "at_once": whole(1, 1000), "confirm": FLAG})
            ),
            "notify": many(
                record(
                    {"email": EMAIL, "sms": PHONE, "phone": PHONE, "webhook": TEXT}
                    | {"when": many(_PRIORITY), "hours": key("hours"), "for": many(one_of(tuple(News)))},
                )
            ),
        },
        "name",
        "hours",
    ),
    "journeys": record(
        {
            "said_aloud": TEXT,
            "name": TEXT,
            "names": table(TEXT),
            "team": key("team"),
            "priority": _PRIORITY,
            "words": many(TEXT),
            "phrases": many(TEXT),
            "ask": many(key("question")),
            "hub": record({"can_resolve": FLAG, "script": TEXT}),
            "steps": many(record({"does": TEXT, "team": key("team"), "within": SPAN}, "does", "team")),
            "timescales": table(SPAN),
            "message": key("message"),
        },
        "name",
        "team",
    ),
    "adjustments": record(
        dict.fromkeys(("name", "means", "code", "call_prefix", "interpreter"), TEXT)
        | {name: many(key("channel")) for name in ("never", "only")}
        | {name: many(TEXT) for name in ("formats", "instructions")}
        | dict.fromkeys(
            (
                "safety",
                "voicemail",
                "recording",
                "caller_identity",
                "skip_menu",
                "extra_time",
                "slower_speech",
                "times",
                "needs_detail",
            ),
            FLAG,
        ),
        "name",
    ),
    "questions": TEXT,
    "messages": record(
        {"subject": TEXT, "subjects": table(TEXT)} | _MESSAGE_TEXTS,
        oneOf=[{"required": ["text"]}, {"required": ["texts"]}],
    ),
    "mailboxes": record(
        _GOES_TO
        | dict.fromkeys(("name", "account", "folder", "after", "since"), TEXT)
        | dict.fromkeys(("checked_by", "forwarded_by"), many(TEXT))
        | {"answer_from": EMAIL, "plus_addressing": FLAG, "authentication": one_of(("strict", "participant"))},
    ),
    "transfer_reasons": record({"name": TEXT, "misroute": FLAG}, "name"),
    "resolutions": record({"name": TEXT, "counted": FLAG}, "name"),
    "calls": record(
        {
            "numbers": {"anyOf": [*many(PHONE)["anyOf"], table(record(_GOES_TO | {"menu": TEXT, "greeting": TEXT}))]},
            "greeting": TEXT,
            "menu": _MENU,
            "menus": table(record({"says": TEXT, "keys": _MENU}, "says", "keys")),
            "wait_seconds": whole(1, 60),
            "closed": TEXT,
            "connecting": TEXT,
            "fallback_number": PHONE,
            "voice": TEXT,
            "language": TEXT,
            "ring_seconds": whole(5, 120),
            "speech": record({"says": TEXT, "hints": many(TEXT)}, "says"),
            "returning": record(
                {
                    "says": TEXT,
                    "key": one_of(MENU_KEYS),
                    "not_teams": many(key("team")),
                    "not_journeys": many(key("journey")),
                },
                "says",
            ),
            "on_hold": TEXT,
            "recording": record({"says": TEXT, "teams": many(key("team"))}, "says"),
            "interpreter": record({"number": PHONE, "code": TEXT, "says": TEXT}, "number"),
            "missed": record({"not_under_seconds": whole(0, 120), "promise_within": whole(1, 100)}),
            "voicemail": record(
                {
                    "says": TEXT,
                    "when": many(one_of(WHEN)),
                    "teams": many(key("team")),
                    "after_minutes": whole(0, 240),
                    "waiting": TEXT,
                    "at_most_seconds": whole(10, 600),
                    "transcribed": FLAG,
                    "emergency": record(
                        {"key": one_of(KEYS), "says": TEXT, "journey": key("journey")}, "says", "journey"
                    ),
                    "thanks": TEXT,
                    "nothing": TEXT,
                },
                "says",
            ),
            "callbacks": record(
                {
                    "promise_within": whole(1, 100),
                    "slot_hours": whole(1, 4),
                    "attempts": whole(1, 10),
                    "spacing_minutes": whole(1, 1440),
                    "rings": many(one_of(RINGS)),
                    "trunk": record({"host": TEXT, "withhold": TEXT}, "host"),
                }
            ),
            "waiting": record(
                {
                    "says": TEXT,
                    "position": FLAG,
                    "every_seconds": whole(5, 300),
                    "music": TEXT,
                    "rest_seconds": whole(1, 600),
                    "overflow": record(
                        {
                            "after_minutes": whole(0, 120),
                            "emergency_after_seconds": whole(0, 600),
                            "longer_than": whole(1, 500),
                        }
                    ),
                    "offer": record({"says": TEXT, "after_seconds": whole(0, 3600)}, "says"),
                    "serve_after_closing": whole(0, 240),
                    "closed": TEXT,
                },
                "says",
            ),
            "announcements": table(
                record(
                    {
                        "says": TEXT,
                        "heard": many(one_of(HEARD)),
                        "teams": many(key("team")),
                        "journeys": many(key("journey")),
                    },
                    "says",
                )
            ),
        },
        "numbers",
        "greeting",
        "fallback_number",
    ),
    "call_events": record(
        {
            "fields": record(dict.fromkeys(EVENT_FIELDS, many(TEXT))),
            "events": table(one_of(CALL_EVENTS)),
            "answer": one_of(ANSWERS),
        }
    ),
    "owner": _rule(_then(required=("team",))),
    "handling": _rule(_then("team")),
}
"""One entry of each section, or the whole of one that has no entries."""
