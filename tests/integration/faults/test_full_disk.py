"""A disk that fills to the last byte under load, twice, and is freed: nothing is lost, and all goes on by itself."""

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from tests.effort import effort
from tests.integration.faults import customers
from tests.integration.faults.account import CHECKS, Account, account
from tests.integration.faults.days import Day
from tests.integration.faults.doors import Answer, Client, posted
from tests.integration.faults.ledger import Wanted
from tests.integration.faults.siege import Stand, besiege, stand
from tests.servers.disk import Disk, can_be_made, small_disk
from tests.servers.postgres import postgres_server
from tests.servers.process import until
from tests.servers.provider import provider
from tests.servers.redis import redis_server

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not can_be_made(), reason="only who may mount a disk can fill one"),
]

CONTACTS, MEGABYTES = effort(400, 800), 220
PROBES = 10_000
SHOWN = 20
CONTACT = "x-firstcontact-contact"
FIRST: Mapping[str, tuple[str, str, Callable[[Wanted], dict[str, str]]]] = {
    "phone": ("/channels/twilio/voice", "CallSid", lambda _: {"CallStatus": "ringing"}),
    "sms": ("/channels/twilio/sms", "MessageSid", lambda each: {"Body": each.texts[0]}),
}
"""Where the first request of a channel is posted, the field of its id, and what else it says."""


@pytest.fixture(scope="module", params=["embedded", "servers"])
def day(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Day]:
    """A day on which the record's disk was full, after which everything has been decided and said."""
    with ExitStack() as stack:
        disk = stack.enter_context(small_disk(_place(tmp_path_factory.mktemp("disk")), MEGABYTES))
        if request.param == "embedded":
            where = {"FIRSTCONTACT_DATA": str(disk.folder / "data")}
        else:
            postgres = stack.enter_context(postgres_server(durable=True, within=disk.folder))
            where = {"DATABASE_URL": postgres.url(), "REDIS_URL": stack.enter_context(redis_server()).url}
        texts = stack.enter_context(provider())
        engine = stack.enter_context(stand(tmp_path_factory.mktemp(request.param), texts, **where))
        found = Day(engine)
        besiege(
            engine,
            customers.contacts(CONTACTS, 5),
            [(0.2, lambda: _first(found, disk)), (0.5, lambda: _second(engine, disk))],
        )
        found.settle()
        yield found


def _place(folder: Path) -> Path:
    """The folder, with all above it open to the user that PostgreSQL runs as."""
    for each in (folder, *folder.parents[:3]):
        each.chmod(each.stat().st_mode | 0o011)
    return folder


def _first(day: Day, disk: Disk) -> None:
    """Fill the disk, see what a call and a text get for which there is no room, and free it; they all come again."""
    asked = _fill(day.stand, disk, "first")
    with closing(Client(day.stand.serving.url)) as client:
        day.without_record = {channel: _refused(client, disk, channel, asked) for channel in FIRST}
    _free(day.stand, disk)
    _come_again(day.stand, asked)


def _second(engine: Stand, disk: Disk) -> None:
    """Fill the disk, and kill everything but the supervisor before it is freed."""
    asked = _fill(engine, disk, "second")
    for name in ("worker-1", "scheduler", "web"):
        engine.kill(name)
    _free(engine, disk)
    _come_again(engine, asked)


def _fill(engine: Stand, disk: Disk, mark: str) -> list[Wanted]:
    """Leave no room; gives who came in meanwhile.

    The record has room of its own in files that it has made already: texts come in until that is used up as well.
    """
    asked: list[Wanted] = []
    probes = _probes("sms", mark)

    def is_full() -> bool:
        disk.fill()
        asked.append(next(probes))
        _post(client, asked[-1])
        return bool(engine.serving.ready().get("dependencies", {}).get("record") == "down")

    engine.hit("disk")
    with closing(Client(engine.serving.url)) as client:
        until(is_full, "nothing can be written any more, and it says so")
    return asked


def _refused(client: Client, disk: Disk, channel: str, asked: list[Wanted]) -> Answer:
    """What the first is answered that is not stored: a few may still fit in where a page of the record has room."""
    for each in _probes(channel, "probe"):
        asked.append(each)
        disk.fill()
        answer = _post(client, each)
        if answer[0] != 0 and CONTACT not in answer[1]:
            return answer
    raise AssertionError(f"there was always room for one more {channel}")


def _probes(channel: str, mark: str) -> Iterator[Wanted]:
    return (each for each in customers.contacts(PROBES, 6, mark) if each.channel == channel)


def _post(client: Client, wanted: Wanted) -> Answer:
    """Ask once, as whoever gets in touch for the first time does."""
    place, sid, more = FIRST[wanted.channel]
    return client.post_signed(place, posted(wanted) | more(wanted) | {sid: wanted.key})


def _come_again(engine: Stand, asked: list[Wanted]) -> None:
    doors = engine.doors(threading.Event())
    with closing(doors.client):
        for each in asked:
            doors.make(each)


def _free(engine: Stand, disk: Disk) -> None:
    disk.free()
    until(lambda: engine.serving.ready().get("code") == 200, "it is ready again")
    engine.hit("disk")


@pytest.fixture(scope="module")
def accounts(day: Day) -> Account:
    """Everything in the record of that day."""
    return account(day.stand)


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_every_contact_is_accounted_for(accounts: Account, check: Callable[[Account], Iterator[str]]) -> None:
    wrong = list(check(accounts))
    assert not wrong, f"{len(wrong)} are not as promised:\n" + "\n".join(wrong[:SHOWN])


def test_a_call_meanwhile_reaches_a_person(day: Day) -> None:
    status, headers, body = day.without_record["phone"]
    assert (status, CONTACT in headers) == (200, False)
    assert b"+441632960009" in body


def test_a_text_meanwhile_is_asked_for_again(day: Day) -> None:
    status, headers, _ = day.without_record["sms"]
    assert (status, headers["retry-after"]) == (503, "5")


def test_the_log_says_what_was_wrong(day: Day) -> None:
    said = day.stand.serving.log.read_text()
    assert any(name in said for name in ('"error": "SQLITE_FULL"', '"error": "DiskFull"'))
    assert "Traceback" not in said
