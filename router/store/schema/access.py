"""Who may use the engine: users, their sessions and links, tries to sign in, and API keys."""

from sqlalchemy import Column, ForeignKey, Index, Table, Text

from router.store.schema.base import id_column, key_column, metadata
from router.store.types import Id, Json, UtcDateTime

users = Table(
    "users",
    metadata,
    id_column(),
    Column("email", Text, nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("password_hash", Text),
    Column("roles", Json, nullable=False),
    Column("teams", Json, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("disabled_at", UtcDateTime),
)

sessions = Table(
    "sessions",
    metadata,
    Column("digest", Text, primary_key=True),
    key_column("users", "user_id"),
    Column("created_at", UtcDateTime, nullable=False),
    Column("seen_at", UtcDateTime, nullable=False),
    Index("ix_sessions_user_id", "user_id"),
)
"""Who is signed in; only the SHA-256 of a session's token is kept."""

links = Table(
    "links",
    metadata,
    Column("digest", Text, primary_key=True),
    Column("user_id", Id, ForeignKey("users.id")),
    Column("created_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
    Column("used_at", UtcDateTime),
    Index("ix_links_user_id", "user_id"),
)
"""One-time links to choose a password by; without a user it is the first administrator's."""

attempts = Table(
    "attempts",
    metadata,
    id_column(),
    Column("account", Text, nullable=False),
    Column("address", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Index("ix_attempts_account", "account", "at"),
    Index("ix_attempts_address", "address", "at"),
    Index("ix_attempts_at", "at"),
)
"""Sign-ins that were tried and have not succeeded, to slow down guessing; `account` is a digest of what was typed."""

keys = Table(
    "keys",
    metadata,
    id_column(),
    Column("name", Text, nullable=False),
    Column("digest", Text, nullable=False, unique=True),
    Column("scopes", Json, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("revoked_at", UtcDateTime),
)
"""API keys; only the SHA-256 of a key is kept, for a key is 256 random bits and needs no slow hash."""
