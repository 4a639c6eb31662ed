"""One past contact decided again: its facts as they were, its owner as joining and taking over would have had it."""

from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from router import facts as fact
from router.live import LiveRuleset
from router.store.rows import Row
from rules.decide import decide
from rules.landlord import Ruleset
from rules.model import Facts, Outcome
from rules.recognised import read_alike
from rules.replay import How, Replayed, Ruled
from rules.ruling import NO_RULE

FOLLOWED: Final = 50_000
"""Enquiries whose other owner is remembered, the latest ones: hardly ever do so many change that are still joined."""


@dataclass(slots=True)
class Owners:
    """Who would own the enquiries that contacts join, where that is another team than it was."""

    _moved: OrderedDict[str, tuple[str, str]] = field(default_factory=OrderedDict)
    forgotten: int = 0

    def owner(self, row: Row, team: str, *, take_over: bool) -> str:
        """Who owns a contact that is decided so; what joins stays with the owner unless its rule takes over.

        Where a colleague had passed the enquiry on before this contact came, it stays with whom they gave it to.
        """
        enquiry, recorded = row["enquiry_id"], row["team"]
        prior = row["taken_from"] or recorded
        owner = team
        if not (is_first(row) or take_over):
            was, instead = self._moved.get(enquiry, (prior, prior))
            owner = instead if was == prior else prior
        self._moved.pop(enquiry, None)
        if owner != recorded:
            self._moved[enquiry] = (recorded, owner)
            if len(self._moved) > FOLLOWED:
                self._moved.popitem(last=False)
                self.forgotten += 1
        return owner


def is_first(row: Row) -> bool:
    """Whether a contact opened its enquiry."""
    return bool(row["how"] == "opened" or row["first_contact_id"] == row["id"])


@dataclass(slots=True)
class Rules:
    """A ruleset that past contacts are decided by, and which versions read contacts as it does."""

    live: LiveRuleset
    owners: Owners = field(default_factory=Owners)
    failures: int = 0
    _alike: dict[int, bool] = field(default_factory=dict)

    def ruled(self, row: Row, facts: Facts) -> Ruled:
        """What it makes of a contact; one that it fails on goes to the fallback team, as it would."""
        try:
            outcome = decide(self.live.compiled, facts, row["received_at"])
        except Exception:  # noqa: BLE001 - always owned: the engine would give it to the fallback team too
            self.failures += 1
            fallback = self.live.ruleset.landlord.fallback
            owner = self.owners.owner(row, fallback, take_over=False)
            return Ruled(owner, "fallback", "normal", _journey(facts), {})
        return self._of(row, facts, outcome)

    def _of(self, row: Row, facts: Facts, outcome: Outcome) -> Ruled:
        owner = self.owners.owner(row, outcome.team, take_over=outcome.take_over)
        return Ruled(owner, outcome.rule, outcome.priority.value, _journey(facts), outcome.due)

    def facts(self, row: Row, kept: Facts, old: "Versions") -> Facts:
        """A contact's facts in its terms: as they were kept, unless it reads contacts differently."""
        version = row["ruleset_version"]
        if version not in self._alike:
            ruleset = old.ruleset(version)
            self._alike[version] = ruleset is not None and read_alike(ruleset, self.live.ruleset)
        if self._alike[version]:
            return kept
        return fact.again(kept, dict(row), self.live.ruleset, self.live.recogniser)


class Versions:
    """The versions that contacts were decided by; `read` gives one's ruleset by its number, None where it is gone."""

    def __init__(self, read: Callable[[int], Ruleset | None], digests: Mapping[int, str]) -> None:
        """Look versions up by `read`, and say which are the same by their digests."""
        self._read, self.digests = read, digests
        self.counts: dict[int, int] = {}

    def ruleset(self, number: int) -> Ruleset | None:
        """The ruleset of a version."""
        return self._read(number)


@dataclass(slots=True)
class Again:
    """Decides past contacts again, oldest first: by `after`, beside what was decided, or what `before` makes of them.

    Without `before`, contacts are compared with what was decided then.
    """

    after: Rules
    before: Rules | None
    versions: Versions

    def replayed(self, row: Row) -> Replayed:
        """One contact, decided then and decided now."""
        version = row["ruleset_version"]
        self.versions.counts[version] = self.versions.counts.get(version, 0) + 1
        kept = fact.restored(row["facts"], row)
        return Replayed(
            contact=row["id"],
            reference=row["reference"],
            local=self.after.live.calendar.local(row["received_at"]),
            channel=row["channel"],
            adjustments=tuple(sorted(row["facts"].get("customer.adjustments", ()))),
            how=_how(row),
            then=row["team"],
            now=row["now"],
            before=self._before(row, kept),
            after=self.after.ruled(row, self.after.facts(row, kept, self.versions)),
        )

    def _before(self, row: Row, kept: Facts) -> Ruled:
        if self.before is None:
            return _recorded(row, row["team"])
        digests = self.versions.digests
        if digests.get(row["ruleset_version"]) == self.before.live.ruleset.digest:
            owners, take_over = self.before.owners, row["taken_from"] is not None
            return _recorded(row, owners.owner(row, row["routed_team"], take_over=take_over))
        return self.before.ruled(row, self.before.facts(row, kept, self.versions))


def _recorded(row: Row, owner: str) -> Ruled:
    due = {name: datetime.fromisoformat(at) for name, at in row["due"].items()}
    return Ruled(owner, row["rule"], row["priority"], row["journey"], due)


def _journey(facts: Facts) -> str | None:
    journey = facts.get("journey")
    return journey if isinstance(journey, str) else None


def _how(row: Row) -> How:
    if row["trouble"]:
        return How.FAILED
    if row["rule"] == NO_RULE:
        return How.NO_RULE
    return How.OPENED if is_first(row) else How.JOINED
