"""Who chooses to be called back while they wait, and one question of that dialog with what was answered."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, NamedTuple
from urllib.parse import urlencode

from channels.inbound import Address, PointKind
from channels.numbers import REGION
from channels.replies import Asked, Say
from router.calls import say
from router.live import LiveRuleset
from router.planning import asked_of_us
from router.services import Services
from router.store import callbacks as store
from router.store import contacts, enquiries
from router.store.engine import begin_read
from router.store.rows import Row
from router.telephony import waiting
from router.telephony.gate import is_ringable
from rules.constraints import Constraints
from rules.phone_line import CallFlow


@dataclass(frozen=True, slots=True)
class Chooser:
    """Who chooses: their call's contact and enquiry, what is asked of us, and the number that they ring from.

    `own` is None where that is withheld or we do not ring it, `row` what they have chosen so far.
    """

    contact_id: str
    enquiry_id: str
    team: str
    asked: Constraints
    own: Address | None
    row: Row | None


@dataclass(frozen=True, slots=True)
class Dialog:
    """A question and what was answered: `at` is the moment from which times to choose were counted."""

    what: Asked
    caller: Chooser
    live: LiveRuleset
    now: datetime
    at: datetime

    @property
    def flow(self) -> CallFlow:
        """What callers hear."""
        return waiting.flow_of(self.live)

    @property
    def region(self) -> str:
        """Where numbers without a country code are."""
        return self.live.ruleset.landlord.country or REGION

    @property
    def is_again(self) -> bool:
        """Whether the question was asked a second time."""
        return "again" in self.what.about

    def say(self, *texts: str) -> tuple[Say, ...]:
        """Texts in the voice that callers hear."""
        return tuple(say(self.flow, text) for text in texts)

    def place(self, step: str, **more: str) -> str:
        """Where the answer to a question comes in."""
        kept = {"loop": self.what.about["loop"]} if "loop" in self.what.about else {}
        return f"offer?{urlencode({'step': step, **more, **kept})}"


class Waits(NamedTuple):
    """Who waits: what is asked of us, and who they are where they choose; None while nobody has decided whose it is."""

    asked: Constraints
    chooses: Chooser | None


def read(services: Services, row: Row, live: LiveRuleset) -> Waits:
    """Who is on the line, as the record has them now."""
    with begin_read(services.record) as record:
        contact = contacts.load(record, [row["contact_id"]])[0]
        decided = enquiries.decision_on(record, contact["id"])
        asked = asked_of_us(record, contact["sender"], live.ruleset)
        going = store.going(record, contact["id"])
    if decided is None or not decided["enquiry_id"]:
        return Waits(asked, None)
    own = _own(contact["sender"], live)
    return Waits(asked, Chooser(contact["id"], decided["enquiry_id"], decided["team"], asked, own, going))


def _own(sender: Mapping[str, Any], live: LiveRuleset) -> Address | None:
    if not is_ringable(sender, live):
        return None
    return Address(PointKind.PHONE, sender["value"], prefix=sender.get("prefix", ""))


def can_be_rung(caller: Chooser, live: LiveRuleset) -> bool:
    """Whether their adjustments allow that they are rung at all."""
    ways = (live.ruleset.channels[key] for key in caller.asked.allowed)
    return any(way.spoken and way.outbound for way in ways)


def since(asked: Asked, now: datetime) -> datetime:
    """The moment from which the times that were read out were counted: the question has it in its address."""
    written = asked.about.get("at", "")
    return datetime.fromtimestamp(int(written[:11]), UTC) if written.isascii() and written.isdigit() else now
