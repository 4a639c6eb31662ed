"""How far each mailbox is taken in, and how it fares."""

import sqlalchemy as sa
from alembic import op

from router.store.types import UtcDateTime

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "mailbox_progress",
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("folder", sa.Text(), nullable=False),
        sa.Column("since", UtcDateTime(), nullable=False),
        sa.Column("source", sa.Text()),
        sa.Column("uidvalidity", sa.BigInteger()),
        sa.Column("old_until", sa.BigInteger(), nullable=False),
        sa.Column("last_uid", sa.BigInteger(), nullable=False),
        sa.Column("waiting", sa.Integer(), nullable=False),
        sa.Column("last_success_at", UtcDateTime()),
        sa.Column("trouble", sa.Text()),
        sa.Column("trouble_since", UtcDateTime()),
        sa.PrimaryKeyConstraint("account", "folder", name="pk_mailbox_progress"),
    )


def downgrade() -> None:
    op.drop_table("mailbox_progress")
