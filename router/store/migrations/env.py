"""What Alembic runs: the revisions, on the connection and inside the transaction that `router.store.migrate` holds."""

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext

from router.store.schema import metadata
from router.store.types import Json, UtcDateTime


def render(kind: str, item: Any, autogen: AutogenContext) -> str | Literal[False]:
    """How a new revision spells our own types; False leaves the rest to Alembic."""
    if kind == "type" and isinstance(item, Json | UtcDateTime):
        name = type(item).__name__
        autogen.imports.add(f"from router.store.types import {name}")
        return f"{name}()"
    return False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    compare_type=True,
    render_as_batch=True,
    render_item=render,
)
context.run_migrations()
