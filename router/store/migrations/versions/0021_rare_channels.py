"""The contacts of channels that few come by, found without looking through all the others."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

RARE = sa.text("channel not in ('email', 'phone', 'sms')")


def upgrade() -> None:
    op.create_index("ix_contacts_rare", "contacts", ["channel", "id"], sqlite_where=RARE, postgresql_where=RARE)


def downgrade() -> None:
    op.drop_index("ix_contacts_rare", "contacts")
