"""Another system told over HTTP: a JSON document, with a signature over it and over when it was sent."""

import time
from dataclasses import dataclass, field
from ipaddress import ip_address
from urllib.parse import SplitResult, urlsplit

import httpx

from channels.http_sending import posted, put_off
from channels.inbound import PointKind
from channels.senders import OutboundMessage, Permanent, Result, Send, Sent, Setup, Temporary, WayOut
from channels.stamped import stamp

SECRETS = "FIRSTCONTACT_WEBHOOK_SECRET"


@dataclass(frozen=True, slots=True)
class WebhookConfig:
    """One or more secrets, separated by commas: while one replaces another, both sign."""

    secrets: str = field(repr=False)
    timeout_seconds: float = 10.0


def send(config: WebhookConfig, message: OutboundMessage, client: httpx.Client | None = None) -> Result:
    """Post the message, which is JSON, to its address; a client given is used and left open."""
    url = message.address.value
    if message.address.kind is not PointKind.WEB or not is_safe(url):
        return Permanent("not-a-safe-address")
    body = message.text.encode()
    headers = {"Content-Type": "application/json"} | stamp(config.secrets, body, int(time.time()))
    answer = posted(client, url, content=body, headers=headers, timeout=config.timeout_seconds)
    if isinstance(answer, Temporary):
        return answer
    if answer.is_success:
        return Sent(message.message_id)
    return put_off(answer) or Permanent(f"http-{answer.status_code}")


def is_safe(url: str) -> bool:
    """Whether nobody on the way can read what is sent there: https, or a server on this very machine."""
    try:
        parts = urlsplit(url)
        return parts.scheme == "https" or (parts.scheme == "http" and _on_this_machine(parts))
    except ValueError:
        return False


def _on_this_machine(parts: SplitResult) -> bool:
    try:
        return parts.hostname == "localhost" or ip_address(parts.hostname or "").is_loopback
    except ValueError:
        return False


def _sender(setup: Setup) -> Send:
    config = WebhookConfig(setup.setting(SECRETS))
    return lambda message: send(config, message, setup.client())


WAY = WayOut("webhook", (SECRETS,), _sender)
