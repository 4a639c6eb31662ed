"""Rules may put an enquiry first or last among those of its priority: a rank for each of the three places."""

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("UPDATE enquiries SET rank = rank * 3 + 1")


def downgrade() -> None:
    op.execute("UPDATE enquiries SET rank = rank / 3")
