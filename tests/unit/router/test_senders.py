from pathlib import Path
from unittest.mock import Mock

import httpx
import pytest

from channels import registry
from channels.adapter import ROOT
from channels.inbound import Address, PointKind
from channels.senders import OutboundMessage, Send, Sent, Setup, WayOut
from router.senders import senders, smtp_config, twilio_config
from router.settings import Settings, load
from router.store.writer import Writer

TWILIO = {"twilio_account_sid": "AC1", "twilio_auth_token": "t"}


def ways(settings: Settings) -> dict[str, Send]:
    return dict(senders(settings, Mock(Writer), httpx.Client))


@pytest.mark.parametrize(
    "given, there",
    [
        ({}, {"chat"}),
        (TWILIO, {"chat"}),
        (TWILIO | {"sms_from": "+441632960000"}, {"chat", "sms"}),
        ({"sms_from": "+441632960000"}, {"chat"}),
        (
            TWILIO | {"whatsapp_from": "+441632960000", "voice_from": "+441632960000"},
            {"chat", "whatsapp", "duty-phone"},
        ),
        ({"smtp_url": "smtp://h"}, {"chat"}),
        ({"smtp_url": "smtp://h", "mail_from": "hub@b.example"}, {"chat", "email"}),
        ({"webhook_secret": "s"}, {"chat", "webhook"}),
    ],
)
def test_a_way_out_is_there_once_its_settings_are(given: dict[str, str], there: set[str], tmp_path: Path) -> None:
    assert set(ways(load(data=tmp_path, **given))) == there


def test_a_new_way_out_is_a_line_in_the_registry(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def make(setup: Setup) -> Send:
        return lambda message: Sent(f"{setup.setting('ACME_TOKEN')}:{message.text}")

    monkeypatch.setattr(registry, "WAYS_OUT", (*registry.WAYS_OUT, WayOut("acme", ("ACME_TOKEN",), make)))
    settings = load(data=tmp_path)
    assert "acme" not in ways(settings)
    monkeypatch.setenv("ACME_TOKEN", "t")
    message = OutboundMessage(
        channel="acme", address=Address(PointKind.PHONE, "+447700900123"), text="hi", message_id="1"
    )
    assert ways(settings)["acme"](message) == Sent("t:hi")


@pytest.mark.parametrize(
    "given, receipts",
    [({}, ""), ({"public_url": "https://hub.example"}, f"https://hub.example{ROOT}twilio/status")],
)
def test_receipts_are_asked_for_where_the_provider_reaches_us(
    given: dict[str, str], receipts: str, tmp_path: Path
) -> None:
    assert twilio_config(load(data=tmp_path, **TWILIO, **given)).status_callback == receipts


@pytest.mark.parametrize(
    "url, expected",
    [
        ("smtp://h", (587, "starttls", "", "")),
        ("smtps://h", (465, "tls", "", "")),
        ("smtp://h:25?security=none", (25, "none", "", "")),
        ("smtp://a%40b:p%2Fw@h", (587, "starttls", "a@b", "p/w")),
    ],
)
def test_a_mail_server_is_read_from_its_address(url: str, expected: tuple[object, ...], tmp_path: Path) -> None:
    config = smtp_config(load(data=tmp_path, smtp_url=url, mail_from="hub@b.example"))
    assert (config.port, config.security, config.user, config.password) == expected
