"""Telling teams: a notice is divided among the addresses that its team names, as things stand, and each gets its words.

Nothing that a customer wrote, and nothing by which anybody could be known, is ever part of one.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

import orjson

from channels import twilio_duty, webhook_sender
from channels.inbound import Address, PointKind
from channels.names import EMAIL, PHONE, SMS
from channels.senders import OutboundMessage
from router.enquiry.consequences import TEAM, Say
from router.enquiry.ladder import next_told, patience
from router.enquiry.state import EMERGENCY, State, moment
from router.live import LiveRuleset
from router.services import Services
from router.store import enquiries, history
from router.store.engine import begin_read
from router.store.rows import Row
from router.wording import when
from rules.landlord import News
from rules.model import Priority
from rules.notices import CALL, fitting
from rules.plan import HandlingPlan, render

WEBHOOK, DUTY_PHONE = webhook_sender.WAY.channel, twilio_duty.WAY.channel
SENDERS: Mapping[str, str] = {EMAIL: EMAIL, SMS: SMS, PHONE: DUTY_PHONE, WEBHOOK: WEBHOOK}
"""By which sender each of a team's ways goes out: a duty phone is not rung as a customer would be."""

_REACHES = {EMAIL: PointKind.EMAIL, SMS: PointKind.PHONE, PHONE: PointKind.PHONE, WEBHOOK: PointKind.WEB}
_OWNERS = frozenset({News.NEW, News.TRANSFERRED, News.CONTACT, News.OVERDUE, News.CALLBACK, News.UNDELIVERED})
"""What only the owner is told: whoever was meant and is no longer that has nothing to do with it. Of a
call that is overdue its escalation team is told too, as long as the owner (`owner`) is the same."""

_NO_JOURNEY, _NO_TIME = "an enquiry that is about nothing we know", "no time is set"
_NEXT: Mapping[News, str] = {
    News.NEW: "Open it, and take it.",
    News.TRANSFERRED: "Open it, and take it.",
    News.CONTACT: "Read what they say.",
    News.ESCALATED: "Open it, and see who has it.",
    News.ASKED: "Read what you are asked, and answer it.",
    News.OVERDUE: "See to it now, or tell the customer why it takes longer.",
    News.CALLBACK: "Ring the customer now, and say how it went.",
    News.UNDELIVERED: "Reach the customer another way: open it, and see what is still possible.",
}


@dataclass(frozen=True, slots=True)
class Standing:
    """How things stand when a team is told: the enquiry's row and state, the live ruleset, now, and our address."""

    enquiry: Row
    state: State
    live: LiveRuleset
    now: datetime
    url: str

    @property
    def link(self) -> str:
        """Where a colleague opens the enquiry."""
        return f"{self.url}/enquiries/{self.enquiry['reference']}"


def standing_of(services: Services, row: Row) -> Standing:
    """How things stand with the enquiry of an intent now."""
    with begin_read(services.record) as record:
        enquiry = enquiries.get(record, [row["enquiry_id"]])[0]
        state = history.state_of(record, enquiry["id"])
    return Standing(enquiry, state, services.live.current(), services.clock(), services.settings.outside_url)


def is_whole(row: Row) -> bool:
    """Whether a notice has yet to be divided among its team's addresses."""
    return not row["channel"]


def is_over(row: Row, standing: Standing) -> bool:
    """Whether there is nothing to tell any more: it is resolved, another team's, or acknowledged already."""
    state, news = standing.state, News(row["values"]["news"])
    gone = news in _OWNERS and row["values"].get("owner", row["values"]["team"]) != state.team
    answered = (news is News.ESCALATED or row["channel"] == PHONE) and not state.wants_acknowledging
    # A message that ended an enquiry may come back when nobody has it open any more.
    over = not state.is_open and news is not News.UNDELIVERED
    settled = "callback" in row["values"] and all(each.id != row["values"]["callback"] for each in state.promised)
    return over or gone or answered or settled


def divided(row: Row, standing: Standing) -> tuple[Row, ...]:
    """One notice for each address at which the team wants to hear of this now; a phone rings until somebody answers."""
    state, live = standing.state, standing.live
    team = live.ruleset.teams.get(row["values"]["team"]) or live.ruleset.fallback
    news, priority = News(row["values"]["news"]), Priority(state.priority)
    found = fitting(team, news, priority, live.ruleset, live.calendar, standing.now)
    return tuple(
        history.intent(_to(row, state, each.channel, each.address), row["enquiry_id"], standing.now)
        for each in found
        if each.channel != PHONE or state.wants_acknowledging
    )


def _to(row: Row, state: State, channel: str, address: str) -> Say:
    return Say(
        key=f"{row['key']}:{channel}:{address}",
        audience=TEAM,
        purpose=row["purpose"],
        template=CALL if channel == PHONE else row["template"],
        values=row["values"],
        channel=channel,
        address={"kind": _REACHES[channel].value, "value": address},
        urgent=state.priority == EMERGENCY,
    )


def plan_of(row: Row) -> HandlingPlan:
    """How a colleague is told: at the address that their team names, in English."""
    return HandlingPlan(channel=row["channel"], address=row["address"]["value"], language="en")


def message_of(row: Row, standing: Standing) -> OutboundMessage:
    """The finished message to one address; raises MissingValueError, and KeyError for a message that is not there."""
    channel = row["channel"]
    subject, text = "", _as_json(row, standing)
    if channel != WEBHOOK:
        template = standing.live.ruleset.messages[row["template"]]
        subject, text = render(template, "en", values_of(row, standing))
    return OutboundMessage(
        channel=channel,
        address=Address(_REACHES[channel], row["address"]["value"]),
        text=f"{subject}\n{standing.link}" if channel == SMS else text,
        message_id=row["id"],
        subject=subject,
        automatic=True,
    )


def values_of(row: Row, standing: Standing) -> dict[str, str]:
    """The values for every placeholder that a message to a team may have."""
    enquiry, ruleset = standing.enquiry, standing.live.ruleset
    journey = ruleset.journeys.get(enquiry["journey"] or "")
    reference = enquiry["reference"]
    return {
        "reference": spelled(reference) if row["channel"] == PHONE else reference,
        "team": _name(row["values"]["team"], standing),
        "owner": _name(standing.state.team, standing),
        "journey": journey.name if journey else _NO_JOURNEY,
        "priority": standing.state.priority,
        "due": _due(standing),
        "timescale": row["values"].get("timescale", ""),
        "what_next": _what_next(row, standing),
        "link": standing.link,
        "landlord": ruleset.landlord.name,
    }


def spelled(reference: str) -> str:
    """A reference as it is said letter by letter."""
    return ", ".join(each for each in reference if each.isalnum())


def _due(standing: Standing) -> str:
    moments = sorted(map(moment, standing.state.due.values()))
    to_come = [each for each in moments if each > standing.now] or moments
    return when(to_come[0].isoformat(), standing.live) if to_come else _NO_TIME


def _what_next(row: Row, standing: Standing) -> str:
    state, ruleset = standing.state, standing.live.ruleset
    if not state.wants_acknowledging:
        return _NEXT[News(row["values"]["news"])]
    minutes = patience(row["values"]["team"], ruleset, state.escalate).total_seconds() / 60
    following = _name(next_told(state.team, state.step + 1, ruleset, state.escalate), standing)
    return f"Say now that you have it. If nobody does within {minutes:.0f} minutes, {following} is told."


def _name(key: str, standing: Standing) -> str:
    team = standing.live.ruleset.teams.get(key)
    return team.name if team else key


def _as_json(row: Row, standing: Standing) -> str:
    """What another system gets. `id` is the same however often it is sent."""
    enquiry, state = standing.enquiry, standing.state
    told = {
        "id": row["id"],
        "event": row["values"]["news"],
        "at": standing.now.astimezone(UTC).isoformat().replace("+00:00", "Z"),
        "team": row["values"]["team"],
        "enquiry": enquiry["id"],
        "reference": enquiry["reference"],
        "owner": state.team,
        "journey": enquiry["journey"],
        "priority": state.priority,
        "due": dict(state.due),
        "acknowledged": not state.wants_acknowledging,
        "link": standing.link,
    }
    return orjson.dumps(told).decode()
