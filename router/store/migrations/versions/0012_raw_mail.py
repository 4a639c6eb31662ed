"""Messages as they came, for as long as they are kept, so that they can be read again."""

import sqlalchemy as sa
from alembic import op

from router.store.types import UtcDateTime

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "raw_mail",
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("kept_at", UtcDateTime(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name="pk_raw_mail"),
    )
    op.create_index("ix_raw_mail_kept_at", "raw_mail", ["kept_at"])
    op.add_column("parts", sa.Column("raw", sa.Text()))


def downgrade() -> None:
    op.drop_table("raw_mail")
    with op.batch_alter_table("parts") as table:
        table.drop_column("raw")
