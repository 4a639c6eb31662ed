"""Calls that nobody took, and that somebody has yet to see to."""

import sqlalchemy as sa
from alembic import op

from router.store.types import UtcDateTime

revision = "0017"
down_revision = "0014"
branch_labels = None
depends_on = None

ID = sa.String(26).with_variant(sa.String(26, collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "missed_calls",
        sa.Column("contact_id", ID, nullable=False),
        sa.Column("not_before", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["contact_id"], ["contacts.id"], name="fk_missed_calls_contact_id_contacts"),
        sa.PrimaryKeyConstraint("contact_id", name="pk_missed_calls"),
    )
    op.create_index("ix_missed_calls_not_before", "missed_calls", ["not_before"])


def downgrade() -> None:
    op.drop_table("missed_calls")
