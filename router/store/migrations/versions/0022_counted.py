"""What reports count, kept a row each; what machines sent, found without looking through all contacts."""

import sqlalchemy as sa
from alembic import op

from router.store.types import UtcDateTime

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

ID = sa.String(26).with_variant(sa.String(26, collation="C"), "postgresql")
OF_MACHINES = sa.text("kind not in ('message', 'call-event')")
CHANGING = sa.text("changes_at is not null")


def upgrade() -> None:
    op.create_table(
        "counted_enquiries",
        sa.Column("id", ID, nullable=False),
        sa.Column("terms", sa.Text(), nullable=False),
        sa.Column("made", ID, nullable=False),
        sa.Column("events", sa.Integer(), nullable=False),
        sa.Column("changes_at", UtcDateTime()),
        sa.Column("channel", sa.Text()),
        sa.Column("team", sa.Text()),
        sa.Column("journey", sa.Text()),
        sa.Column("needs", sa.Text()),
        sa.Column("moves", sa.Text(), nullable=False),
        sa.Column("how", sa.Text()),
        sa.Column("resolved", sa.SmallInteger(), nullable=False),
        sa.Column("declared", sa.SmallInteger(), nullable=False),
        sa.Column("single", sa.SmallInteger(), nullable=False),
        sa.Column("transfers", sa.Integer(), nullable=False),
        sa.Column("transferred", sa.SmallInteger(), nullable=False),
        sa.Column("misrouted", sa.SmallInteger(), nullable=False),
        sa.Column("elsewhere", sa.SmallInteger(), nullable=False),
        sa.Column("to_owner", sa.Float()),
        sa.Column("to_colleague", sa.Float()),
        sa.Column("to_reply", sa.Float()),
        sa.Column("to_resolution", sa.Float()),
        sa.Column("due_kept", sa.Integer(), nullable=False),
        sa.Column("due_of", sa.Integer(), nullable=False),
        sa.Column("calls_kept", sa.Integer(), nullable=False),
        sa.Column("calls_of", sa.Integer(), nullable=False),
        sa.Column("matter", sa.BigInteger()),
        sa.Column("first_at", UtcDateTime()),
        sa.Column("settles_at", UtcDateTime()),
        sa.Column("repeated_at", UtcDateTime()),
        sa.PrimaryKeyConstraint("id", name="pk_counted_enquiries"),
    )
    op.create_table(
        "counted_contacts",
        sa.Column("enquiry_id", ID, nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("matter", sa.BigInteger(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("asked", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("enquiry_id", "place", name="pk_counted_contacts"),
    )
    op.create_table(
        "counted_calls",
        sa.Column("id", ID, nullable=False),
        sa.Column("terms", sa.Text(), nullable=False),
        sa.Column("made", ID, nullable=False),
        sa.Column("last", ID, nullable=False),
        sa.Column("day", sa.Text(), nullable=False),
        sa.Column("hour", sa.Text(), nullable=False),
        sa.Column("team", sa.Text()),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("short", sa.SmallInteger(), nullable=False),
        sa.Column("waited", sa.Integer()),
        sa.Column("needs", sa.Text()),
        sa.Column("called_back", sa.SmallInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_counted_calls"),
    )
    op.create_table(
        "counted_until",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("terms", sa.Text(), nullable=False),
        sa.Column("event", ID, nullable=False),
        sa.Column("again", ID, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_counted_until"),
    )
    op.create_index("ix_counted_enquiries_matter", "counted_enquiries", ["matter", "first_at"])
    op.create_index(
        "ix_counted_enquiries_changing",
        "counted_enquiries",
        ["changes_at"],
        sqlite_where=CHANGING,
        postgresql_where=CHANGING,
    )
    op.create_index("ix_counted_contacts_matter", "counted_contacts", ["matter", "at"])
    op.create_index(
        "ix_contacts_of_machines", "contacts", ["id"], sqlite_where=OF_MACHINES, postgresql_where=OF_MACHINES
    )


def downgrade() -> None:
    op.drop_index("ix_contacts_of_machines", "contacts")
    for name in ("counted_until", "counted_calls", "counted_contacts", "counted_enquiries"):
        op.drop_table(name)
