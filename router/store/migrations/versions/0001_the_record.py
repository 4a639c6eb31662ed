"""The record as it began: customers, contacts and their parts, enquiries, decisions, events and what serves them."""

import sqlalchemy as sa
from alembic import op

from router.store.types import Json, UtcDateTime

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    _blobs()
    _contacts()
    _contacts_indexes()
    _customers()
    _enquiries()
    _events()
    _keys()
    _outbox()
    _outbox_indexes()
    _rulesets()
    _timers()
    _users()
    _contact_points()
    _decisions()
    _enquiry_contacts()
    _live_ruleset()
    _parts()


def downgrade() -> None:
    op.drop_table("parts")
    op.drop_table("live_ruleset")
    op.drop_table("enquiry_contacts")
    op.drop_table("decisions")
    op.drop_table("contact_points")
    op.drop_table("users")
    op.drop_table("timers")
    op.drop_table("rulesets")
    op.drop_table("outbox")
    op.drop_table("keys")
    op.drop_table("events")
    op.drop_table("enquiries")
    op.drop_table("customers")
    op.drop_table("contacts")
    op.drop_table("blobs")


def _blobs() -> None:
    op.create_table(
        "blobs",
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name="pk_blobs"),
    )


def _contacts() -> None:
    op.create_table(
        "contacts",
        sa.Column("id", sa.String(26).with_variant(sa.String(26, collation="C"), "postgresql"), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("conversation", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("urgency", sa.SmallInteger(), nullable=False),
        sa.Column("not_before", UtcDateTime(), nullable=False),
        sa.Column("lease", sa.String(26).with_variant(sa.String(26, collation="C"), "postgresql")),
        sa.Column("attempts", sa.SmallInteger(), nullable=False),
        sa.Column("trouble", sa.Text()),
        sa.Column("team", sa.Text(), nullable=False),
        sa.Column("sender", Json(), nullable=False),
        sa.Column("sender_value", sa.Text(), nullable=False),
        sa.Column("recipients", Json(), nullable=False),
        sa.Column("about", Json()),
        sa.Column("received_at", UtcDateTime(), nullable=False),
        sa.Column("claimed_at", UtcDateTime()),
        sa.Column("message_id", sa.Text()),
        sa.Column("references", Json(), nullable=False),
        sa.Column("customer_id", sa.String(26).with_variant(sa.String(26, collation="C"), "postgresql")),
        sa.Column("party", sa.Text()),
        sa.Column("journey", sa.Text()),
        sa.Column("decided_at", UtcDateTime()),
        sa.Column("ended_at", UtcDateTime()),
        sa.PrimaryKeyConstraint("id", name="pk_contacts"),
        sa.UniqueConstraint("conversation", "channel", "account", name="uq_contacts_conversation_channel_account"),
    )


def _contacts_indexes() -> None:
    op.create_index(
        "ix_contacts_message_id",
        "contacts",
        ["message_id"],
        sqlite_where=sa.text("message_id is not null"),
        postgresql_where=sa.text("message_id is not null"),
    )
    op.create_index(
        "ix_contacts_party",
        "contacts",
        ["party", "received_at"],
        sqlite_where=sa.text("party is not null"),
        postgresql_where=sa.text("party is not null"),
    )
    op.create_index(
        "ix_contacts_set_aside",
        "contacts",
        ["id"],
        sqlite_where=sa.text("state = 'set-aside'"),
        postgresql_where=sa.text("state = 'set-aside'"),
    )
    op.create_index("ix_contacts_team", "contacts", ["team", "id"])
    op.create_index(
        "ix_contacts_undecided",
        "contacts",
        ["urgency", "id"],
        sqlite_where=sa.text("state in ('in-progress', 'waiting')"),
        postgresql_where=sa.text("state in ('in-progress', 'waiting')"),
    )


def _customers() -> None:
    op.create_table(
        "customers",
        sa.Column("id", sa.String(26).with_variant(sa.String(26, collation="C"), "postgresql"), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("language", sa.Text()),
        sa.Column("facts", Json(), nullable=False),
        sa.Column("adjustments", Json(), nullable=False),
        sa.Column("preferences", Json(), nullable=False),
        sa.Column("source_digest", sa.Text(), nullable=False),
        sa.Column("changed_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_customers"),
        sa.UniqueConstraint("reference", name="uq_customers_reference"),
    )


def _enquiries() -> None:
    op.create_table(
        "enquiries",
        sa.Column("id", sa.String(26).with_variant(sa.String(26, collation="C"), "postgresql"), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("party", sa.Text(), nullable=False),
        sa.Column("customer_id", sa.String(26).with_variant(sa.String(26, collation="C"), "postgresql")),
        sa.Column("journey", sa.Text()),
        sa.Column("team", sa.Text(), nullable=False),
        sa.Column("also", Json(), nullable=False),
        sa.Column("priority", sa.Text(), nullable=False),
        sa.Column("due", Json(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("opened_at", UtcDateTime(), nullable=False),
        sa.Column("resolved_at", UtcDateTime()),
        sa.Column(
            "first_contact_id", sa.String(26).with_variant(sa.String(26, collation="C"), "postgresql"), nullable=False
        ),
        sa.PrimaryKeyConstraint("id", name="pk_enquiries"),
        sa.UniqueConstraint("reference", name="uq_enquiries_reference"),
    )
    op.create_index(
        "ix_enquiries_open_party",
        "enquiries",
        ["party", "journey"],
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )
    op.create_index("ix_enquiries_team", "enquiries", ["team", "state", "id"])


def _events() -> None:
    op.create_table(
        "events",
        sa.Column("id", sa.String(26).with_variant(sa.String(26, collation="C"), "postgresql"), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("enquiry_id", sa.String(26).with_variant(sa.String(26, collation="C"), "postgresql")),
        sa.Column("contact_id", sa.String(26).with_variant(sa.String(26, collation="C"), "postgresql")),
        sa.Column("team", sa.Text()),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("data", Json(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_events"),
    )
    op.create_index("ix_events_contact_id", "events", ["contact_id", "id"])
    op.create_index("ix_events_enquiry_id", "events", ["enquiry_id", "id"])


def _keys() -> None:
    op.create_table(
        "keys",
        sa.Column("id", sa.String(26).with_variant(sa.String(26, collation="C"), "postgresql"), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("scopes", Json(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("revoked_at", UtcDateTime()),
        sa.PrimaryKeyConstraint("id", name="pk_keys"),
        sa.UniqueConstraint("digest", name="uq_keys_digest"),
    )


def _outbox() -> None:
    op.create_table(
        "outbox",
        sa.Column("id", sa.String(26).with_variant(sa.String(26, collation="C"), "postgresql"), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("enquiry_id", sa.String(26).with_variant(sa.String(26, collation="C"), "postgresql")),
        sa.Column("contact_id", sa.String(26).with_variant(sa.String(26, collation="C"), "postgresql")),
        sa.Column("audience", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("template", sa.Text(), nullable=False),
        sa.Column("values", Json(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("address", Json(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("not_before", UtcDateTime(), nullable=False),
        sa.Column("attempts", sa.SmallInteger(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("settled_at", UtcDateTime()),
        sa.Column("sent", Json()),
        sa.Column("trouble", sa.Text()),
        sa.Column("message_id", sa.Text()),
        sa.PrimaryKeyConstraint("id", name="pk_outbox"),
        sa.UniqueConstraint("key", name="uq_outbox_key"),
    )


def _outbox_indexes() -> None:
    op.create_index("ix_outbox_contact_id", "outbox", ["contact_id"])
    op.create_index("ix_outbox_enquiry_id", "outbox", ["enquiry_id"])
    op.create_index(
        "ix_outbox_message_id",
        "outbox",
        ["message_id"],
        sqlite_where=sa.text("message_id is not null"),
        postgresql_where=sa.text("message_id is not null"),
    )
    op.create_index(
        "ix_outbox_pending",
        "outbox",
        ["not_before"],
        sqlite_where=sa.text("state in ('pending', 'sending')"),
        postgresql_where=sa.text("state in ('pending', 'sending')"),
    )


def _rulesets() -> None:
    op.create_table(
        "rulesets",
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("parent", sa.Integer()),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("files", Json(), nullable=False),
        sa.PrimaryKeyConstraint("version", name="pk_rulesets"),
    )
    op.create_index("ix_rulesets_digest", "rulesets", ["digest"])


def _timers() -> None:
    op.create_table(
        "timers",
        sa.Column("id", sa.String(26).with_variant(sa.String(26, collation="C"), "postgresql"), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("zone", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("enquiry_id", sa.String(26).with_variant(sa.String(26, collation="C"), "postgresql")),
        sa.Column("data", Json(), nullable=False),
        sa.Column("fired_at", UtcDateTime()),
        sa.PrimaryKeyConstraint("id", name="pk_timers"),
        sa.UniqueConstraint("key", name="uq_timers_key"),
    )
    op.create_index(
        "ix_timers_pending",
        "timers",
        ["at"],
        sqlite_where=sa.text("fired_at is null"),
        postgresql_where=sa.text("fired_at is null"),
    )


def _users() -> None:
    op.create_table(
        "users",
        sa.Column("id", sa.String(26).with_variant(sa.String(26, collation="C"), "postgresql"), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("password_hash", sa.Text()),
        sa.Column("roles", Json(), nullable=False),
        sa.Column("teams", Json(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("disabled_at", UtcDateTime()),
        sa.PrimaryKeyConstraint("id", name="pk_users"),
        sa.UniqueConstraint("email", name="uq_users_email"),
    )


def _contact_points() -> None:
    op.create_table(
        "contact_points",
        sa.Column(
            "customer_id", sa.String(26).with_variant(sa.String(26, collation="C"), "postgresql"), nullable=False
        ),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("prefix", sa.Text(), nullable=False),
        sa.Column("position", sa.SmallInteger(), nullable=False),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name="fk_contact_points_customer_id"),
        sa.PrimaryKeyConstraint("customer_id", "kind", "value", name="pk_contact_points"),
    )
    op.create_index("ix_contact_points_value_kind", "contact_points", ["value", "kind"])


def _decisions() -> None:
    op.create_table(
        "decisions",
        sa.Column("id", sa.String(26).with_variant(sa.String(26, collation="C"), "postgresql"), nullable=False),
        sa.Column("contact_id", sa.String(26).with_variant(sa.String(26, collation="C"), "postgresql"), nullable=False),
        sa.Column("enquiry_id", sa.String(26).with_variant(sa.String(26, collation="C"), "postgresql"), nullable=False),
        sa.Column("current", sa.Boolean(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("ruleset_version", sa.Integer(), nullable=False),
        sa.Column("team", sa.Text(), nullable=False),
        sa.Column("routed_team", sa.Text(), nullable=False),
        sa.Column("also", Json(), nullable=False),
        sa.Column("priority", sa.Text(), nullable=False),
        sa.Column("journey", sa.Text()),
        sa.Column("confidence", sa.Float()),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("because", sa.Text(), nullable=False),
        sa.Column("how", sa.Text(), nullable=False),
        sa.Column("facts", Json(), nullable=False),
        sa.Column(
            "parts_until", sa.String(26).with_variant(sa.String(26, collation="C"), "postgresql"), nullable=False
        ),
        sa.Column("trail", Json(), nullable=False),
        sa.Column("due", Json(), nullable=False),
        sa.Column("plan", Json(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("trouble", sa.Text()),
        sa.ForeignKeyConstraint(["contact_id"], ["contacts.id"], name="fk_decisions_contact_id"),
        sa.ForeignKeyConstraint(["enquiry_id"], ["enquiries.id"], name="fk_decisions_enquiry_id"),
        sa.PrimaryKeyConstraint("id", name="pk_decisions"),
    )
    op.create_index("ix_decisions_contact_id", "decisions", ["contact_id"])
    op.create_index(
        "uq_decisions_current",
        "decisions",
        ["contact_id"],
        unique=True,
        sqlite_where=sa.text("current = 1"),
        postgresql_where=sa.text("current"),
    )


def _enquiry_contacts() -> None:
    op.create_table(
        "enquiry_contacts",
        sa.Column("contact_id", sa.String(26).with_variant(sa.String(26, collation="C"), "postgresql"), nullable=False),
        sa.Column("enquiry_id", sa.String(26).with_variant(sa.String(26, collation="C"), "postgresql"), nullable=False),
        sa.Column("how", sa.Text(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["contact_id"], ["contacts.id"], name="fk_enquiry_contacts_contact_id"),
        sa.ForeignKeyConstraint(["enquiry_id"], ["enquiries.id"], name="fk_enquiry_contacts_enquiry_id"),
        sa.PrimaryKeyConstraint("contact_id", "enquiry_id", name="pk_enquiry_contacts"),
    )
    op.create_index("ix_enquiry_contacts_enquiry_id", "enquiry_contacts", ["enquiry_id"])


def _live_ruleset() -> None:
    op.create_table(
        "live_ruleset",
        sa.Column("id", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["version"], ["rulesets.version"], name="fk_live_ruleset_version"),
        sa.PrimaryKeyConstraint("id", name="pk_live_ruleset"),
    )


def _parts() -> None:
    op.create_table(
        "parts",
        sa.Column("id", sa.String(26).with_variant(sa.String(26, collation="C"), "postgresql"), nullable=False),
        sa.Column("contact_id", sa.String(26).with_variant(sa.String(26, collation="C"), "postgresql"), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("event", sa.Text()),
        sa.Column("part", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("outgoing", sa.Boolean(), nullable=False),
        sa.Column("received_at", UtcDateTime(), nullable=False),
        sa.Column("claimed_at", UtcDateTime()),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("facts", Json(), nullable=False),
        sa.Column("marks", Json(), nullable=False),
        sa.Column("attachments", Json(), nullable=False),
        sa.ForeignKeyConstraint(["contact_id"], ["contacts.id"], name="fk_parts_contact_id"),
        sa.PrimaryKeyConstraint("id", name="pk_parts"),
    )
    op.create_index("ix_parts_contact_id", "parts", ["contact_id", "id"])
    op.create_index(
        "uq_parts_event",
        "parts",
        ["event", "channel", "account"],
        unique=True,
        sqlite_where=sa.text("event is not null"),
        postgresql_where=sa.text("event is not null"),
    )
    op.create_index(
        "uq_parts_own_event",
        "parts",
        ["contact_id"],
        unique=True,
        sqlite_where=sa.text("event is null"),
        postgresql_where=sa.text("event is null"),
    )
