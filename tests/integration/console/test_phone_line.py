"""The phone line's page: announcements are switched at once, and who waits is shown without names."""

from collections.abc import Callable
from datetime import timedelta

import httpx
import pytest
from sqlalchemy import insert, select

from router.services import Services
from router.store import announcements, keys
from router.store.engine import begin_read, begin_write
from router.store.schema import calls, events
from rules.folder import read_folder
from tests.integration.console.visitor import PASSWORD_HASH, Clock, Visitor
from tests.landlord import FOLDER, publish_small, shown, take_in
from tests.messages import text_message

BUSY = "\n  announcements:\n    high-volume: {says: We are very busy today., heard: [greeting, waiting]}\n"


@pytest.fixture
def supervisor(services: Services) -> Visitor:
    files = dict(read_folder(FOLDER))
    [name] = [name for name, content in files.items() if b"\ncalls:" in content]
    files[name] = files[name].replace(b"\ncalls:\n", b"\ncalls:" + BUSY.encode(), 1)
    publish_small(services, files)
    return Visitor(services).signed_in(["supervisor"], [], PASSWORD_HASH)


def on(services: Services) -> frozenset[str]:
    with begin_read(services.record) as record:
        return announcements.switched_on(record, services.clock())


def test_an_announcement_is_switched_on_for_a_while_and_off(
    services: Services, supervisor: Visitor, clock: Clock
) -> None:
    assert "high-volume: off" in supervisor.get("/phone-line").text
    fields = {"name": "high-volume", "switch": "on", "hours-high-volume": "1"}
    page = supervisor.follow(supervisor.post("/phone-line/announcements", fields)).text
    assert "high-volume: on" in page
    assert "Sam Reed" in page
    assert on(services) == {"high-volume"}
    clock.move(timedelta(hours=1))
    assert on(services) == frozenset()
    supervisor.post("/phone-line/announcements", fields | {"hours-high-volume": ""})
    clock.move(timedelta(minutes=20))
    assert on(services) == {"high-volume"}
    supervisor.post("/phone-line/announcements", {"name": "high-volume", "switch": "off"})
    assert on(services) == frozenset()
    with begin_read(services.record) as record:
        told = list(record.execute(select(events.c.kind).where(events.c.kind.startswith("announcement-"))).scalars())
    assert told == ["announcement-on", "announcement-on", "announcement-off"]


@pytest.mark.parametrize(
    "fields,status",
    [
        ({"name": "unheard-of", "switch": "on"}, 404),
        ({"name": "high-volume", "switch": "on", "hours-high-volume": "9000"}, 422),
    ],
)
def test_what_cannot_be_switched_is_said(
    services: Services, supervisor: Visitor, fields: dict[str, str], status: int
) -> None:
    assert supervisor.post("/phone-line/announcements", fields).status_code == status
    assert on(services) == frozenset()


@pytest.mark.usefixtures("supervisor")
def test_a_colleague_may_not_switch(services: Services) -> None:
    colleague = Visitor(services).signed_in(["colleague"], [], PASSWORD_HASH)
    assert colleague.post("/phone-line/announcements", {"name": "high-volume", "switch": "on"}).status_code == 403
    assert on(services) == frozenset()


def test_who_waits_is_shown_by_team_and_place_without_their_number(services: Services, supervisor: Visitor) -> None:
    accepted, now = take_in(services, text_message("My tap is dripping")), services.clock()
    row = {"contact_id": accepted.contact_id, "provider": "twilio", "account": "AC1", "call": "CA1", "tried": []}
    row |= {"stage": "waiting", "team": "repairs", "rank": 2, "turn": 0} | dict.fromkeys(
        ("since", "not_before", "seen_at"), now
    )
    with begin_write(services.record) as record:
        record.execute(insert(calls), [row])
    page = supervisor.get("/phone-line").text
    assert ": 1 waiting" in page
    assert f"/contacts/{accepted.contact_id}" in page
    assert shown(services, accepted.contact_id)["sender"]["value"] not in page


def asked(services: Services, *scopes: str) -> Callable[..., httpx.Response]:
    """Ask the API with a key that has these scopes."""
    key, row = keys.make("contact centre", list(scopes), services.clock())
    services.writer.submit(keys.add, row).result()

    def ask(method: str, path: str = "", **how: object) -> httpx.Response:
        return Visitor(services).send(
            method, f"/api/v1/announcements{path}", headers={"authorization": f"Bearer {key}"}, **how
        )

    return ask


def test_a_key_switches_and_the_page_says_who(services: Services, supervisor: Visitor, clock: Clock) -> None:
    ask = asked(services, "line:switch")
    assert [(each["name"], each["on"]) for each in ask("GET").json()["announcements"]] == [("high-volume", False)]
    until = clock() + timedelta(minutes=20)
    done = ask("PUT", "/high-volume", json={"on": True, "until": until.isoformat()})
    assert done.status_code == 200, done.text
    assert (done.json()["on"], done.json()["switched_by"]) == (True, "key contact centre")
    assert on(services) == {"high-volume"}
    clock.move(timedelta(minutes=20))
    assert on(services) == frozenset()
    assert ask("GET").json()["announcements"][0]["on"] is False
    ask("PUT", "/high-volume", json={"on": True})
    clock.move(timedelta(seconds=1))
    supervisor.post("/phone-line/announcements", {"name": "high-volume", "switch": "off"})
    page = supervisor.get("/phone-line").text
    lately = page[page.index("Switched lately") :]
    assert [lately.count(each) for each in ("key contact centre", "Sam Reed")] == [2, 1]
    assert lately.index("Sam Reed") < lately.index("key contact centre")


@pytest.mark.parametrize(
    "scopes,path,body,status",
    [
        (["read", "write"], "/high-volume", {"on": True}, 403),
        (["line:switch"], "/unheard-of", {"on": True}, 404),
        (["line:switch"], "/high-volume", {"on": True, "until": "2020-01-01T00:00:00Z"}, 422),
        (["line:switch"], "/high-volume", {"on": True, "until": "2030-01-01T00:00:00Z"}, 422),
        (["line:switch"], "/high-volume", {"until": None}, 422),
    ],
)
def test_a_key_that_cannot_switch(
    services: Services, supervisor: Visitor, scopes: list[str], path: str, body: dict[str, object], status: int
) -> None:
    del supervisor
    assert asked(services, *scopes)("PUT", path, json=body).status_code == status
    assert on(services) == frozenset()
