"""Calls back: what a caller chose, who has hung up and keeps their place, and every call that we make."""

import sqlalchemy as sa
from alembic import op

from router.store.types import UtcDateTime

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

ID = sa.String(26).with_variant(sa.String(26, collation="C"), "postgresql")
_AWAY = sa.text("away is not null")
_GOING = sa.text("state <> 'over'")


def upgrade() -> None:
    op.create_table(
        "callbacks",
        sa.Column("id", ID, nullable=False),
        sa.Column("contact_id", ID, nullable=False),
        sa.Column("enquiry_id", ID),
        sa.Column("promise", ID),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("prefix", sa.Text(), nullable=False),
        sa.Column("starts", UtcDateTime()),
        sa.Column("ends", UtcDateTime()),
        sa.Column("due_at", UtcDateTime()),
        sa.Column("in_line", sa.Boolean(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["contact_id"], ["contacts.id"], name="fk_callbacks_contact_id_contacts"),
        sa.ForeignKeyConstraint(["enquiry_id"], ["enquiries.id"], name="fk_callbacks_enquiry_id_enquiries"),
        sa.PrimaryKeyConstraint("id", name="pk_callbacks"),
    )
    op.create_index(
        "ux_callbacks_going", "callbacks", ["contact_id"], unique=True, sqlite_where=_GOING, postgresql_where=_GOING
    )
    op.create_index("ix_callbacks_due", "callbacks", ["state", "due_at"])
    op.create_index("ix_callbacks_promise", "callbacks", ["promise"])
    op.add_column("calls", sa.Column("away", UtcDateTime()))
    op.create_index(
        "ix_calls_away", "calls", ["rank", "since", "contact_id"], sqlite_where=_AWAY, postgresql_where=_AWAY
    )
    op.create_table(
        "outgoing_calls",
        sa.Column("id", ID, nullable=False),
        sa.Column("callback_id", ID),
        sa.Column("contact_id", ID, nullable=False),
        sa.Column("enquiry_id", ID, nullable=False),
        sa.Column("team", sa.Text(), nullable=False),
        sa.Column("phone", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("prefix", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("call", sa.Text()),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("until", UtcDateTime(), nullable=False),
        sa.Column("outcome", sa.Text()),
        sa.ForeignKeyConstraint(["callback_id"], ["callbacks.id"], name="fk_outgoing_calls_callback_id_callbacks"),
        sa.ForeignKeyConstraint(["contact_id"], ["contacts.id"], name="fk_outgoing_calls_contact_id_contacts"),
        sa.ForeignKeyConstraint(["enquiry_id"], ["enquiries.id"], name="fk_outgoing_calls_enquiry_id_enquiries"),
        sa.PrimaryKeyConstraint("id", name="pk_outgoing_calls"),
    )
    op.create_index(
        "ix_outgoing_calls_going", "outgoing_calls", ["until"], sqlite_where=_GOING, postgresql_where=_GOING
    )


def downgrade() -> None:
    op.drop_table("outgoing_calls")
    op.drop_index("ix_calls_away", "calls")
    op.drop_column("calls", "away")
    op.drop_table("callbacks")
