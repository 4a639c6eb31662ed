"""Settings: where each value comes from, what is refused and how, and the secrets that are made."""

import os
import stat
from pathlib import Path

import pytest
from pydantic import SecretStr

from channels import registry
from router.local_secrets import ensure_local_secrets
from router.settings import (
    LONGEST_SOCKET_PATH,
    Settings,
    SettingsError,
    child_environment,
    environment_alone,
    environment_name,
    load,
    misspelled,
)


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> pytest.MonkeyPatch:
    """No setting but an empty data folder."""
    for name in [environment_name(field) for field in Settings.model_fields] + ["FIRSTCONTACT_ENV_FILE"]:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("FIRSTCONTACT_DATA", str(tmp_path / "data"))
    return monkeypatch


@pytest.mark.parametrize(
    "in_data_file,in_named_file,in_environment,given,port",
    [
        ("", "", "", None, 8000),
        ("1", "", "", None, 1),
        ("1", "2", "", None, 2),
        ("1", "2", "3", None, 3),
        ("1", "2", "3", 4, 4),
        ("1", "", "", 0, 0),
    ],
)
def test_the_nearer_source_wins(
    environment: pytest.MonkeyPatch,
    tmp_path: Path,
    in_data_file: str,
    in_named_file: str,
    in_environment: str,
    given: int | None,
    port: int,
) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data/env").write_text(f"FIRSTCONTACT_PORT={in_data_file}\n")
    (tmp_path / "named").write_text(f"FIRSTCONTACT_PORT={in_named_file}\n")
    environment.setenv("FIRSTCONTACT_ENV_FILE", str(tmp_path / "named"))
    environment.setenv("FIRSTCONTACT_PORT", in_environment)
    assert load(**({} if given is None else {"port": given})).port == port


@pytest.mark.parametrize(
    "name,value,complaint",
    [
        ("FIRSTCONTACT_PORT", "http", "FIRSTCONTACT_PORT: Input should be a valid integer"),
        ("FIRSTCONTACT_PORT", "70000", "FIRSTCONTACT_PORT: Input should be less than or equal to 65535"),
        ("FIRSTCONTACT_PUBLIC_URL", "contact.example", "FIRSTCONTACT_PUBLIC_URL: must start with http://"),
        ("FIRSTCONTACT_TRUSTED_PROXIES", "10.0.0.0/99", "FIRSTCONTACT_TRUSTED_PROXIES: '10.0.0.0/99'"),
        ("FIRSTCONTACT_CALL_DEADLINE", "60", "FIRSTCONTACT_CALL_DEADLINE: Input should be less than or equal to 14"),
        ("FIRSTCONTACT_SMTP_URL", "hunter2@mail", "FIRSTCONTACT_SMTP_URL: must start with smtp://"),
        ("FIRSTCONTACT_LOG_FORMAT", "xml", "FIRSTCONTACT_LOG_FORMAT: Input should be 'auto', 'json' or 'logfmt'"),
        ("FIRSTCONTACT_ENV_FILE", "/nowhere", "FIRSTCONTACT_ENV_FILE: there is no file /nowhere"),
        ("DATABASE_URL", "mysql://root:hunter2@db/x", "DATABASE_URL: must start with postgresql://"),
        ("FIRSTCONTACT_IMAP__RENT", "imaps://sam:hunter2/@h", "FIRSTCONTACT_IMAP: the one for RENT must have a user"),
        (
            "FIRSTCONTACT_IMAP",
            "imaps://sam:hunter2@h",
            "FIRSTCONTACT_IMAP: give each one a setting of its own, FIRSTCONTACT_IMAP__NAME",
        ),
        (
            "FIRSTCONTACT_OAUTH",
            "https://sam:hunter2@h/token",
            "FIRSTCONTACT_OAUTH: give each one a setting of its own, FIRSTCONTACT_OAUTH__NAME",
        ),
        ("FIRSTCONTACT_IMAP__RENT__X", "imaps://sam:hunter2@h", "FIRSTCONTACT_IMAP: Input should be a valid string"),
        ("FIRSTCONTACT_POLL_SECONDS", "0", "FIRSTCONTACT_POLL_SECONDS: Input should be greater than 0"),
        ("REDIS_URL", "localhost:hunter2", "REDIS_URL: must start with redis://"),
    ],
)
def test_a_wrong_value_is_named_and_a_password_is_not_shown(
    environment: pytest.MonkeyPatch, name: str, value: str, complaint: str
) -> None:
    environment.setenv(name, value)
    with pytest.raises(SettingsError) as refused:
        load()
    assert str(refused.value).startswith(complaint)
    assert "hunter2" not in str(refused.value)


@pytest.mark.parametrize(
    "url,record",
    [
        ("postgres://u:p@h/n", "postgresql+psycopg://u:p@h/n"),
        ("postgresql://u:p@h:5/n?sslmode=require", "postgresql+psycopg://u:p@h:5/n?sslmode=require"),
        ("postgresql+psycopg://h/n", "postgresql+psycopg://h/n"),
        ("sqlite:////srv/x.db", "sqlite:////srv/x.db"),
    ],
)
def test_a_database_url_is_taken_in_every_usual_form(url: str, record: str) -> None:
    settings = load(database_url=url)
    assert settings.record_url == record
    assert not settings.embedded
    assert url not in repr(settings)


@pytest.mark.parametrize("folder", ["short", "long" * 60])
def test_the_socket_fits_into_an_address_and_is_the_same_for_every_process(tmp_path: Path, folder: str) -> None:
    one, other = load(data=tmp_path / folder), load(data=str(tmp_path / folder))
    assert one.redis_socket == other.redis_socket
    assert len(os.fsencode(one.redis_socket)) <= LONGEST_SOCKET_PATH
    assert one.queue_url == f"unix://{one.redis_socket}"
    assert one.redis_socket != load(data=tmp_path / (folder + "2")).redis_socket


@pytest.mark.parametrize(
    "host,address",
    [
        ("127.0.0.1", "http://127.0.0.1:8000"),
        ("0.0.0.0", "http://127.0.0.1:8000"),
        ("::", "http://[::1]:8000"),
        ("::1", "http://[::1]:8000"),
        ("hub.example", "http://hub.example:8000"),
    ],
)
def test_the_address_is_one_to_open(host: str, address: str) -> None:
    assert load(host=host).address == load(host=host).outside_url == address
    assert load(host=host, public_url="https://hub.example/").outside_url == "https://hub.example"


def test_missing_secrets_are_made_once_and_kept_for_the_owner_alone() -> None:
    made = ensure_local_secrets(load())
    file = made.data / "env"
    assert len(made.secret_key.get_secret_value()) >= 32
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert ensure_local_secrets(load()) == load() == made
    assert made.secret_key.get_secret_value() not in repr(made)


def test_a_secret_of_the_environment_is_neither_replaced_nor_written_down(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("TWILIO_AUTH_TOKEN", "theirs")
    settings = ensure_local_secrets(load())
    assert settings.twilio_auth_token.get_secret_value() == "theirs"
    assert "TWILIO" not in (settings.data / "env").read_text()


def test_secrets_join_an_env_file_that_ends_without_a_line_break(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data/env").write_text("FIRSTCONTACT_PORT=9")
    ensure_local_secrets(load())
    assert load().port == 9
    assert load().secret_key.get_secret_value()


@pytest.mark.parametrize(
    "given,missing",
    [
        ({"database_url": "postgresql://h/n"}, "FIRSTCONTACT_SECRET_KEY"),
        ({"twilio_account_sid": "AC1"}, "TWILIO_AUTH_TOKEN"),
    ],
)
def test_a_secret_that_others_must_know_is_never_invented(given: dict[str, str], missing: str) -> None:
    with pytest.raises(SettingsError, match=missing):
        ensure_local_secrets(load(**given))
    assert not (load().data / "env").exists()


def test_a_channel_gets_the_secrets_that_it_names(environment: pytest.MonkeyPatch) -> None:
    settings = ensure_local_secrets(load())
    environment.setenv("ACME_TOKEN", "of the environment")
    found = settings.channel_secrets(["ACME_TOKEN", "ACME_OTHER", "TWILIO_AUTH_TOKEN"])
    assert found == {
        "ACME_TOKEN": "of the environment",
        "TWILIO_AUTH_TOKEN": settings.twilio_auth_token.get_secret_value(),
    }


def test_accounts_are_gathered_from_every_source_under_the_names_of_the_yaml(
    environment: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "data").mkdir()
    kept = "FIRSTCONTACT_IMAP__SAFER_ESTATES=imaps://a:p@file\nFIRSTCONTACT_IMAP__RENT=imaps://b:p@file\n"
    (tmp_path / "data/env").write_text(kept)
    environment.setenv("FIRSTCONTACT_IMAP__RENT", "imaps://b:hunter2@environment")
    settings = load()
    hosts = {name: account.host for name, account in settings.imap_accounts.items()}
    assert hosts == {"safer-estates": "file", "rent": "environment"}
    assert "hunter2" not in f"{settings!r} {settings.imap_accounts!r}"


@pytest.mark.parametrize(
    "name,complaint",
    [
        ("FIRSTCONTACT_PROT", "FIRSTCONTACT_PROT is no setting (did you mean FIRSTCONTACT_PORT?)"),
        ("FIRSTCONTACT_IMPA__RENT", "FIRSTCONTACT_IMPA__RENT is no setting (did you mean FIRSTCONTACT_IMAP?)"),
        ("FIRSTCONTACT_IMAP__RENT", None),
        ("FIRSTCONTACT_CALLS_SECRET", None),
        (
            "FIRSTCONTACT_CALL_SECRET",
            "FIRSTCONTACT_CALL_SECRET is no setting (did you mean FIRSTCONTACT_CALLS_SECRET?)",
        ),
    ],
)
def test_a_misspelled_setting_is_pointed_out(environment: pytest.MonkeyPatch, name: str, complaint: str | None) -> None:
    settings = load()
    environment.setenv(name, "9")
    assert misspelled(settings, registry.SETTINGS) == ([complaint] if complaint else [])


def test_a_process_gets_what_was_given_to_these_settings_alone(environment: pytest.MonkeyPatch) -> None:
    client, account = SecretStr("https://a:b@h/token"), SecretStr("imaps://sam@h?oauth=m-365")
    settings = load(sms_from="+441632960001", oauth={"M_365": client}, imap={"REPAIRS": account})
    environment.setenv("FIRSTCONTACT_PORT", "9")
    alone = environment_alone(settings)
    environment.delenv("FIRSTCONTACT_PORT")
    for name, value in alone.items():
        environment.setenv(name, value)
    assert load() == settings
    assert "FIRSTCONTACT_PORT" not in alone


def test_a_process_that_is_started_has_the_same_settings(environment: pytest.MonkeyPatch) -> None:
    settings = ensure_local_secrets(load(port=9, host="::1", public_url="https://hub.example"))
    for name, value in child_environment(settings).items():
        environment.setenv(name, value)
    assert load() == settings
