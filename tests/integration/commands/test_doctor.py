"""`firstcontact doctor`: what is well, what is not and what to do, against real servers; it changes nothing."""

import os
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Sink

from router.demo.provider.simulator import ACCOUNT as THEIRS
from router.demo.provider.simulator import TOKEN as THEIR_TOKEN
from router.demo.provider.simulator import Exchange, Number, Source, Time
from router.services import utc_now
from tests.integration.commands.conftest import Run
from tests.landlord import FOLDER
from tests.servers.dovecot import PASSWORD, Dovecot, dovecot_server
from tests.servers.forked import Done
from tests.servers.listed import Listing, listing
from tests.servers.postgres import Postgres
from tests.servers.process import free_port
from tests.servers.provider import ACCOUNT, NUMBER, TOKEN, Provider, provider

KEY = "u4Kf0aXw3Zt7Qp9sLm2vRb8yNc5dGh1j"
TEXTS = {"TWILIO_ACCOUNT_SID": ACCOUNT, "TWILIO_AUTH_TOKEN": TOKEN, "FIRSTCONTACT_SMS_FROM": NUMBER}


@pytest.fixture(scope="module")
def texts() -> Iterator[Provider]:
    with provider() as running:
        yield running


@pytest.fixture(scope="module")
def mail_server() -> Iterator[str]:
    server = Controller(Sink(), "127.0.0.1", free_port())
    server.start()
    yield f"127.0.0.1:{server.port}"
    server.stop()


def found(done: Done) -> dict[str, str]:
    """The level of each check."""
    assert "Traceback" not in done.err + done.out
    return {str(row["check"]): str(row["level"]) for row in done.rows()}


def test_where_nothing_is_yet_nothing_is_wrong_and_nothing_is_made(run: Run, tmp_path: Path) -> None:
    done = run("doctor")
    assert (done.code, done.err) == (0, "")
    assert [line.split()[0] for line in done.out.splitlines()[:-1]].count("wrong") == 0
    assert done.out.splitlines()[-1].endswith("0 wrong.")
    assert list(tmp_path.iterdir()) == []


def test_a_record_is_looked_at_and_left_alone(live: Run, tmp_path: Path) -> None:
    (tmp_path / "data").chmod(0o700)
    done = live("doctor", "--json")
    levels = found(done)
    assert done.code == 0
    assert {levels[name] for name in ("record", "tables", "writing", "clock", "ruleset")} == {"ok"}
    assert levels["serve"] == "warning"


def test_a_server_that_may_lose_what_it_commits_is_named(run: Run, postgres: Postgres, redis_url: str) -> None:
    """The tests' own PostgreSQL is in a hurry, and says so."""
    name = postgres.create()
    given = {"DATABASE_URL": postgres.url(name), "REDIS_URL": redis_url, "FIRSTCONTACT_SECRET_KEY": KEY}
    assert found(run("doctor", "--json", **given))["tables"] == "warning"
    assert run("keys", "list", **given).code == 0
    done = run("doctor", "--json", **given)
    levels = found(done)
    assert done.code == 1
    assert {levels[name] for name in ("record", "tables", "writing", "clock", "Redis", "secrets")} == {"ok"}
    assert [name for name, level in levels.items() if level == "wrong"] == ["PostgreSQL"]
    assert "fsync" in done.out
    postgres.drop(name)


@pytest.mark.parametrize("standing,token,expected", [("active", TOKEN, "ok"), ("suspended", TOKEN, "wrong")])
def test_the_provider_of_texts_is_asked(run: Run, texts: Provider, standing: str, token: str, expected: str) -> None:
    texts.standing = standing
    given = TEXTS | {"TWILIO_AUTH_TOKEN": token, "FIRSTCONTACT_TWILIO_API": texts.url}
    assert found(run("doctor", "--json", **given))["texts out"] == expected
    assert texts.sent == []


PUBLIC = "https://hub.landlord.example"
AWAY_FROM_US = "https://files.elsewhere.example/fallback.xml"


@pytest.fixture(scope="module")
def api() -> Iterator[Listing]:
    with listing() as running:
        yield running


@pytest.mark.parametrize(
    "fallbacks, fault, expected, said",
    [
        ({NUMBER: AWAY_FROM_US, "+441632960077": None}, None, "ok", "has a fallback"),
        ({NUMBER: None}, None, "warning", f"callers to {NUMBER} are cut off"),
        ({NUMBER: f"{PUBLIC}/channels/twilio/voice"}, None, "warning", "is this server"),
        ({"+441632960077": AWAY_FROM_US}, None, "warning", f"does not have {NUMBER}"),
        ({NUMBER: AWAY_FROM_US}, 503, "warning", "the provider says http-503"),
    ],
)
def test_numbers_without_a_fallback_are_named(
    run: Run, api: Listing, fallbacks: dict[str, str | None], fault: int | None, expected: str, said: str
) -> None:
    api.exchange = Exchange(httpx.AsyncClient(), Time(utc_now), api=api.url)
    for number, url in fallbacks.items():
        api.exchange.numbers[number] = Number(number, PUBLIC, fallback=Source(url) if url else None)
    api.faults.append(fault)
    given = {"TWILIO_ACCOUNT_SID": THEIRS, "TWILIO_AUTH_TOKEN": THEIR_TOKEN, "FIRSTCONTACT_TWILIO_API": api.url}
    done = run("doctor", "--json", FIRSTCONTACT_CONFIG=str(FOLDER), FIRSTCONTACT_PUBLIC_URL=PUBLIC, **given)
    row = next(row for row in done.rows() if row["check"] == "line away")
    assert (row["level"], said in str(row["said"])) == (expected, True), row


def test_what_callers_meet_while_we_are_away_is_not_known_without_an_account(run: Run) -> None:
    row = next(row for row in run("doctor", "--json").rows() if row["check"] == "line away")
    assert (row["level"], "firstcontact calls fallback" in str(row["do"])) == ("warning", True)


@pytest.mark.parametrize(
    "url,expected",
    [("smtp://{server}?security=none", "ok"), ("smtp://{server}", "wrong"), ("smtp://u:p-w@127.0.0.1:1", "wrong")],
)
def test_the_mail_server_is_tried(run: Run, mail_server: str, url: str, expected: str) -> None:
    given = {"FIRSTCONTACT_SMTP_URL": url.format(server=mail_server), "FIRSTCONTACT_MAIL_FROM": "hub@a.example"}
    assert found(run("doctor", "--json", **given))["mail out"] == expected


@pytest.fixture(scope="module")
def mailboxes() -> Iterator[Dovecot]:
    with dovecot_server() as running:
        yield running


@pytest.mark.parametrize(
    "user,password,expected", [("repairs", PASSWORD, "ok"), ("repairs", "wrong-word", "wrong"), ("", "", "warning")]
)
def test_each_mailbox_is_tried(run: Run, mailboxes: Dovecot, user: str, password: str, expected: str) -> None:
    url = f"imap://{user}:{password}@127.0.0.1:{mailboxes.port}?security=none" if user else ""
    done = run("doctor", "--json", FIRSTCONTACT_IMAP__REPAIRS=url)
    assert found(done)["mail in"] == expected
    assert not password or password not in done.out


AWAY = {
    "DATABASE_URL": "postgresql://someone:a-secret-word@127.0.0.1:1/n",
    "REDIS_URL": "redis://:a-secret-word@127.0.0.1:1/0",
    "FIRSTCONTACT_SMTP_URL": "smtp://u:a-secret-word@127.0.0.1:1",
    "FIRSTCONTACT_MAIL_FROM": "hub@landlord.example",
    "FIRSTCONTACT_TWILIO_API": "http://127.0.0.1:1",
    "FIRSTCONTACT_PUBLIC_URL": "https://127.0.0.1:1",
    "FIRSTCONTACT_SECRET_KEY": KEY,
    "TWILIO_ACCOUNT_SID": ACCOUNT,
    "TWILIO_AUTH_TOKEN": "a-secret-word",
    "FIRSTCONTACT_SMS_FROM": NUMBER,
}


def test_where_everything_is_away_each_is_named_and_no_secret_is(run: Run) -> None:
    done = run("doctor", **AWAY)
    assert done.code == 1
    assert "Traceback" not in done.out + done.err
    assert not [secret for secret in ("a-secret-word", KEY) if secret in done.out + done.err]
    levels = found(run("doctor", "--json", **AWAY))
    assert {name for name, level in levels.items() if level == "wrong"} >= {"record", "mail out", "texts out"}
    assert {levels[name] for name in ("Redis", "way in", "serve")} == {"warning"}


@pytest.mark.parametrize(
    "settings,check,said",
    [
        ({"FIRSTCONTACT_PORT": "http"}, "settings", "FIRSTCONTACT_PORT"),
        ({"FIRSTCONTACT_ENV_FILE": "/nowhere"}, "settings", "/nowhere"),
        ({"FIRSTCONTACT_CONFIG": "/nowhere"}, "landlord", "no such folder"),
        ({"FIRSTCONTACT_SECRET_KEY": "hello"}, "secrets", "shorter"),
        ({"DATABASE_URL": "sqlite:////nowhere/at/all.db", "FIRSTCONTACT_SECRET_KEY": KEY}, "record", "all.db"),
    ],
)
def test_a_setting_that_is_wrong_is_found(run: Run, settings: dict[str, str], check: str, said: str) -> None:
    done = run("doctor", "--json", **settings)
    row = next(row for row in done.rows() if row["check"] == check)
    assert said in str(row["said"])
    assert row["do"]
    if check != "record":
        assert (done.code, row["level"]) == (1, "wrong")


def test_a_misspelled_setting_is_named(run: Run) -> None:
    done = run("doctor", FIRSTCONTACT_PROT="8000")
    assert "did you mean FIRSTCONTACT_PORT?" in done.out


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a folder to somebody else")
def test_somebody_elses_record_is_not_opened(live: Run, tmp_path: Path) -> None:
    before = sorted(file.name for file in (tmp_path / "data").iterdir())
    os.chown(tmp_path / "data", 12345, 12345)
    (tmp_path / "data").chmod(0o700)
    assert found(live("doctor", "--json"))["record"] == "wrong"
    assert sorted(file.name for file in (tmp_path / "data").iterdir()) == before


def test_it_is_used_wrongly(run: Run) -> None:
    assert run("doctor", "something").code == 2
