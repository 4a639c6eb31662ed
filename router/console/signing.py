"""Signing in and out: throttled by account and by address, and with a new session each time."""

from typing import Any

from router import accounts, logs, metrics
from router.console.exchange import Answer, Ask, Page, Problem, Redirect
from router.console.moments import moment
from router.live import NoRulesetError
from router.store import sessions, users
from router.store.ids import new_id

START = "/"
WRONG = "Check your email address and password: one of them is not right"


def show(ask: Ask) -> Answer:
    """The sign-in page; nothing to do for whoever is signed in."""
    following = local_path(ask.query.get("next", START))
    return Redirect(following) if ask.user else _form("", following)


def sign_in(ask: Ask) -> Answer:
    """Sign somebody in, or say that it cannot be done, never which of the two was wrong."""
    email, following = ask.given("email"), local_path(ask.given("next"))
    problems = _missing(ask)
    if problems:
        return _form(email, following, *problems)
    held = throttled(ask, email)
    if held:
        return _form(email, following, Problem("email", held), status=429)
    user = _known(ask, email)
    if user is None:
        metrics.refused("console", "sign-in")
        return _form(email, following, Problem("email", WRONG))
    logs.log("user.signed-in", user=user["id"])
    return Redirect(following, session=begin_session(ask, user["id"], email))


def sign_out(ask: Ask) -> Answer:
    """End the session, here and in the record."""
    ask.services.writer.submit(sessions.end, accounts.digest(ask.token)).result()
    return Redirect(START, "You have signed out.", session="")


def throttled(ask: Ask, email: str) -> str:
    """Count a try for this account; words that say until when no more are taken, where there were too many."""
    attempt = sessions.SignInAttempt(new_id(), accounts.account_of(email), ask.address, ask.now)
    until = ask.services.writer.submit(sessions.attempt, attempt).result()
    if until is None:
        return ""
    metrics.refused("console", "throttled")
    words = moment(until, ask.now, zone_of(ask)).words
    return f"There were too many tries. Try again {words}, or ask an administrator for a new link"


def begin_session(ask: Ask, user_id: str, email: str) -> str:
    """Begin a session of this user in place of the present one, and forgive their failed tries; its token."""
    writer, token = ask.services.writer, accounts.new_token()
    row = {"digest": accounts.digest(token), "user_id": user_id, "created_at": ask.now, "seen_at": ask.now}
    writer.submit(sessions.end, accounts.digest(ask.token)).result()
    writer.submit(sessions.forgive, accounts.account_of(email)).result()
    writer.submit(sessions.begin, row).result()
    return token


def local_path(wanted: str) -> str:
    """A path on this server, made of what was asked for; the start where that would lead anywhere else."""
    is_path = wanted.isascii() and wanted.isprintable() and wanted.startswith("/")
    return wanted if is_path and wanted[1:2] not in ("/", "\\") else START


def zone_of(ask: Ask) -> str:
    """The landlord's time zone, UTC while there are no rules."""
    try:
        return ask.ruleset.landlord.zone
    except NoRulesetError:
        return "UTC"


def _missing(ask: Ask) -> tuple[Problem, ...]:
    wanted = {"email": "Enter your email address", "password": "Enter your password"}
    return tuple(Problem(name, text) for name, text in wanted.items() if not ask.typed(name).strip())


def _known(ask: Ask, email: str) -> dict[str, Any] | None:
    """Whoever has this address and password, and may sign in."""
    address = accounts.email_of(email)
    user = ask.read(lambda record: users.by_email(record, address)) if address else None
    kept = user["password_hash"] if user and user["disabled_at"] is None else None
    return user if accounts.matches(ask.typed("password"), kept) else None


def _form(email: str, following: str, *problems: Problem, status: int = 422) -> Page:
    values = {"email": email, "next": following}
    return Page("sign_in.html", values, problems, status if problems else 200)
