"""Texts: who stopped them, how far they came, files that are fetched afterwards, pieces, and the rate of sending."""

import sqlalchemy as sa
from alembic import op

from router.store.types import UtcDateTime

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

ID = sa.String(26).with_variant(sa.String(26, collation="C"), "postgresql")
TO_CUSTOMERS = sa.text("audience = 'customer' and state = 'sent'")
WAITING = sa.text("state = 'waiting'")


def upgrade() -> None:
    op.create_table(
        "closed_points",
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("since", UtcDateTime(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("intent_id", ID),
        sa.Column("contact_id", ID),
        sa.PrimaryKeyConstraint("channel", "value", "why", name="pk_closed_points"),
    )
    op.add_column("outbox", sa.Column("delivery", sa.Text()))
    op.add_column("outbox", sa.Column("delivery_reason", sa.Text()))
    op.add_column("outbox", sa.Column("delivery_at", UtcDateTime()))
    op.create_index(
        "ix_outbox_sent_to",
        "outbox",
        ["sent_to", "settled_at"],
        sqlite_where=TO_CUSTOMERS,
        postgresql_where=TO_CUSTOMERS,
    )
    op.create_table(
        "receipts",
        sa.Column("id", ID, nullable=False),
        sa.Column("provider_id", sa.Text(), nullable=False),
        sa.Column("stage", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("received_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_receipts"),
        sa.UniqueConstraint("provider_id", "stage", "reason", name="uq_receipts_provider_id_stage_reason"),
    )
    _create_media()
    op.create_table(
        "pieces",
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("sender", sa.Text(), nullable=False),
        sa.Column("recipient", sa.Text(), nullable=False),
        sa.Column("conversation", sa.Text(), nullable=False),
        sa.Column("until", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("account", "sender", "recipient", name="pk_pieces"),
    )
    op.create_table(
        "sending_rates",
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("tokens", sa.Float(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_sending_rates"),
    )


def _create_media() -> None:
    op.create_table(
        "media",
        sa.Column("id", ID, nullable=False),
        sa.Column("part_id", ID, nullable=False),
        sa.Column("contact_id", ID, nullable=False),
        sa.Column("position", sa.SmallInteger(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("attempts", sa.SmallInteger(), nullable=False),
        sa.Column("not_before", UtcDateTime(), nullable=False),
        sa.Column("trouble", sa.Text()),
        sa.ForeignKeyConstraint(["part_id"], ["parts.id"], name="fk_media_part_id"),
        sa.PrimaryKeyConstraint("id", name="pk_media"),
        sa.UniqueConstraint("part_id", "position", name="uq_media_part_id_position"),
    )
    op.create_index("ix_media_waiting", "media", ["not_before"], sqlite_where=WAITING, postgresql_where=WAITING)


def downgrade() -> None:
    op.drop_index("ix_outbox_sent_to", "outbox")
    for name in ("sending_rates", "pieces", "media", "receipts", "closed_points"):
        op.drop_table(name)
    with op.batch_alter_table("outbox") as table:
        for name in ("delivery_at", "delivery_reason", "delivery"):
            table.drop_column(name)
