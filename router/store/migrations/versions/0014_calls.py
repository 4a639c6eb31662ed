"""How far each call is that was put through to a team: who waits, and which telephone is kept for whom."""

import sqlalchemy as sa
from alembic import op

from router.store.types import Json, UtcDateTime

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

ID = sa.String(26).with_variant(sa.String(26, collation="C"), "postgresql")
_PARTIAL = {
    "ix_calls_lined_up": ("stage = 'waiting'", ["team", "rank", "since", "contact_id"]),
    "ix_calls_phone": ("phone is not null", ["phone"]),
    "ix_calls_on": ("ended_at is null", ["seen_at"]),
}


def upgrade() -> None:
    op.create_table(
        "calls",
        sa.Column("contact_id", ID, nullable=False),
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("call", sa.Text(), nullable=False),
        sa.Column("stage", sa.Text(), nullable=False),
        sa.Column("team", sa.Text(), nullable=False),
        sa.Column("rank", sa.SmallInteger(), nullable=False),
        sa.Column("since", UtcDateTime(), nullable=False),
        sa.Column("not_before", UtcDateTime(), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("phone", sa.Text()),
        sa.Column("until", UtcDateTime()),
        sa.Column("tried", Json(), nullable=False),
        sa.Column("seen_at", UtcDateTime(), nullable=False),
        sa.Column("outcome", sa.Text()),
        sa.Column("ended_at", UtcDateTime()),
        sa.ForeignKeyConstraint(["contact_id"], ["contacts.id"], name="fk_calls_contact_id_contacts"),
        sa.PrimaryKeyConstraint("contact_id", name="pk_calls"),
        sa.UniqueConstraint("call", "account", name="uq_calls_call_account"),
    )
    for name, (condition, columns) in _PARTIAL.items():
        where = sa.text(condition)
        op.create_index(name, "calls", columns, sqlite_where=where, postgresql_where=where)


def downgrade() -> None:
    op.drop_table("calls")
