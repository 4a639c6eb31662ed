"""Which teams were asked something that they have not answered, so that they find it in their queue."""

import sqlalchemy as sa
from alembic import op

from router.store.types import Id

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "questions",
        sa.Column("team", sa.Text(), nullable=False),
        sa.Column("enquiry_id", Id, nullable=False),
        sa.ForeignKeyConstraint(["enquiry_id"], ["enquiries.id"], name="fk_questions_enquiry_id"),
        sa.PrimaryKeyConstraint("team", "enquiry_id", name="pk_questions"),
    )
    op.create_index("ix_questions_enquiry_id", "questions", ["enquiry_id"])


def downgrade() -> None:
    op.drop_table("questions")
