"""Checks of what is reached over a network: Redis, mail servers, the provider of texts, and our own web part."""

import http.client
from dataclasses import replace
from urllib.parse import urlsplit

import httpx
from redis.exceptions import RedisError, ResponseError

from channels import smtp_sender, twilio_sender
from channels.imap import ImapTrouble, connect
from channels.imap_account import ImapAccount
from channels.oauth import Tokens
from router import queue
from router.clients import redis_client
from router.doctor.findings import Finding, ok, warning, wrong
from router.doctor.look import Look
from router.processes import embedded_redis, locks, welcome
from router.processes.supervisor import ROLES
from router.senders import smtp_config, twilio_config

SECONDS = 5.0
LOOK_AT_MAIL = {
    "unreachable": "Is the host right, and may this machine reach it?",
    "certificate": "Its certificate is not valid for that name: use the name that is in it, or renew it.",
    "not-authorised": "Look at the user and password in FIRSTCONTACT_SMTP_URL.",
    "not-supported-by-server": "It offers no STARTTLS or no sign-in: use smtps://, or ?security=none on this machine.",
}
LOOK_AT_TEXTS = {
    "unreachable": "This machine cannot reach it: is it offline, or is FIRSTCONTACT_TWILIO_API wrong?",
    "not-authorised": "Look at TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN.",
}


def redis(look: Look) -> Finding:
    """Whether there is a Redis to wake workers through."""
    settings = look.settings
    if settings.redis_url.get_secret_value():
        return _asked(look, "It", "Is its server running, and REDIS_URL right?")
    if embedded_redis.find() is None:
        return warning("There is none, so contacts wait a second or so longer.", "Install redis-server.")
    if locks.holder(settings.run_folder, "redis") is None:
        return ok("The embedded one is started by `firstcontact serve`.")
    return _asked(look, "The embedded one", f"Look at {settings.run_folder / 'redis.log'}.")


def _asked(look: Look, which: str, do: str) -> Finding:
    """Whether a Redis takes something: one without memory or room on its disk answers, and refuses every wake-up."""
    with redis_client(look.settings) as client:
        try:
            queue.check(client)
        except ResponseError as error:
            said = (
                f"{which} answers and takes nothing ({type(error).__name__}), so contacts wait a second or so longer."
            )
            return warning(said, "Look at its memory (maxmemory) and its disk.")
        except RedisError as error:
            said = f"{which} cannot be reached ({type(error).__name__}), so contacts wait a second or so longer."
            return warning(said, do)
    return ok(f"{which} takes wake-ups.")


def mail(look: Look) -> Finding:
    """Whether the mail server would take a message from us now."""
    settings = look.settings
    if not settings.smtp_url.get_secret_value() or not settings.mail_from:
        return warning(
            "No mail is sent: each message by email is left to a person.",
            "Set FIRSTCONTACT_SMTP_URL and FIRSTCONTACT_MAIL_FROM.",
        )
    config = replace(smtp_config(settings), timeout_seconds=SECONDS)
    why = smtp_sender.trouble(config)
    if why:
        do = LOOK_AT_MAIL.get(why, "Ask whoever runs it what this answer means.")
        return wrong(f"The mail server at {config.host}:{config.port} does not take us: {why}.", do)
    how = {"none": "not encrypted", "starttls": "by STARTTLS", "tls": "by TLS"}[config.security]
    return ok(f"The mail server at {config.host}:{config.port} takes us ({how}).")


def mailboxes(look: Look) -> Finding:
    """Whether every account whose mail is fetched lets us in."""
    accounts = look.settings.imap_accounts
    if not accounts:
        return warning("No mailbox is fetched.", "Set FIRSTCONTACT_IMAP__NAME: docs/mailboxes.md.")
    clients = {name: Tokens(client) for name, client in look.settings.oauth_clients.items()}
    troubles = {
        name: _mailbox(replace(account, timeout_seconds=SECONDS), clients.get(account.oauth))
        for name, account in accounts.items()
    }
    shut = [f"{name}: {why}" for name, why in troubles.items() if why]
    if shut:
        return wrong(f"These do not let us in: {', '.join(shut)}.", "docs/mailboxes.md says what each reason means.")
    return ok(f"These let us in: {', '.join(accounts)}.")


def _mailbox(account: ImapAccount, tokens: Tokens | None) -> str:
    """Why an account does not let us in; nothing where it does."""
    try:
        connect(account, tokens).close()
    except ImapTrouble as trouble:
        return trouble.reason
    return ""


def texts(look: Look) -> Finding:
    """Whether the provider of texts knows us."""
    settings = look.settings
    if not settings.twilio_account_sid or not settings.sms_from:
        return warning(
            "No texts are sent: each is left to a person.", "Set TWILIO_ACCOUNT_SID and FIRSTCONTACT_SMS_FROM."
        )
    config = replace(twilio_config(settings), timeout_seconds=SECONDS)
    with httpx.Client() as client:
        standing = twilio_sender.standing(config, client)
    if standing == "active":
        return ok(f"The account is active at {settings.twilio_api}.")
    do = LOOK_AT_TEXTS.get(standing, "See what the provider's console says of the account.")
    return wrong(f"{settings.twilio_api} says of the account: {standing}.", do)


def serves(look: Look) -> Finding:
    """Whether `serve` runs on this data folder, and is ready."""
    settings = look.settings
    held = [role for role in ROLES if locks.holder(settings.run_folder, role) is not None]
    if not held:
        return warning(f"Nothing runs on {settings.data}.", "firstcontact serve")
    if "web" not in held or not settings.port:
        return ok(f"These run here: {', '.join(held)}.")
    why = welcome.not_ready(settings)
    if why:
        return wrong(f"{', '.join(held)} run here, and the server is not ready: {why}.", "Look at its log.")
    return ok(f"{', '.join(held)} run here, and the server is ready.")


def outside(look: Look) -> Finding | None:
    """Whether the public URL leads to a server of ours."""
    url = look.settings.public_url
    if not url:
        return None
    try:
        answer = httpx.get(f"{url}/health/live", timeout=SECONDS)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        said = f"{url} cannot be reached from this machine ({type(error).__name__})."
        return warning(said, "Try it from outside: the proxy in front, its certificate and the name may be at fault.")
    if answer.status_code != http.client.OK:
        host = urlsplit(url).netloc
        return warning(f"{url} answers {answer.status_code}.", f"Does the proxy for {host} lead here, and does it run?")
    return ok(f"{url} leads to a server of ours.")
