"""`firstcontact reconcile`: what it says, its exit codes, and what is left of it when it is killed half-way."""

import json
import shutil
import signal
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from sqlalchemy import create_engine, text

from router.demo.provider.simulator import ACCOUNT, TOKEN, Exchange, Time
from tests.integration.reconciling.test_lists import called, texted
from tests.landlord import FOLDER
from tests.servers.forked import commands
from tests.servers.listed import STAYS, Listing
from tests.servers.process import until
from tests.servers.serving import FIRSTCONTACT, environment

Reconciled = Callable[..., tuple[int, str, str]]


@pytest.fixture
def listed(api: Listing) -> Listing:
    """An account with a call and two texts of half an hour ago."""
    now = datetime.now(UTC).replace(microsecond=0)
    api.exchange = Exchange(httpx.AsyncClient(), Time(lambda: now), api=api.url)
    api.faults.clear()
    api.asked.clear()
    called(api.exchange, now - timedelta(minutes=30))
    for minutes in (29, 28):
        texted(api.exchange, now - timedelta(minutes=minutes))
    return api


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("published")
    settings = environment({"FIRSTCONTACT_DATA": str(folder / "data")})
    made = commands().run("rules", "publish", str(FOLDER), "--reason", "first", environment=settings, folder=folder)
    assert made.code == 0, made.err
    return folder / "data"


@pytest.fixture
def data(published: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(published, tmp_path / "data"))


@pytest.fixture
def done(data: Path, api: Listing) -> Reconciled:
    """Runs `reconcile` to its end; gives its exit code, what it said and what it complained of."""

    def run(*more: str, token: str = TOKEN) -> tuple[int, str, str]:
        ended = commands().run("reconcile", *more, environment=settings(data, api, token), folder=data.parent)
        return ended.code, ended.out, ended.err

    return run


def settings(data: Path, api: Listing, token: str = TOKEN) -> dict[str, str]:
    places = {"FIRSTCONTACT_DATA": str(data), "FIRSTCONTACT_CONFIG": str(FOLDER), "FIRSTCONTACT_TWILIO_API": api.url}
    return environment(places | {"TWILIO_ACCOUNT_SID": ACCOUNT, "TWILIO_AUTH_TOKEN": token})


def started(data: Path, api: Listing, *command: str) -> "subprocess.Popen[str]":
    """The installed command, to be killed or stopped."""
    pipe = subprocess.PIPE
    return subprocess.Popen([FIRSTCONTACT, *command], env=settings(data, api), stdout=pipe, stderr=pipe, text=True)


def contacts(data: Path) -> int:
    with create_engine(f"sqlite:///{data / 'firstcontact.db'}").connect() as record:
        return int(record.execute(text("select count(*) from contacts")).scalar_one())


@pytest.mark.usefixtures("listed")
def test_it_says_what_was_missing_and_then_that_nothing_is(done: Reconciled) -> None:
    said = "1 calls\n1 ends of calls\n2 texts\nEverything else was here.\n"
    assert done("--since", "2h")[:2] == (0, said)
    code, out, _ = done("--since", "2h", "--json")
    assert (code, json.loads(out)["taken_in"]) == (0, {})
    assert done()[:2] == (0, "Nothing was missing.\n")


@pytest.mark.usefixtures("listed")
@pytest.mark.parametrize("since", ["2", "soon", "2w", "-1h"])
def test_a_time_that_is_none_is_told(done: Reconciled, since: str) -> None:
    code, _, err = done(f"--since={since}")
    assert (code, "is no time: write minutes, hours or days" in err) == (2, True)


@pytest.mark.usefixtures("listed")
def test_a_wrong_token_is_told(done: Reconciled) -> None:
    code, _, err = done("--since", "2h", token="guessed-wrongly")
    assert (code, "does not know TWILIO_ACCOUNT_SID" in err) == (1, True)


def test_killed_half_way_it_goes_on_from_the_mark(listed: Listing, data: Path, done: Reconciled) -> None:
    assert done()[0] == 0
    listed.asked.clear()
    listed.faults.extend([None, None, STAYS])
    with started(data, listed, "reconcile", "--since", "2h") as process:
        until(lambda: any("Messages.json" in each for each in listed.asked), "the texts are asked for")
        process.send_signal(signal.SIGKILL)
    listed.released.set()
    assert contacts(data) == 1
    assert done("--since", "2h")[:2] == (0, "2 texts\nEverything else was here.\n")
    assert contacts(data) == 3


def test_the_scheduler_makes_up_for_an_outage_when_it_starts(listed: Listing, data: Path, done: Reconciled) -> None:
    assert done()[0] == 0
    with create_engine(f"sqlite:///{data / 'firstcontact.db'}").begin() as record:
        hours = 5 * 3_600 * 1_000_000
        record.execute(text(f"update reconciliations set since = since - {hours}, until = until - {hours}"))
    with started(data, listed, "serve", "--only", "scheduler") as process:
        try:
            until(lambda: contacts(data) == 3, "what was missed is here")
        finally:
            process.send_signal(signal.SIGTERM)
            process.communicate()
