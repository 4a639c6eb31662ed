"""Replays of past contacts under other rules, and what supervisors answered to what was learnt from misroutes."""

import sqlalchemy as sa
from alembic import op

from router.store.types import Json, UtcDateTime

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

ID = sa.String(26).with_variant(sa.String(26, collation="C"), "postgresql")
UNFINISHED = sa.text("state in ('waiting', 'running')")


def upgrade() -> None:
    op.create_table(
        "replays",
        sa.Column("id", ID, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("draft_id", ID),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("files", Json()),
        sa.Column("against", sa.Text(), nullable=False),
        sa.Column("base_version", sa.Integer(), nullable=False),
        sa.Column("since", UtcDateTime(), nullable=False),
        sa.Column("until", UtcDateTime(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("attempts", sa.SmallInteger(), nullable=False),
        sa.Column("lease_until", UtcDateTime()),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("finished_at", UtcDateTime()),
        sa.Column("trouble", sa.Text()),
        sa.Column("result", Json()),
        sa.Column("version", sa.Integer()),
        sa.ForeignKeyConstraint(["version"], ["rulesets.version"], name="fk_replays_version"),
        sa.PrimaryKeyConstraint("id", name="pk_replays"),
    )
    for name, columns, condition in (
        ("ix_replays_unfinished", ["id"], UNFINISHED),
        ("ix_replays_version", ["version"], sa.text("version is not null")),
        ("ix_replays_draft_id", ["draft_id", "id"], sa.text("draft_id is not null")),
    ):
        op.create_index(name, "replays", columns, sqlite_where=condition, postgresql_where=condition)
    op.create_table(
        "proposal_answers",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("draft_id", ID),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_proposal_answers"),
    )


def downgrade() -> None:
    op.drop_table("proposal_answers")
    op.drop_table("replays")
