"""What each check of the doctor makes of what it is shown, case by case; none of it touches a network."""

import dataclasses
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from router.doctor import on_line, on_record, on_rules, on_settings, on_teams, on_texts
from router.doctor.findings import Finding, Level
from router.doctor.look import Away, Look, Record, Server
from router.doctor.table import CHECKS
from router.settings import Settings, sample_folder
from rules.folder import read_folder
from rules.load import load
from tests.landlord import FOLDER

NOW = datetime(2026, 3, 3, 12, 0, tzinfo=UTC)
GOOD = "u4Kf0aXw3Zt7Qp9sLm2vRb8yNc5dGh1j"
SERVER = Server(150_000, (), "UTF8", NOW)
RECORD = Record(is_current=True, newer="", unwritable="", server=SERVER, live=1, newest=NOW)
OK, WARNING, WRONG = Level.OK, Level.WARNING, Level.WRONG


def look(record: Record | Away = RECORD, **settings: Any) -> Look:
    made = Look(Settings(**settings), NOW)
    made.__dict__["record"] = record
    return made


def level(finding: Finding | None) -> Level | None:
    return finding.level if finding else None


@pytest.mark.parametrize(
    "secret,weak",
    [
        (GOOD, ""),
        ("change-me-please-now-and-forever", "is one that stands in examples"),
        ("short", "is shorter than 24 characters"),
        ("ab" * 20, "repeats the same few characters"),
    ],
)
def test_a_secret_is_weighed(secret: str, weak: str) -> None:
    assert on_settings.weakness(secret) == weak


@pytest.mark.parametrize(
    "settings,expected",
    [
        ({}, OK),
        ({"secret_key": GOOD}, OK),
        ({"secret_key": "hello"}, WRONG),
        ({"database_url": "postgresql://h/n"}, WRONG),
        ({"database_url": "postgresql://h/n", "secret_key": GOOD}, OK),
        ({"database_url": "postgresql://u:change-me@h/n", "secret_key": GOOD}, WRONG),
        ({"smtp_url": "smtp://u:password@h", "secret_key": GOOD}, WRONG),
        ({"twilio_account_sid": "AC1"}, WRONG),
        ({"twilio_account_sid": "AC1", "twilio_auth_token": "0123456789"}, OK),
        ({"webhook_secret": f"{GOOD}, {GOOD[::-1]}"}, OK),
        ({"webhook_secret": f"{GOOD}, too-short"}, WRONG),
    ],
)
def test_secrets(settings: dict[str, str], expected: Level) -> None:
    found = on_settings.secrets(look(**settings))
    assert found.level is expected
    assert not [value for name, value in settings.items() if name != "twilio_account_sid" and value in found.said]


@pytest.mark.parametrize(
    "url,sid,expected",
    [
        ("https://contact.example.org", "", OK),
        ("http://contact.example.org", "", WARNING),
        ("", "", WARNING),
        ("", "AC1", WRONG),
        ("https://localhost", "", WARNING),
        ("https://hub.local", "AC1", WRONG),
        ("https://10.0.0.8", "AC1", WRONG),
        ("https://hub", "AC1", WRONG),
        ("https://8.8.8.8", "AC1", OK),
    ],
)
def test_public_url(url: str, sid: str, expected: Level) -> None:
    assert on_settings.public_url(look(public_url=url, twilio_account_sid=sid)).level is expected


MOUNTS = """overlay / overlay rw 0 0
/dev/sda1 /srv ext4 rw 0 0
files:/data /srv/shared nfs4 rw 0 0
tmpfs /srv/with\\040blank tmpfs rw 0 0
/dev/sdb1 /srv/shared/local xfs rw 0 0
"""


@pytest.mark.parametrize(
    "path,kind",
    [
        ("/home/var", "overlay"),
        ("/srv/var", "ext4"),
        ("/srv/shared/var", "nfs4"),
        ("/srv/sharedother", "ext4"),
        ("/srv/with blank/var", "tmpfs"),
        ("/srv/shared/local", "xfs"),
    ],
)
def test_the_file_system_of_a_path(path: str, kind: str) -> None:
    assert on_settings.filesystem(MOUNTS, Path(path)) == kind


@pytest.mark.parametrize("mode,expected", [(0o700, (OK, WARNING)), (0o750, (WRONG,)), (0o705, (WRONG,))])
def test_the_data_folder_is_private(tmp_path: Path, mode: int, expected: tuple[Level, ...]) -> None:
    (tmp_path / "data").mkdir(mode=mode)
    (tmp_path / "data").chmod(mode)
    assert on_settings.folder(look(data=tmp_path / "data")).level in expected


@pytest.mark.parametrize(
    "path,read_only,expected,said",
    [
        ("new", "", OK, "{0}/new is made at the first start."),
        ("deep/new", "", OK, "{0}/deep/new is made at the first start."),
        ("new", ".", WRONG, "{0}/new cannot be made: {0} cannot be written to."),
        ("there", "there", WRONG, "{0}/there cannot be written to."),
        ("file", "", WRONG, "{0}/file is no folder."),
        ("file/new", "", WRONG, "{0}/file/new cannot be made: {0}/file is no folder."),
    ],
)
def test_a_data_folder_that_cannot_be_written_to_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, path: str, read_only: str, expected: Level, said: str
) -> None:
    (tmp_path / "there").mkdir(mode=0o700)
    (tmp_path / "file").touch()
    monkeypatch.setattr("os.access", lambda asked, _: not read_only or asked != tmp_path / read_only)
    found = on_settings.folder(look(data=tmp_path / path))
    assert (found.level, found.said) == (expected, said.format(tmp_path))


@pytest.mark.parametrize("mode,expected", [(0o600, OK), (0o644, WRONG), (0o640, WRONG)])
def test_env_files_are_private(tmp_path: Path, mode: int, expected: Level) -> None:
    (tmp_path / "env").write_text("FIRSTCONTACT_SECRET_KEY=x\n")
    (tmp_path / "env").chmod(mode)
    assert level(on_settings.env_file_privacy(look(data=tmp_path))) is expected


@pytest.mark.parametrize(
    "free,expected", [(5 * 2**30, OK), (2**29, WARNING), (50 * 2**20, WRONG)], ids=["enough", "little", "none"]
)
def test_space(monkeypatch: pytest.MonkeyPatch, free: int, expected: Level) -> None:
    monkeypatch.setattr("shutil.disk_usage", lambda _: type("Usage", (), {"free": free}))
    assert on_settings.space(look()).level is expected


def record(**changes: Any) -> Record:
    return dataclasses.replace(RECORD, **changes)


def on_server(**changes: Any) -> Record:
    return record(server=dataclasses.replace(SERVER, **changes))


@pytest.mark.parametrize(
    "check,found,expected",
    [
        (on_record.answers, RECORD, OK),
        (on_record.answers, Away("no", not_yet=True), WARNING),
        (on_record.answers, Away("refused"), WRONG),
        (on_record.tables, RECORD, OK),
        (on_record.tables, record(is_current=False), WARNING),
        (on_record.tables, record(is_current=False, newer="revision 9"), WRONG),
        (on_record.tables, Away("refused"), None),
        (on_record.writable, RECORD, OK),
        (on_record.writable, record(unwritable="read-only"), WRONG),
        (on_record.writable, Away("refused"), None),
        (on_record.server, RECORD, OK),
        (on_record.server, on_server(version=120_004), WARNING),
        (on_record.server, on_server(hasty=("fsync",)), WRONG),
        (on_record.server, on_server(encoding="SQL_ASCII"), WRONG),
        (on_record.server, record(server=None), None),
        (on_record.clock, RECORD, OK),
        (on_record.clock, on_server(clock=NOW + timedelta(seconds=9)), WARNING),
        (on_record.clock, on_server(clock=NOW - timedelta(hours=1)), WRONG),
        (on_record.clock, record(newest=NOW + timedelta(days=1)), WRONG),
        (on_record.clock, record(newest=None, server=None), OK),
        (on_rules.live, RECORD, OK),
        (on_rules.live, record(live=None), WARNING),
        (on_rules.live, record(is_current=False), None),
    ],
)
def test_the_record(check: Callable[[Look], Finding | None], found: Record | Away, expected: Level | None) -> None:
    assert level(check(look(found))) is expected


@pytest.mark.parametrize("why", ["Connection refused Is the server running on that host?", "it is shut."])
def test_what_the_database_says_of_itself_ends_as_a_sentence(why: str) -> None:
    found = on_record.answers(look(Away(why), database_url="postgresql://h/n", secret_key=GOOD))
    assert found.said == f"The record cannot be reached: {why[:-1]}."


def test_what_is_left_of_the_sample_is_found() -> None:
    left = on_rules.left_over(load(read_folder(sample_folder())))
    assert {"+448081570100", "repairs@harbour-row.example", "+441632960000", "+447700900004"} <= set(left)
    assert len(left) == len(set(left))


@pytest.mark.parametrize("name", [name for name, _ in CHECKS])
def test_each_check_has_a_name_of_its_own(name: str) -> None:
    assert [each for each, _ in CHECKS].count(name) == 1
    assert len(name) <= 11


EVERY_WAY = {
    "smtp_url": "smtp://h",
    "mail_from": "hub@b.example",
    "twilio_account_sid": "AC1",
    "twilio_auth_token": "t",
    "voice_from": "+441632960000",
    "sms_from": "+441632960000",
}


@pytest.mark.parametrize(
    "settings, level, missing",
    [
        (EVERY_WAY, OK, ""),
        ({**EVERY_WAY, "voice_from": ""}, WARNING, "FIRSTCONTACT_VOICE_FROM"),
        ({**EVERY_WAY, "mail_from": "", "smtp_url": ""}, WARNING, "FIRSTCONTACT_SMTP_URL, FIRSTCONTACT_MAIL_FROM"),
        ({}, WARNING, "TWILIO_ACCOUNT_SID"),
    ],
)
def test_the_ways_by_which_teams_want_to_be_told(settings: dict[str, str], level: Level, missing: str) -> None:
    found = on_teams.told(look(config=FOLDER, **settings))
    assert found is not None
    assert found.level is level
    assert missing in found.do


TEXTS = {"twilio_account_sid": "AC1", "sms_from": "+441632960000", "public_url": "https://hub.example"}


@pytest.mark.parametrize(
    "settings,expected,says",
    [
        ({}, None, ""),
        (TEXTS, OK, "We hear"),
        (TEXTS | {"public_url": ""}, WARNING, "No delivery receipts"),
        (TEXTS | {"whatsapp_from": "+441632960000"}, OK, "We hear"),
        (TEXTS | {"whatsapp_from": "+441632960000", "config": "careless"}, WARNING, "no-texts"),
        (TEXTS | {"config": "broken"}, None, ""),
    ],
)
def test_texts_are_set_up_to_be_heard_of(
    tmp_path: Path, settings: dict[str, Any], expected: Level | None, says: str
) -> None:
    for name, more in (("careless", CARELESS), ("broken", "\nrules: {")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "landlord.yaml").write_text((FOLDER / "landlord.yaml").read_text())
        (tmp_path / name / "more.yaml").write_text(more)
    config = settings.get("config")
    found = on_texts.texts(look(**(settings | {"config": tmp_path / config if config else sample_folder()})))
    assert level(found) is expected
    assert not found or says in found.said


CARELESS = """
adjustments:
  no-texts: {name: No texts, means: Cannot read texts., never: [sms]}
"""


CALLED = {"twilio_account_sid": "AC1", "twilio_auth_token": GOOD, "public_url": "https://hub.example"}
OFFER = "  waiting: {says: Please wait., offer: {says: Press 1.}}\n"
TRUNK = "  callbacks: {trunk: {host: sip.landlord.example}}\n"
RELAY = '  relay: {name: Relay, means: They ring by relay., call_prefix: "18002"}\n'
HIDDEN = "  hidden: {name: Hidden, means: Hide us., caller_identity: false}\n"
NIGHT = "  night: {monday-friday: 20:00-23:00}\n"


@pytest.mark.parametrize(
    "settings, line, was, becomes, expected, says",
    [
        ({}, "", "", "", None, ""),
        (CALLED, OFFER, "", "", OK, "Calls back are made by us"),
        (CALLED, "  missed: {}\n  callbacks: {rings: [missed]}\n", "", "", OK, "Calls back are made by us"),
        ({}, OFFER, "", "", WARNING, "each is left to the team"),
        (CALLED | {"public_url": ""}, OFFER, "", "", WARNING, "each is left to the team"),
        (CALLED, OFFER, "adjustments:\n", f"adjustments:\n{RELAY}", WARNING, "Who has relay is rung by a person"),
        (CALLED, OFFER + TRUNK, "adjustments:\n", f"adjustments:\n{RELAY}", OK, "Calls back"),
        (CALLED, OFFER + TRUNK, "adjustments:\n", f"adjustments:\n{HIDDEN}", WARNING, "Who has hidden is rung by"),
        (CALLED, OFFER, "hours: office\n", "hours: night\n", WARNING, "can choose no time"),
    ],
)
def test_calls_back_can_be_made(
    tmp_path: Path, settings: dict[str, Any], line: str, was: str, becomes: str, expected: Level | None, says: str
) -> None:
    text = (FOLDER / "landlord.yaml").read_text().replace("\ncalls:\n", f"\ncalls:\n{line}")
    (tmp_path / "landlord.yaml").write_text(text.replace("hours:\n", f"hours:\n{NIGHT}", 1).replace(was, becomes))
    load(read_folder(tmp_path))
    found = on_line.called_back(look(**(settings | {"config": tmp_path})))
    assert level(found) is expected
    assert not found or says in found.said
