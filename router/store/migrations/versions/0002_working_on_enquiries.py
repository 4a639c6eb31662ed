"""What colleagues do with enquiries: who has one, until when it waits, which call is promised; events complete."""

import sqlalchemy as sa
from alembic import op

from router.store.types import Id, UtcDateTime

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_SQLITE = """
update events set data = json_set(data,
  '$.priority', (select priority from enquiries where enquiries.id = events.enquiry_id),
  '$.also', json((select also from enquiries where enquiries.id = events.enquiry_id)),
  '$.due', json((select due from enquiries where enquiries.id = events.enquiry_id)))
where kind = 'opened'
"""
_POSTGRES = """
update events set data = events.data
  || jsonb_build_object('priority', enquiries.priority, 'also', enquiries.also, 'due', enquiries.due)
from enquiries where enquiries.id = events.enquiry_id and events.kind = 'opened'
"""


def upgrade() -> None:
    with op.batch_alter_table("enquiries") as table:
        table.add_column(sa.Column("colleague", Id))
        table.add_column(sa.Column("waiting_until", UtcDateTime))
        table.add_column(sa.Column("callback_by", UtcDateTime))
    # An enquiry's state is made of its events alone, so the one that opened it says all that was known.
    op.execute(sa.text(_POSTGRES if op.get_bind().dialect.name == "postgresql" else _SQLITE))


def downgrade() -> None:
    with op.batch_alter_table("enquiries") as table:
        for name in ("callback_by", "waiting_until", "colleague"):
            table.drop_column(name)
