"""Running a replay: every contact of a period through one or several rulesets at once, counted as they pass."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Final

from sqlalchemy import Connection

from router.days import Period
from router.live import LiveRuleset
from router.replays.deciding import Again, Rules, Versions
from router.replays.past import batches, count
from router.services import Services
from router.store import rulesets
from router.store.engine import begin_read
from router.store.rows import Row
from router.store.rulesets import as_bytes
from rules.landlord import Ruleset
from rules.load import load
from rules.problems import RulesetError
from rules.replay import Replayed, Tally

LIVE, THEN = "live", "then"
AGAINST: Final = {LIVE: "what the live rules make of them", THEN: "what was decided then"}
Progress = Callable[[int, int], None]
"""Told how many contacts are done, of how many."""
See = Callable[[Row, Replayed | None], None]
"""Shown each contact as it passes, with what the first ruleset makes of it; None where it was not decided then."""


@dataclass(slots=True)
class ReplayOrder:
    """A replay: over which contacts, by which rules, beside the live ones or what was decided then."""

    period: Period
    draft: LiveRuleset
    against: str
    live: LiveRuleset


@dataclass(slots=True)
class _Course:
    """One ruleset's way through the contacts."""

    again: Again
    tally: Tally = field(default_factory=Tally)


def replay(services: Services, wanted: ReplayOrder, progress: Progress) -> dict[str, Any]:
    """Run one; gives its figures as plain values. Nothing is written, and no transaction lasts longer than a batch."""
    return replay_all(services, wanted, [wanted.draft], progress)[0]


def replay_all(
    services: Services, wanted: ReplayOrder, drafts: Sequence[LiveRuleset], progress: Progress, see: See | None = None
) -> list[dict[str, Any]]:
    """The same for several rulesets, for the price of reading the contacts once; gives the figures of each."""
    with begin_read(services.record) as record:
        total, versions = count(record, wanted.period), versions_of(services, record)
    before = [Rules(wanted.live) if wanted.against == LIVE else None for _ in drafts]
    courses = [_Course(Again(Rules(each), was, versions)) for each, was in zip(drafts, before, strict=True)]
    done = undecided = 0
    for rows in batches(services.record, wanted.period):
        for row in rows:
            undecided += row["decision_id"] is None
            passed = _pass(row, courses)
            if see is not None:
                see(row, passed)
        done += len(rows)
        progress(done, max(total, done))
    passes = max(1, len(courses))
    counts = {str(number): many // passes for number, many in sorted(versions.counts.items())}
    return [each.tally.as_dict() | _beside(wanted, each.again, counts, undecided) for each in courses]


def _pass(row: Row, courses: Sequence[_Course]) -> Replayed | None:
    first: Replayed | None = None
    if row["decision_id"] is None:
        return None
    for course in courses:
        replayed = course.again.replayed(row)
        course.tally.add(replayed)
        first = first or replayed
    return first


def _beside(wanted: ReplayOrder, again: Again, versions: Mapping[str, int], undecided: int) -> dict[str, Any]:
    calendar = wanted.live.calendar
    owners = again.after.owners.forgotten + (again.before.owners.forgotten if again.before else 0)
    return {
        "against": wanted.against,
        "since": calendar.local(wanted.period.since).isoformat(),
        "until": calendar.local(wanted.period.until).isoformat(),
        "zone": wanted.live.ruleset.landlord.zone,
        "live_version": wanted.live.version,
        "digest": again.after.live.ruleset.digest,
        "versions": dict(versions),
        "undecided": undecided,
        "failures": again.after.failures,
        "notes": list(_notes(again, undecided, owners)),
    }


def _notes(again: Again, undecided: int, forgotten: int) -> Iterator[str]:
    """What a reader has to know before trusting the figures."""
    yield "Contacts that joined an open enquiry stay with its owner here too, unless a rule takes over."
    yield "Earlier contacts and open enquiries are counted as they were at each decision."
    yield "Who has a contact now, and the customer's reference, are as they stand today."
    if undecided:
        yield f"{undecided} contacts have not been decided yet and are left out."
    if again.after.failures:
        yield f"These rules could not be applied to {again.after.failures} contacts: the fallback team would have them."
    if forgotten:
        yield (
            f"So many enquiries change owner that {forgotten} were let go of: a contact that joined one of them later"
            " counts as if its owner had stayed."
        )


def versions_of(services: Services, record: Connection | None = None) -> Versions:
    """The versions in the record; their digests are read now, a ruleset only when it is asked for."""
    if record is None:
        with begin_read(services.record) as connection:
            return versions_of(services, connection)
    digests = {row["version"]: row["digest"] for row in rulesets.history(record)}

    @lru_cache(maxsize=2)
    def read(number: int) -> Ruleset | None:
        with begin_read(services.record) as connection:
            row = rulesets.version(connection, number)
        try:
            return load(as_bytes(row["files"])) if row else None
        except RulesetError:  # published by an engine that took what this one refuses
            return None

    return Versions(read, digests)
