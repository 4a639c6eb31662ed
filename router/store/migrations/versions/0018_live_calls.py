"""What a colleague does with a call that they are having: the telephone's own call, and where the caller goes next."""

import sqlalchemy as sa
from alembic import op

from router.store.types import Json

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("calls", sa.Column("leg", sa.Text()))
    op.add_column("calls", sa.Column("wanted", sa.Text()))
    op.add_column("calls", sa.Column("live", Json()))


def downgrade() -> None:
    op.drop_column("calls", "live")
    op.drop_column("calls", "wanted")
    op.drop_column("calls", "leg")
