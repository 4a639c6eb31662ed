"""Drafts of the ruleset, and which earlier version a version restores."""

import sqlalchemy as sa
from alembic import op

from router.store.types import Json, UtcDateTime

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

ID = sa.String(26).with_variant(sa.String(26, collation="C"), "postgresql")


def upgrade() -> None:
    op.add_column("rulesets", sa.Column("restores", sa.Integer()))
    op.create_table(
        "ruleset_drafts",
        sa.Column("id", ID, nullable=False),
        sa.Column("base_version", sa.Integer(), nullable=False),
        sa.Column("files", Json(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("changed_by", sa.Text(), nullable=False),
        sa.Column("changed_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["base_version"], ["rulesets.version"], name="fk_ruleset_drafts_base_version"),
        sa.PrimaryKeyConstraint("id", name="pk_ruleset_drafts"),
    )


def downgrade() -> None:
    op.drop_table("ruleset_drafts")
    with op.batch_alter_table("rulesets") as table:
        table.drop_column("restores")
