"""A morning, played: customers come in through the doors, colleagues work, and then everything is accounted for."""

import asyncio
import contextlib
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
from sqlalchemy import Select, and_, func, or_, select

from router import intake
from router.demo.account import Account, account, wrong
from router.demo.arrivals import Arrival, Plan
from router.demo.colleagues import Colleagues, Desk
from router.demo.doors import Doors
from router.demo.figures import Figures, figures
from router.demo.insight import Insight
from router.demo.insisting import Insisting
from router.demo.ledger import Ledger
from router.demo.outside import Outside
from router.demo.pace import SECONDS as MINUTE
from router.demo.pace import Pace
from router.demo.people import customer_file
from router.demo.postbox import ADDRESS, Postbox
from router.importing import read_customers
from router.services import Services
from router.store import keys, people
from router.store.contacts import IN_PROGRESS, WAITING
from router.store.engine import begin_read
from router.store.outbox import PENDING, SENDING
from router.store.schema import contacts, outbox

AT_ONCE = 40
"""How many customers there are at a time where nobody waits; else they come when they come."""

CONNECTIONS = 20
"""A provider does not open one for each of its callers either."""

CLOSING_MINUTES = 10.0
"""How much longer than the customers the colleagues stay, where there is still something to do."""

CALL_MINUTES = 8.0
"""How long the last customer may be on the line after the morning without the machine being behind."""

SETTLING_SECONDS, LOOK_SECONDS = 120.0, 0.2
SOON = timedelta(seconds=30)
"""What is to be said within this time, a claim or a back-off included, is waited for."""

SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Seen:
    """What the display shows at a moment: the morning's minute, and counts."""

    minute: float
    planned: int
    begun: int
    taken_in: dict[str, int]
    refused: int
    orders: int
    resolved: int
    busy: int
    waiting: dict[str, int]
    """Open enquiries by team, when a colleague last looked."""

    done: bool = False


@dataclass(frozen=True, slots=True)
class Summary:
    """What came of it: the figures, and what each check of the accounting found."""

    figures: Figures
    wrong: dict[str, list[str]]
    orders: dict[str, int]
    refused_orders: list[str]
    real_seconds: float
    behind: float
    """Minutes of the morning that the machine was late in the end."""

    @property
    def clean(self) -> bool:
        """Whether nothing was lost and everything is as promised."""
        return not any(self.wrong.values())


Show = Callable[[Seen], None]


@dataclass(slots=True)
class Morning:
    """Everybody and everything of one morning; `play` it once."""

    plan: Plan
    services: Services
    outside: Outside
    desks: tuple[Desk, ...]
    pace: Pace
    seed: int
    postbox: Postbox | None = None
    """Where emails are put; without one they are taken in as if they had been fetched."""

    behind: float = 0.0

    async def play(self, show: Show) -> Summary:
        """Play it to its end, showing how it goes once or twice a second."""
        key = await asyncio.to_thread(self._key)
        limits = httpx.Limits(max_connections=CONNECTIONS, max_keepalive_connections=CONNECTIONS)
        async with httpx.AsyncClient(
            timeout=httpx.Timeout(SECONDS, pool=None), limits=limits, trust_env=False
        ) as client:
            return await self._played(Insisting(client), key, show)

    async def _played(self, insisting: Insisting, key: str, show: Show) -> Summary:
        ledger, base, live = Ledger(), self.services.settings.address, self.services.live.current()
        landlord = live.ruleset.landlord.name
        doors = Doors(base, insisting, key, self._deliver, self._checked_by, landlord, ledger, self.pace, self.outside)
        insight = Insight(ledger, live)
        crew = Colleagues(base, insisting, key, live.ruleset, insight.case_of, self.pace, self.seed)
        closing = asyncio.Event()
        self.pace.begin()
        watching = asyncio.create_task(self._watch(ledger, crew, show))
        async with asyncio.TaskGroup() as group:
            for desk in self.desks:
                group.create_task(crew.sit(desk, closing))
            await self._arrive(doors)
            self.behind = max(self.pace.minute - self.plan.minutes - CALL_MINUTES, 0.0) if self.pace.speed else 0.0
            await self.outside.settled()
            await self._fetched(ledger)
            await self._decided()
            await self._worked_off(crew)
            closing.set()
        found = await self._said(ledger)
        watching.cancel()
        show(self._seen(ledger, crew, done=True))
        return self._accounted(found, insisting, crew)

    async def _arrive(self, doors: Doors) -> None:
        """Let everybody get in touch in their minute; without pacing, so many at a time as there are lines."""
        lines = asyncio.Semaphore(AT_ONCE if not self.pace.speed else len(self.plan.arrivals))

        async def come(arrival: Arrival) -> None:
            async with lines:
                await doors.make(arrival)

        async with asyncio.TaskGroup() as group:
            for arrival in self.plan.arrivals:
                await self.pace.until(arrival.at)
                group.create_task(come(arrival))

    async def _worked_off(self, crew: Colleagues) -> None:
        """Wait until colleagues have nothing left that they have not seen, or it is time to close."""
        limit = CLOSING_MINUTES * MINUTE / self.pace.speed if self.pace.speed else None
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(crew.finished(), limit)

    def _checked_by(self, to: str) -> str:
        """The mail server of ours that checks who wrote to a mailbox, if the landlord names one."""
        named = self.services.live.current().ruleset.mailboxes.get(self._fetched_from(to), {})
        return " ".join(named.get("checked_by", "").split()[:1])

    def _fetched_from(self, to: str) -> str:
        return to if self.postbox is None else ADDRESS

    def _deliver(self, raw: bytes, to: str) -> tuple[str, str]:
        """Put an email into the demo's mailbox, or take it in as if it had been fetched from the one it was sent to."""
        inbound = intake.read_mail(self.services, raw, datetime.now(UTC), self._fetched_from(to))
        if self.postbox is not None:
            self.postbox.put(raw)
            return inbound.conversation, ""
        accepted = intake.submit(self.services, inbound).result()
        self.services.wake()
        return inbound.conversation, accepted.contact_id

    def _key(self) -> str:
        key, row = keys.make("demo", list(keys.SCOPES), self.services.clock())
        self.services.writer.submit(keys.add, row).result()
        return key

    async def _fetched(self, ledger: Ledger) -> None:
        """Wait until every email that is in the mailbox has been fetched from there."""
        promised = sum(channel == "email" for channel, _ in ledger.promises)
        fetched = select(func.count() < promised).where(contacts.c.channel == "email")
        await self._until_none(lambda: fetched)

    async def _decided(self) -> None:
        """Wait until every contact is decided, within reason: what is not then, the accounting names."""
        await self._until_none(lambda: select(func.count()).where(contacts.c.state.in_((IN_PROGRESS, WAITING))))

    async def _said(self, ledger: Ledger) -> Account:
        """The record at a moment when what can be said by then has been; what an adjustment puts off is still to come.

        Within reason: what is still leaving then, the accounting names.
        """
        deadline = time.monotonic() + SETTLING_SECONDS
        # It is other processes that are waited for.
        while (found := await asyncio.to_thread(self._settled, ledger, deadline)) is None:  # noqa: ASYNC110 - nothing tells us
            await asyncio.sleep(LOOK_SECONDS)
        return found

    def _settled(self, ledger: Ledger, deadline: float) -> Account | None:
        with begin_read(self.services.record) as record:
            if record.execute(unsaid(self.services.clock())).scalar_one() and time.monotonic() < deadline:
                return None
            return account(record, ledger, self.outside, self.services.live.current().ruleset)

    async def _until_none(self, counting: Callable[[], Select[Any]]) -> None:
        deadline = time.monotonic() + SETTLING_SECONDS
        # It is other processes that are waited for, and all that they have in common with us is the record.
        while await asyncio.to_thread(self._count, counting()) and time.monotonic() < deadline:  # noqa: ASYNC110 - as above
            await asyncio.sleep(LOOK_SECONDS)

    def _count(self, statement: Select[Any]) -> int:
        with begin_read(self.services.record) as record:
            return int(record.execute(statement).scalar_one())

    async def _watch(self, ledger: Ledger, crew: Colleagues, show: Show) -> None:
        while True:
            show(self._seen(ledger, crew))
            await asyncio.sleep(LOOK_SECONDS)

    def _seen(self, ledger: Ledger, crew: Colleagues, *, done: bool = False) -> Seen:
        return Seen(
            minute=self.pace.minute,
            planned=len(self.plan.arrivals),
            begun=ledger.begun.total(),
            taken_in=dict(ledger.taken_in),
            refused=len(ledger.odd),
            orders=crew.orders.total(),
            resolved=crew.orders["resolve"],
            busy=crew.busy,
            waiting=dict(crew.open.most_common()),
            done=done,
        )

    def _accounted(self, found: Account, insisting: Insisting, crew: Colleagues) -> Summary:
        told = figures(found, insisting.came_again)
        orders = dict(crew.orders.most_common())
        return Summary(told, wrong(found), orders, crew.refused, self.pace.real_seconds, self.behind)


def unsaid(now: datetime) -> Select[Any]:
    """How many intents are leaving at this moment, however long that may take, or are to leave soon."""
    soon = and_(outbox.c.state == PENDING, outbox.c.not_before <= now + SOON)
    return select(func.count()).where(or_(outbox.c.state == SENDING, soon))


def move_in(services: Services, plan: Plan) -> int:
    """Import the plan's people as a landlord's customers are; gives how many there are."""
    sheet = read_customers(customer_file(plan.people), services.live.current().ruleset, services.clock())
    for future in [services.writer.submit(people.write, row) for row in sheet.customers]:
        future.result()
    return len(sheet.customers)
