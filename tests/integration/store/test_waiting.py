"""The order in which callers get a free telephone, on either record: nobody passes somebody, no telephone twice."""

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, insert

from router.store import calls as store
from router.store import waiting
from router.store.calls import CallNews, Line, TeamQueue, Turn
from router.store.engine import begin_read, begin_write
from router.store.ids import new_id
from router.store.schema import calls, contacts
from router.store.writer import Writer

NOW = datetime(2026, 3, 3, 10, 0, tzinfo=UTC)
RINGS, RESTS, PATIENCE = timedelta(seconds=35), timedelta(seconds=20), timedelta(seconds=90)
HUB = TeamQueue("hub", (Line("+441", 1), Line("+442", 1)))
NIGHT = TeamQueue("night", (Line("+449", 1),))
NORMAL, EMERGENCY = 2, 0


def seconds(count: int) -> datetime:
    return NOW + timedelta(seconds=count)


def contact_row(id_: str, call: str) -> dict[str, Any]:
    """The contact of a call, as little of it as there can be."""
    words = dict.fromkeys(("sender_value",), "+447700900100") | {"conversation": call, "account": "AC1"}
    fixed = {"channel": "phone", "provider": "twilio", "kind": "call-event", "state": "decided", "team": "hub"}
    none: dict[str, Any] = {"sender": {}, "recipients": [], "references": [], "attempts": 0, "urgency": 0}
    return {"id": id_, "not_before": NOW, "received_at": NOW} | words | fixed | none


class Hub:
    """The calls of one record."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.ids: dict[str, str] = {}

    def comes(self, name: str, at: int, rank: int = NORMAL, team: str = "hub", **more: Any) -> None:
        """Somebody waits since so many seconds after the hour."""
        id_ = self.ids[name] = new_id(seconds(at))
        row = {"contact_id": id_, "provider": "twilio", "account": "AC1", "call": f"CA{name}", "stage": "waiting"}
        row |= {"team": team, "rank": rank, "since": seconds(at), "not_before": seconds(at), "turn": 0, "tried": []}
        with begin_write(self.engine) as record:
            record.execute(insert(contacts), [contact_row(id_, name)])
            record.execute(insert(calls), [row | {"seen_at": seconds(at)} | more])

    def asks(self, name: str, at: int, *queues: TeamQueue) -> str | None:
        """The telephone that somebody gets, or None while they wait."""
        asked = Turn(self.ids[name], queues or (HUB,), seconds(at), RINGS, RESTS, seconds(at) - PATIENCE)
        with begin_write(self.engine) as record:
            [row] = store.take_turn(record, [asked])
        assert row is not None
        phone: str | None = row["phone"]
        return phone

    def row(self, name: str) -> dict[str, Any]:
        with begin_read(self.engine) as record:
            found = store.get(record, self.ids[name])
        assert found is not None
        return found

    def ahead(self, name: str, at: int) -> int:
        with begin_read(self.engine) as record:
            return waiting.ahead(record, self.row(name), seconds(at) - PATIENCE)

    def does(self, operation: Any, item: Any) -> None:
        with begin_write(self.engine) as record:
            operation(record, [item])


@pytest.fixture
def hub(store: Engine) -> Hub:
    return Hub(store)


def test_the_most_urgent_and_then_the_oldest_get_the_telephones(hub: Hub) -> None:
    hub.comes("old", 0)
    hub.comes("young", 10)
    hub.comes("urgent", 20, EMERGENCY)
    assert [hub.ahead(name, 21) for name in ("urgent", "old", "young")] == [0, 1, 2]
    assert hub.asks("young", 21) is None
    assert hub.asks("old", 22) == "+442"  # the first one is left for the emergency
    assert hub.asks("urgent", 23) == "+441"
    assert hub.asks("young", 24) is None


def test_who_was_not_answered_goes_on_to_the_next_telephone_and_lets_the_first_to_others(hub: Hub) -> None:
    hub.comes("old", 0)
    hub.comes("young", 1)
    assert hub.asks("old", 2) == "+441"
    hub.does(store.pass_on, CallNews(hub.ids["old"], seconds(22)))
    assert hub.asks("young", 22) == "+441"  # which the older one has tried
    assert hub.asks("old", 23) == "+442"
    hub.does(store.pass_on, CallNews(hub.ids["old"], seconds(43)))
    hub.does(store.pass_on, CallNews(hub.ids["young"], seconds(43)))
    assert hub.asks("old", 44) is None
    assert hub.ahead("young", 44) == 1  # who rests is still before them
    assert hub.asks("old", 44 + 60) == "+441"


def test_who_vanished_without_a_word_blocks_nobody_and_is_not_counted_until_heard_of_again(hub: Hub) -> None:
    one = TeamQueue("hub", (Line("+441", 1),))
    hub.comes("gone", 0)
    hub.comes("here", 1)
    assert hub.asks("here", 60, one) is None
    assert (hub.ahead("here", 60), hub.ahead("here", 91)) == (1, 0)
    assert hub.asks("here", 91, one) == "+441"
    hub.does(store.leave, CallNews(hub.ids["here"], seconds(92)))
    hub.comes("new", 93)
    assert hub.asks("gone", 94, one) == "+441"


def test_a_telephone_that_is_kept_too_long_is_free_and_its_caller_stands_in_line_again(hub: Hub) -> None:
    one = TeamQueue("hub", (Line("+441", 1),))
    hub.comes("first", 0)
    hub.comes("second", 1)
    assert hub.asks("first", 2, one) == "+441"
    assert hub.asks("first", 3, one) == "+441"  # a repeat
    assert hub.asks("second", 36, one) is None
    assert hub.asks("second", 38, one) == "+441"
    assert hub.asks("first", 39, one) is None
    assert hub.row("first")["stage"] == "waiting"


def test_a_telephone_that_the_rules_have_no_more_is_not_rung_and_a_team_without_any_keeps_nobody(hub: Hub) -> None:
    hub.comes("caller", 0)
    assert hub.asks("caller", 1) == "+441"
    assert hub.asks("caller", 2, TeamQueue("hub", (Line("+443", 1),))) == "+443"
    hub.comes("other", 3)
    assert hub.asks("other", 4, TeamQueue("fallback", ())) is None
    assert (hub.row("other")["stage"], hub.row("other")["team"]) == ("connecting", "fallback")


def test_who_has_overflowed_stands_in_both_queues_at_their_old_place(hub: Hub) -> None:
    one = TeamQueue("hub", (Line("+441", 1),))
    hub.comes("busy", 0, stage="talking", phone="+441")
    hub.comes("mate", 1, team="night", stage="talking", phone="+449")
    hub.comes("over", 2)
    hub.comes("night", 4, team="night")
    assert hub.asks("over", 5, one, NIGHT) is None
    hub.does(store.leave, CallNews(hub.ids["mate"], seconds(6)))
    assert (hub.ahead("night", 6), hub.asks("night", 6, NIGHT)) == (1, None)
    assert hub.asks("over", 7, one, NIGHT) == "+449"


def test_a_switchboard_takes_everybody(hub: Hub) -> None:
    board = TeamQueue("hub", (Line("+441", 1), Line("+440", None)))
    for number in range(30):
        hub.comes(str(number), number)
    assert [hub.asks(str(number), 40, board) for number in (29, 28, 0)] == ["+440", "+440", "+441"]


@pytest.fixture
def writers(store_url: str, store: Engine) -> Iterator[list[Writer]]:
    """Three processes' writers on one record."""
    del store_url
    with closing(Writer(store)) as a, closing(Writer(store)) as b, closing(Writer(store)) as c:
        yield [a, b, c]


def test_several_processes_give_no_telephone_twice_and_none_to_who_is_not_next(hub: Hub, writers: list[Writer]) -> None:
    lines = TeamQueue("hub", tuple(Line(f"+44{number}", 2) for number in range(4)))
    for number in range(40):
        hub.comes(str(number), number)

    def ask(number: int) -> None:
        turn = Turn(hub.ids[str(number)], (lines,), seconds(50), RINGS, RESTS, seconds(50) - PATIENCE)
        writers[number % 3].submit(store.take_turn, turn).result()

    served: list[int] = []
    with ThreadPoolExecutor(8) as pool:
        for _ in range(5):
            list(pool.map(ask, reversed(range(40))))
            rows = {number: hub.row(str(number)) for number in range(40)}
            kept = [number for number, row in rows.items() if row["phone"]]
            assert Counter(rows[number]["phone"] for number in kept) == {f"+44{number}": 2 for number in range(4)}
            served += kept
            for number in kept:
                hub.does(store.leave, CallNews(hub.ids[str(number)], seconds(50)))
    assert served == sorted(served) == list(range(40))
