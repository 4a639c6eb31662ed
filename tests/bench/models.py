"""A week of contacts that the engine's own functions decide, as rows to be copied into a record many times over."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import Table

from channels.bounds import bounded
from channels.inbound import Address, Inbound, PointKind
from router import intake
from router.deciding import propose
from router.directory import Identity, Who
from router.enquiry.consequences import effects
from router.enquiry.state import fold
from router.live import LiveRuleset
from router.recognising import recognise
from router.store import history
from router.store.assign import Proposal
from router.store.queues import place
from router.store.schema import contacts, decisions, enquiries, outbox, parts, timers
from router.store.types import Json, UtcDateTime, to_micros
from router.threads import ALONE

Row = dict[str, Any]
SAYINGS = Path(__file__).parents[1] / "unit" / "rules_recognise" / "messages.tsv"
WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A row as it is stored, to be copied with some of its values changed."""

    values: tuple[Any, ...]
    places: Mapping[str, int]

    def __getitem__(self, name: str) -> Any:
        return self.values[self.places[name]]

    def copy(self, **changes: Any) -> tuple[Any, ...]:
        """The row with other values, which are stored ones already."""
        values = list(self.values)
        for name, value in changes.items():
            values[self.places[name]] = value
        return tuple(values)


@dataclass(frozen=True, slots=True)
class Model:
    """One contact that was decided, and what was written for it."""

    at: datetime
    contact: Sheet
    part: Sheet
    decision: Sheet
    enquiry: Sheet
    told: str
    begun: str
    outbox: tuple[Sheet, ...]
    timers: tuple[Sheet, ...]


def models(live: LiveRuleset, start: datetime) -> list[Model]:
    """A week of contacts, in order: every saying by text or by email, at hours that are spread over the week."""
    sayings = [line.split("\t")[-1] for line in SAYINGS.read_text().splitlines() if "\t" in line]
    moments = [start + number * WEEK / len(sayings) for number in range(len(sayings))]
    return [
        _model(_inbound(number, *each), live, each[1]) for number, each in enumerate(zip(sayings, moments, strict=True))
    ]


def _inbound(number: int, saying: str, at: datetime) -> Inbound:
    by_text = number % 2 == 0
    sender = Address(PointKind.PHONE, "+447700900000") if by_text else Address(PointKind.EMAIL, "tenant@home.example")
    return bounded(
        channel="sms" if by_text else "email",
        provider="twilio" if by_text else "smtp",
        conversation="stored",
        event="stored",
        part="message",
        sender=sender,
        recipients=(Address(PointKind.EMAIL, "hub@harbour-row.example"),),
        received_at=at,
        subject="" if by_text else "A question",
        text=saying,
    )


def _model(inbound: Inbound, live: LiveRuleset, at: datetime) -> Model:
    entry = intake.arrival(inbound, live, at, None)
    nothing = {"customer_id": None, "party": None, "journey": None, "decided_at": None}
    contact = entry.contact | nothing | {"state": "decided", "attempts": 1}
    nobody = Who(Identity(), Identity(), "")
    matter = recognise(contact | {"parts": [entry.part]}, nobody, ALONE, live)
    proposal = propose(matter, {"open_enquiries": 0, "repeat_contacts": 0}, live, at)
    team, journey = proposal.enquiry["team"], matter.journey
    begun = proposal.told | {name: proposal.enquiry[name] for name in ("also", "priority", "due")}
    return Model(
        at=at,
        contact=_sheet(contacts, contact | {"team": team, "journey": journey}),
        part=_sheet(parts, entry.part),
        decision=_sheet(decisions, proposal.decision | {"team": team, "enquiry_id": "", "how": "opened"}),
        enquiry=_sheet(enquiries, proposal.enquiry | place(proposal.enquiry["priority"], proposal.enquiry["due"])),
        told=as_json(proposal.told),
        begun=as_json(begun),
        outbox=tuple(_sheet(outbox, _sent(row)) for row in proposal.outbox),
        timers=tuple(_sheet(timers, row | {"fired_at": row["at"]}) for row in _timers(proposal, begun, live)),
    )


def _timers(proposal: Proposal, begun: Row, live: LiveRuleset) -> list[Row]:
    """The timers that follow from opening the enquiry."""
    id_, team = proposal.enquiry["id"], proposal.enquiry["team"]
    opened = {"id": "", "at": proposal.at, "kind": "opened", "enquiry_id": id_, "team": team, "data": begun}
    follows = effects(opened, fold([opened]), live.ruleset)
    return [history.timer(each, id_, live.ruleset.landlord.zone) for each in follows.timers]


def _sent(row: Row) -> Row:
    return row | {"state": "sent", "attempts": 1, "sent": {"channel": row["channel"], "text": "We have your message."}}


def _sheet(table: Table, row: Row) -> Sheet:
    given = {column.name: None for column in table.c if column.nullable} | row
    kept = tuple(_stored(column.type, given[column.name]) for column in table.c)
    return Sheet(kept, {column.name: place for place, column in enumerate(table.c)})


def _stored(kind: Any, value: Any) -> Any:
    if value is None:
        return None
    return to_micros(value) if isinstance(kind, UtcDateTime) else as_json(value) if isinstance(kind, Json) else value


def as_json(value: Any) -> str:
    return orjson.dumps(value).decode()
