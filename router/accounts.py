"""Accounts of the people who sign in: roles, passwords, and the one-time links by which a password is chosen."""

import hashlib
import hmac
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cache
from threading import BoundedSemaphore
from typing import Any, Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from channels.addresses import mailbox
from channels.inbound import PointKind
from router.settings import Settings
from router.store.ids import new_id
from router.store.rows import Row

HASHER: Final = PasswordHasher(time_cost=4, memory_cost=9 * 1024, parallelism=1)
"""Argon2id as OWASP's password storage guidance sets it where memory is short: 9 MiB, four passes, one lane."""

AT_ONCE: Final = BoundedSemaphore(2)
"""Few are worked out at a time: each takes a processor and its memory."""

SHORTEST, LONGEST = 12, 256
FEWEST_DIFFERENT: Final = 5
LINK_LASTS: Final = timedelta(days=3)
LINK_PATH: Final = "/link/"
TOKEN_BYTES: Final = 32


class Role(StrEnum):
    """What somebody may do. Roles are independent of each other: a person has one or more."""

    COLLEAGUE = "colleague"
    """Works through the queues of their teams."""
    SUPERVISOR = "supervisor"
    """Sees every team, the figures, and the rules, which they draft, publish and roll back."""
    ADMINISTRATOR = "administrator"
    """Adds and disables people, and says what each may do."""


# Passwords -----------------------------------------------------------------------------------------------------------


def hash_password(password: str) -> str:
    """The slow hash that is kept of a password."""
    with AT_ONCE:
        return HASHER.hash(_settled(password))


def matches(password: str, kept: str | None) -> bool:
    """Whether this is the password; as slow for somebody who has none, so that nobody learns who has an account."""
    with AT_ONCE:
        try:
            HASHER.verify(kept or _nobodys(), _settled(password))
        except (VerificationError, InvalidHashError):
            return False
    return kept is not None


@cache
def _nobodys() -> str:
    return HASHER.hash(secrets.token_urlsafe(TOKEN_BYTES))


def _settled(password: str) -> bytes:
    """A password of any length as something short: a long one shall cost no more."""
    return hashlib.sha256(password.encode("utf-8", "surrogatepass")).hexdigest().encode()


def trouble_with(password: str, *known: str) -> str | None:
    """Why this cannot be somebody's password, in words; None if it can. `known` is what others know of them."""
    if len(password) < SHORTEST:
        return f"Your password must have {SHORTEST} characters or more"
    if len(password) > LONGEST:
        return f"Your password must have {LONGEST} characters or fewer"
    if len(set(password)) < FEWEST_DIFFERENT:
        return "Your password must not be the same few characters again and again"
    if any(each and each.casefold() in password.casefold() for each in known):
        return "Your password must not contain your name or email address"
    return None


# Who -----------------------------------------------------------------------------------------------------------------


def email_of(written: str) -> str | None:
    """The address that somebody typed, in our own form; None where it is none."""
    address = mailbox(written)
    return address.value if address.kind is PointKind.EMAIL else None


def new_user(email: str, name: str, roles: Iterable[Role], teams: Iterable[str], at: datetime) -> dict[str, Any]:
    """The row of a new user, who has no password yet."""
    return {
        "id": new_id(),
        "email": email,
        "name": name,
        "password_hash": None,
        "roles": sorted(roles),
        "teams": sorted(teams),
        "created_at": at,
        "disabled_at": None,
    }


def roles_of(user: Row) -> frozenset[Role]:
    """The roles of a user; one that this version does not know gives nothing."""
    return frozenset(role for role in Role if role in user["roles"])


def account_of(typed: str) -> str:
    """What failed tries are counted under for the address that was typed, whether it is anybody's or not."""
    return hashlib.sha256((email_of(typed) or typed.strip().casefold()).encode("utf-8", "replace")).hexdigest()


# Tokens --------------------------------------------------------------------------------------------------------------


def new_token() -> str:
    """A secret to give out: 256 random bits."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def digest(token: str) -> str:
    """What is kept of a token. Plain SHA-256 is enough for what cannot be guessed."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def is_same(given: str, expected: str) -> bool:
    """Whether two secrets are the same, found out in a time that tells nothing."""
    return hmac.compare_digest(given.encode("utf-8", "replace"), expected.encode())


def new_link(settings: Settings, user_id: str | None, at: datetime) -> tuple[str, dict[str, Any]]:
    """A new one-time link, to be shown once, and the row to keep; without a user it makes the first administrator."""
    token = new_token()
    row = {"digest": digest(token), "user_id": user_id, "created_at": at, "expires_at": at + LINK_LASTS}
    return f"{settings.outside_url}{LINK_PATH}{token}", row | {"used_at": None}
