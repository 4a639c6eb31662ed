"""Who may sign in to the console, and the place of each enquiry in its queue."""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

from router.store.types import Json, UtcDateTime

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

ID = sa.String(26).with_variant(sa.String(26, collation="C"), "postgresql")
NEVER = datetime(9999, 12, 31, tzinfo=UTC)
RANKS = ["emergency", "high", "normal", "low"]
BATCH = 1_000
ENQUIRIES = sa.table(
    "enquiries",
    sa.column("id", ID),
    sa.column("priority", sa.Text()),
    sa.column("due", Json()),
    sa.column("rank", sa.SmallInteger()),
    sa.column("due_at", UtcDateTime()),
)


def upgrade() -> None:
    _sign_in()
    with op.batch_alter_table("enquiries") as table:
        table.add_column(sa.Column("rank", sa.SmallInteger()))
        table.add_column(sa.Column("due_at", UtcDateTime()))
    _place()
    with op.batch_alter_table("enquiries") as table:
        table.alter_column("rank", existing_type=sa.SmallInteger(), nullable=False)
        table.alter_column("due_at", existing_type=UtcDateTime(), nullable=False)
    columns, is_open = ["team", "rank", "due_at", "id"], sa.text("state = 'open'")
    op.create_index("ix_enquiries_queue", "enquiries", columns, sqlite_where=is_open, postgresql_where=is_open)
    op.create_index("ix_enquiries_party", "enquiries", ["party", "id"])


def downgrade() -> None:
    op.drop_index("ix_enquiries_party", "enquiries")
    op.drop_index("ix_enquiries_queue", "enquiries")
    with op.batch_alter_table("enquiries") as table:
        table.drop_column("due_at")
        table.drop_column("rank")
    op.drop_table("attempts")
    op.drop_table("links")
    op.drop_table("sessions")


def _sign_in() -> None:
    op.create_table(
        "sessions",
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("user_id", ID, nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("seen_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_sessions_user_id"),
        sa.PrimaryKeyConstraint("digest", name="pk_sessions"),
    )
    op.create_index("ix_sessions_user_id", "sessions", ["user_id"])
    op.create_table(
        "links",
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("user_id", ID),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.Column("used_at", UtcDateTime()),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_links_user_id"),
        sa.PrimaryKeyConstraint("digest", name="pk_links"),
    )
    op.create_index("ix_links_user_id", "links", ["user_id"])
    op.create_table(
        "attempts",
        sa.Column("id", ID, nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_attempts"),
    )
    op.create_index("ix_attempts_account", "attempts", ["account", "at"])
    op.create_index("ix_attempts_address", "attempts", ["address", "at"])
    op.create_index("ix_attempts_at", "attempts", ["at"])


def _place() -> None:
    """Give every enquiry its place, a batch at a time."""
    connection, last = op.get_bind(), ""
    columns = sa.select(ENQUIRIES.c.id, ENQUIRIES.c.priority, ENQUIRIES.c.due).order_by(ENQUIRIES.c.id).limit(BATCH)
    change = sa.update(ENQUIRIES).where(ENQUIRIES.c.id == sa.bindparam("b_id"))
    change = change.values(rank=sa.bindparam("b_rank"), due_at=sa.bindparam("b_due_at", type_=UtcDateTime()))
    while rows := connection.execute(columns.where(ENQUIRIES.c.id > last)).all():
        last = rows[-1].id
        connection.execute(
            change,
            [
                {
                    "b_id": row.id,
                    "b_rank": RANKS.index(row.priority),
                    "b_due_at": min((datetime.fromisoformat(each) for each in row.due.values()), default=NEVER),
                }
                for row in rows
            ],
        )
