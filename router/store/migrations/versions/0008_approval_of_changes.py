"""A second person's approval of changes of the ruleset, and what each version was begun from."""

import sqlalchemy as sa
from alembic import op

from router.store.types import Json, UtcDateTime

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

ID = sa.String(26).with_variant(sa.String(26, collation="C"), "postgresql")
NEW = ("begun_from", "needs_approval", "emergency", "approved_by", "approved_at", "approval")


def upgrade() -> None:
    op.add_column("rulesets", sa.Column("begun_from", sa.Integer()))
    op.add_column("rulesets", sa.Column("needs_approval", sa.Boolean()))
    op.add_column("rulesets", sa.Column("emergency", sa.Boolean()))
    op.add_column("rulesets", sa.Column("approved_by", sa.Text()))
    op.add_column("rulesets", sa.Column("approved_at", UtcDateTime()))
    op.add_column("rulesets", sa.Column("approval", sa.Text()))
    op.add_column("ruleset_drafts", sa.Column("writers", Json()))
    op.create_table(
        "ruleset_submissions",
        sa.Column("id", ID, nullable=False),
        sa.Column("draft_id", ID, nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("live_version", sa.Integer(), nullable=False),
        sa.Column("writers", Json(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("outcome", sa.Text()),
        sa.Column("decided_by", sa.Text()),
        sa.Column("decided_at", UtcDateTime()),
        sa.Column("words", sa.Text()),
        sa.PrimaryKeyConstraint("id", name="pk_ruleset_submissions"),
    )
    op.create_index("ix_ruleset_submissions_draft_id", "ruleset_submissions", ["draft_id"])
    op.create_index("ix_ruleset_submissions_digest", "ruleset_submissions", ["digest"])


def downgrade() -> None:
    op.drop_table("ruleset_submissions")
    with op.batch_alter_table("ruleset_drafts") as table:
        table.drop_column("writers")
    with op.batch_alter_table("rulesets") as table:
        for name in NEW:
            table.drop_column(name)
