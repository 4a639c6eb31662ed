"""The whole text of a part, where what is new in it is less."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("parts", sa.Column("whole", sa.Text()))


def downgrade() -> None:
    with op.batch_alter_table("parts") as table:
        table.drop_column("whole")
