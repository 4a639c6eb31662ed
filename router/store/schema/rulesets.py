"""Versions of the rules, drafts of the next one, and the replays and proposals that speak for it."""

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, SmallInteger, Table, Text

from router.store.schema.base import id_column, index_where, metadata
from router.store.types import Id, Json, UtcDateTime

UNFINISHED = "state in ('waiting', 'running')"

rulesets = Table(
    "rulesets",
    metadata,
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("digest", Text, nullable=False),
    Column("parent", Integer),
    Column("origin", Text, nullable=False),
    Column("author", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("files", Json, nullable=False),
    Column("restores", Integer),
    Column("begun_from", Integer),
    Column("needs_approval", Boolean),
    Column("emergency", Boolean),
    Column("approved_by", Text),
    Column("approved_at", UtcDateTime),
    Column("approval", Text),
    Index("ix_rulesets_digest", "digest"),
)
"""Every version that was ever live, in the order in which they were: rolling back adds one, with the files of the
version that it `restores`. `parent` is the version that was live before, `begun_from` the one that the change was made
on, where that is known. While a version that `needs_approval` is live, the next one has who approved it and in which
words, or was an `emergency`."""

ruleset_drafts = Table(
    "ruleset_drafts",
    metadata,
    id_column(),
    Column("base_version", Integer, ForeignKey("rulesets.version"), nullable=False),
    Column("files", Json, nullable=False),
    Column("note", Text, nullable=False),
    Column("author", Text, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("changed_by", Text, nullable=False),
    Column("changed_at", UtcDateTime, nullable=False),
    Column("writers", Json),
)
"""What supervisors are working on: the files of a version, changed; nothing in here decides anything. `writers` is
everybody who has had a hand in it: none of them may approve it."""

ruleset_submissions = Table(
    "ruleset_submissions",
    metadata,
    id_column(),
    Column("draft_id", Id, nullable=False),
    Column("digest", Text, nullable=False),
    Column("live_version", Integer, nullable=False),
    Column("writers", Json, nullable=False),
    Column("reason", Text, nullable=False),
    Column("author", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("outcome", Text),
    Column("decided_by", Text),
    Column("decided_at", UtcDateTime),
    Column("words", Text),
    Index("ix_ruleset_submissions_draft_id", "draft_id"),
    Index("ix_ruleset_submissions_digest", "digest"),
)
"""Drafts that a second person was asked to approve: exactly this content, over exactly this live version. `outcome` is
approved, refused or withdrawn."""

live_ruleset = Table(
    "live_ruleset",
    metadata,
    Column("id", SmallInteger, primary_key=True, autoincrement=False),
    Column("version", Integer, ForeignKey("rulesets.version"), nullable=False),
)
"""One row, id 1: flipping it publishes."""

replays = Table(
    "replays",
    metadata,
    id_column(),
    Column("kind", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("draft_id", Id),
    Column("digest", Text, nullable=False),
    Column("files", Json),
    Column("against", Text, nullable=False),
    Column("base_version", Integer, nullable=False),
    Column("since", UtcDateTime, nullable=False),
    Column("until", UtcDateTime, nullable=False),
    Column("state", Text, nullable=False),
    Column("done", Integer, nullable=False),
    Column("total", Integer, nullable=False),
    Column("attempts", SmallInteger, nullable=False),
    Column("lease_until", UtcDateTime),
    Column("author", Text, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("finished_at", UtcDateTime),
    Column("trouble", Text),
    Column("result", Json),
    Column("version", Integer, ForeignKey("rulesets.version")),
    index_where("ix_replays_unfinished", UNFINISHED, "id"),
    index_where("ix_replays_version", "version is not null", "version"),
    index_where("ix_replays_draft_id", "draft_id is not null", "draft_id", "id"),
)
"""Past contacts decided again. `files` are those to decide by, kept only until it is done; `digest` says for good which
they were. `version` is the one that was published because of it. Of the kind `learning`, `result` has proposals."""

proposal_answers = Table(
    "proposal_answers",
    metadata,
    Column("key", Text, primary_key=True),
    Column("title", Text, nullable=False),
    Column("answer", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("draft_id", Id),
    Column("author", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
)
"""What supervisors answered to proposals, by the key of the change: a refused one is not made again."""
