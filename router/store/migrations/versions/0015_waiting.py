"""Overflow to another team's telephones, the journey of who waits, and announcements that are switched on."""

import sqlalchemy as sa
from alembic import op

from router.store.types import UtcDateTime

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

_LINED_UP = "stage = 'waiting'"
_PLACE = ["rank", "since", "contact_id"]


def upgrade() -> None:
    op.add_column("calls", sa.Column("also", sa.Text()))
    op.add_column("calls", sa.Column("journey", sa.Text()))
    op.drop_index("ix_calls_lined_up", "calls")
    _index("ix_calls_lined_up", _LINED_UP, ["team", *_PLACE, "seen_at"])
    _index("ix_calls_also", f"{_LINED_UP} and also is not null", ["also", *_PLACE, "seen_at"])
    op.create_table(
        "announcements",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("on", sa.Boolean(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("until", UtcDateTime()),
        sa.PrimaryKeyConstraint("name", name="pk_announcements"),
    )


def downgrade() -> None:
    op.drop_table("announcements")
    op.drop_index("ix_calls_also", "calls")
    op.drop_index("ix_calls_lined_up", "calls")
    _index("ix_calls_lined_up", _LINED_UP, ["team", *_PLACE])
    op.drop_column("calls", "journey")
    op.drop_column("calls", "also")


def _index(name: str, condition: str, columns: list[str]) -> None:
    where = sa.text(condition)
    op.create_index(name, "calls", columns, sqlite_where=where, postgresql_where=where)
