"""The telephone's own call of a call that a colleague is having."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("calls", sa.Column("leg", sa.Text()))


def downgrade() -> None:
    op.drop_column("calls", "leg")
