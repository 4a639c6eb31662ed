"""API keys for tests, written into a record that an engine is running on."""

from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from router.store import keys
from router.store.engine import make_engine
from router.store.writer import Writer


def make_key(record: Path, name: str, *scopes: str, revoked: bool = False) -> str:
    """A new key with these scopes."""
    engine = make_engine(f"sqlite:///{record}")
    key, row = keys.make(name, list(scopes), datetime.now(UTC))
    with closing(Writer(engine)) as writer:
        writer.submit(keys.add, row).result()
        if revoked:
            writer.submit(keys.revoke, (row["id"], datetime.now(UTC))).result()
    engine.dispose()
    return key
