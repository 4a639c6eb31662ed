"""Until when each account's calls and messages were reconciled with the provider's lists."""

import sqlalchemy as sa
from alembic import op

from router.store.types import UtcDateTime

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "reconciliations",
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("since", UtcDateTime(), nullable=False),
        sa.Column("until", UtcDateTime(), nullable=False),
        sa.Column("not_before", UtcDateTime(), nullable=False),
        sa.Column("attempts", sa.SmallInteger(), nullable=False),
        sa.Column("last_success_at", UtcDateTime()),
        sa.Column("trouble", sa.Text()),
        sa.Column("trouble_since", UtcDateTime()),
        sa.PrimaryKeyConstraint("account", name="pk_reconciliations"),
    )


def downgrade() -> None:
    op.drop_table("reconciliations")
