"""Who switched announcements lately, found without looking through the whole history."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

SWITCHED = sa.text("kind in ('announcement-on', 'announcement-off')")


def upgrade() -> None:
    op.create_index("ix_events_switched", "events", ["id"], sqlite_where=SWITCHED, postgresql_where=SWITCHED)


def downgrade() -> None:
    op.drop_index("ix_events_switched", "events")
