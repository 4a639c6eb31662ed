"""Colleagues at their desks: each takes the next enquiry of the team's queue through the API, and sees it through."""

import asyncio
import random
from collections import Counter, defaultdict, deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from router.demo.courses import Case, Move, course
from router.demo.insisting import CONFLICT, Insisting, NotTakenError
from router.demo.pace import Pace
from rules.landlord import Ruleset
from rules.model import Priority

LOOK_SECONDS = 0.5
"""How long a look at the queues is believed before somebody looks again."""

LOOK_SHARE = 5
PAGE = 200
TRIES = 3
View = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Desk:
    """One colleague: a user's id, and the team that they work for."""

    user: str
    team: str


@dataclass(slots=True)
class Colleagues:
    """Everybody who answers. `case_of` tells what a colleague learns of an enquiry from the customer.

    `orders` counts what was done, by action; `refused` what could not be done as things stood, and why.
    """

    base: str
    insisting: Insisting
    key: str
    ruleset: Ruleset
    case_of: Callable[[View], Case]
    pace: Pace
    seed: int
    orders: Counter[str] = field(default_factory=Counter)
    refused: list[str] = field(default_factory=list)
    busy: int = 0
    looks: int = 0
    open: Counter[str] = field(default_factory=Counter)
    """Open enquiries by team, at the last look."""

    _queues: dict[str, deque[str]] = field(default_factory=lambda: defaultdict(deque))
    _seen: set[tuple[str, str]] = field(default_factory=set)
    _looking: asyncio.Lock = field(default_factory=asyncio.Lock)
    _look_again_at: float = 0.0

    async def sit(self, desk: Desk, closing: asyncio.Event) -> None:
        """Work at a desk until it is time to close; what is in hand then is finished."""
        while not closing.is_set():
            enquiry = await self._next(desk.team)
            if enquiry is None:
                await asyncio.sleep(LOOK_SECONDS)
            else:
                await self._see_through(desk, enquiry)

    async def finished(self) -> None:
        """Wait until nobody has anything in hand, and a look at the queues has found nothing more."""
        while True:
            looks = self.looks
            await asyncio.sleep(LOOK_SECONDS)
            await self._look()
            if self.looks > looks and not self.busy and not any(self._queues.values()):
                return

    async def _see_through(self, desk: Desk, enquiry: str) -> None:
        self.busy += 1
        try:
            await self._work(desk, enquiry)
        except NotTakenError as error:
            self.refused.append(f"enquiry {enquiry}: {error}")
        finally:
            self.busy -= 1

    async def _work(self, desk: Desk, enquiry: str) -> None:
        view = await self._ask("GET", f"/{enquiry}")
        if view["state"] != "open" or view["owner"]["key"] != desk.team:
            return
        chance = random.Random(f"{self.seed} {view['contacts'][0]['conversation']} {desk.team}")
        moves = course(self.case_of(view), self.ruleset, chance)
        taken = await self._order(enquiry, {"action": "take", "colleague": desk.user}, view)
        for move in moves:
            await self.pace.minutes(move.after * chance.uniform(0.6, 1.5))
            if taken is None:
                return
            taken = await self._move(enquiry, move, taken, chance)

    async def _move(self, enquiry: str, move: Move, view: View, chance: random.Random) -> View | None:
        """Give one order; where the customer has been in touch meanwhile, read that first and give it again."""
        for _ in range(TRIES):
            filled = filled_in(move, view, datetime.now(UTC))
            answer = await self._order(enquiry, filled, view, twice=chance.random() < 0.05)  # noqa: PLR2004 - now and then
            if answer is not None or "seen" not in filled:
                return answer
            view = await self._ask("GET", f"/{enquiry}")
            if view["seen"] == filled["seen"]:
                return None
        return None

    async def _order(self, enquiry: str, order: Mapping[str, Any], view: View, *, twice: bool = False) -> View | None:
        """Give an order, perhaps twice as a browser does; None where it was refused."""
        key = f"{view['seen']} {view['history'][-1]['id']} {order['action']}"
        answer: View | None = None
        for _ in range(1 + twice):
            answer = await self._ask("POST", f"/{enquiry}/actions", json=order, headers={"Idempotency-Key": key[:100]})
            if "detail" in answer:
                if "since you opened" not in answer["detail"]:
                    self.refused.append(f"enquiry {enquiry}, {order['action']}: {answer['detail']}")
                return None
        self.orders[order["action"]] += 1
        return answer

    async def _next(self, team: str) -> str | None:
        """The next enquiry of a team that nobody there has seen: emergencies first, then the oldest."""
        if not self._queues[team]:
            await self._look()
        return self._queues[team].popleft() if self._queues[team] else None

    async def _look(self) -> None:
        """Look at all teams' queues, unless somebody just has; what is new there is put into them."""
        async with self._looking:
            began = self.pace.real_seconds
            if began < self._look_again_at:
                return
            rows = await self._open()
            self.open = Counter(row["owner"]["key"] for row in rows)
            fresh = [row for row in rows if (row["id"], row["owner"]["key"]) not in self._seen]
            fresh.sort(key=lambda row: (row["priority"] != Priority.EMERGENCY, row["id"]))
            for row in fresh:
                self._seen.add((row["id"], row["owner"]["key"]))
                self._queues[row["owner"]["key"]].append(row["id"])
            self.looks += 1
            # Where looking takes long, because much is open or the machine is busy, it must not take up all the time.
            took = self.pace.real_seconds - began
            self._look_again_at = self.pace.real_seconds + max(LOOK_SECONDS, LOOK_SHARE * took)

    async def _open(self) -> list[View]:
        """Every enquiry that is open."""
        rows: list[View] = []
        query = {"state": "open", "limit": str(PAGE)}
        while True:
            page = await self._ask("GET", "", params=query)
            rows += page["enquiries"]
            if page["next_before"] is None:
                return rows
            query["before"] = page["next_before"]

    async def _ask(self, method: str, path: str, headers: Mapping[str, str] | None = None, **what: Any) -> View:
        """What the API answers: an enquiry or a page of them, or why something cannot be done."""
        sent = {"Authorization": f"Bearer {self.key}", **(headers or {})}
        url = f"{self.base}/api/v1/enquiries{path}"
        response = await self.insisting.request(method, url, headers=sent, **what)
        answer: dict[str, Any] = response.json()
        return {"detail": answer["detail"]} if response.status_code == CONFLICT else answer


def filled_in(move: Move, view: View, now: datetime) -> dict[str, Any]:
    """An order with what only the enquiry as it is now can tell: ids, times, and whether it was the first contact."""
    order = dict(move.order)
    known = {"@seen": view["seen"], "@question": _open(view["questions"], "answered")}
    known["@callback"] = _open(view["callbacks"], "settled_at")
    order = {name: known.get(value, value) if isinstance(value, str) else value for name, value in order.items()}
    if move.until is not None:
        times = {"until": now + move.until} if order["action"] == "wait" else {"starts": now, "ends": now + move.until}
        order |= {name: at.isoformat() for name, at in times.items()}
    if "at_first_contact" in order:
        order["at_first_contact"] = order["at_first_contact"] and len(view["contacts"]) == 1
    return order


def _open(rows: Sequence[View], settled: str) -> str:
    """The id of the last of these that is not settled yet."""
    return next((str(row["id"]) for row in reversed(rows) if not row[settled]), "")
