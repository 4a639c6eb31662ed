"""Calls that are over, and of which it has yet to be seen who is owed a call back."""

import sqlalchemy as sa
from alembic import op

from router.store.types import UtcDateTime

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

ID = sa.String(26).with_variant(sa.String(26, collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "ended_calls",
        sa.Column("contact_id", ID, nullable=False),
        sa.Column("not_before", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["contact_id"], ["contacts.id"], name="fk_ended_calls_contact_id_contacts"),
        sa.PrimaryKeyConstraint("contact_id", name="pk_ended_calls"),
    )
    op.create_index("ix_ended_calls_not_before", "ended_calls", ["not_before"])


def downgrade() -> None:
    op.drop_table("ended_calls")
