"""What machines send opens no enquiry, addresses at which nothing arrives, and where a message really went."""

import sqlalchemy as sa
from alembic import op

from router.store.types import UtcDateTime

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

ID = sa.String(26).with_variant(sa.String(26, collation="C"), "postgresql")
ACKNOWLEDGED = sa.text("purpose = 'acknowledgement' and state = 'sent'")


def upgrade() -> None:
    with op.batch_alter_table("decisions") as table:
        table.alter_column("enquiry_id", existing_type=ID, nullable=True)
    op.create_table(
        "failing_points",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("since", UtcDateTime(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("intent_id", ID),
        sa.Column("contact_id", ID),
        sa.PrimaryKeyConstraint("kind", "value", name="pk_failing_points"),
    )
    op.add_column("outbox", sa.Column("sent_to", sa.Text()))
    op.create_index(
        "ix_outbox_acknowledged",
        "outbox",
        ["sent_to", "settled_at"],
        sqlite_where=ACKNOWLEDGED,
        postgresql_where=ACKNOWLEDGED,
    )


def downgrade() -> None:
    op.drop_index("ix_outbox_acknowledged", "outbox")
    with op.batch_alter_table("outbox") as table:
        table.drop_column("sent_to")
    op.drop_table("failing_points")
    op.execute("delete from decisions where enquiry_id is null")
    with op.batch_alter_table("decisions") as table:
        table.alter_column("enquiry_id", existing_type=ID, nullable=False)
