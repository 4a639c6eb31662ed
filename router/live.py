"""The live ruleset as this process sees it: a row in the record, looked at every second, compiled when it changes."""

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Engine

from router.store import rulesets
from router.store.engine import begin_read
from router.store.writer import Writer
from rules.clock import Calendar, calendar_of
from rules.compile import Compiled, compile_rules
from rules.examples import run_examples
from rules.load import load_checked
from rules.model import Ruleset
from rules.problems import Problem
from rules.recognise import Recogniser, Urgency, recogniser, urgency

LOOK_EVERY = 1.0


@dataclass(frozen=True, slots=True)
class LiveRuleset:
    """One version, ready to decide with; never changed, so a contact is decided by one version throughout."""

    version: int
    ruleset: Ruleset
    compiled: Compiled
    recogniser: Recogniser
    urgency: Urgency
    calendar: Calendar
    addresses: frozenset[str]
    """Every number and mailbox that is ours."""

    def repeats_since(self, at: datetime) -> datetime:
        """From when on an earlier contact counts as a repeat, for one that was received at this moment."""
        day = self.calendar.local(at).date()
        return self.calendar.at(self.calendar.working_day(day, -self.ruleset.landlord.repeat_days))


def prepare(version: int, ruleset: Ruleset) -> LiveRuleset:
    """Compile a checked ruleset for deciding."""
    return LiveRuleset(
        version,
        ruleset,
        compile_rules(ruleset),
        recogniser(ruleset),
        urgency(ruleset.urgent),
        calendar_of(ruleset.landlord),
        _addresses(ruleset),
    )


def _addresses(ruleset: Ruleset) -> frozenset[str]:
    numbers = ruleset.calls.numbers if ruleset.calls else ()
    of_teams = (address for team in ruleset.teams.values() for address in team.channels.values())
    return frozenset((*numbers, *ruleset.mailboxes, *of_teams))


class NoRulesetError(Exception):
    """There is no live version in the record: start `firstcontact serve`, or publish one, first."""


class Live:
    """Follows the live version. `current` costs nothing; a thread looks at the record every second."""

    def __init__(self, record: Engine) -> None:
        """Follow the live version in this record; call `look` or `follow` before `current`."""
        self._record = record
        self._current: LiveRuleset | None = None
        self._stop = threading.Event()

    def current(self) -> LiveRuleset:
        """The live version as last seen; raises NoRulesetError where there never was one."""
        if self._current is None:
            self.look()
        if self._current is None:
            raise NoRulesetError(NoRulesetError.__doc__)
        return self._current

    def look(self) -> None:
        """Read the live version's number, and load that version if it is another than the one in use."""
        with begin_read(self._record) as connection:
            number = rulesets.live_version(connection)
            if number is None or (self._current and self._current.version == number):
                return
            row = rulesets.version(connection, number)
        if row is not None:
            self._current = prepare(number, load_checked(_bytes(row["files"]))[0])

    def stand_in(self, ruleset: Ruleset) -> None:
        """Serve by this ruleset until the record can be read. Nothing is decided by it: version 0 is never live."""
        self._current = prepare(0, ruleset)

    def follow(self) -> None:
        """Look every second until `close`, in a thread; a record that is away leaves the last version in use."""
        threading.Thread(target=self._follow, name="live-ruleset", daemon=True).start()

    def _follow(self) -> None:
        while not self._stop.wait(LOOK_EVERY):
            try:
                self.look()
            except Exception:  # noqa: BLE001, S112 - whatever is wrong with the record, the version in use serves on
                continue

    def close(self) -> None:
        """Stop following."""
        self._stop.set()


@dataclass(frozen=True, slots=True)
class Checked:
    """A folder that may be published: its ruleset and the warnings about it."""

    files: Mapping[str, bytes]
    ruleset: Ruleset
    warnings: tuple[Problem, ...]


class ExamplesFailedError(Exception):
    """Some examples in the rules come out differently: see `failures`."""

    def __init__(self, failures: tuple[str, ...]) -> None:
        """Keep what each failing example expected and got, in words."""
        super().__init__("\n".join(failures))
        self.failures = failures


def check(files: Mapping[str, bytes]) -> Checked:
    """Check a landlord's files before they may live: raises RulesetError or ExamplesFailedError."""
    ruleset, warnings = load_checked(files)
    results = run_examples(compile_rules(ruleset), recogniser(ruleset))
    failures = tuple(str(result) for result in results if not result.passed)
    if failures:
        raise ExamplesFailedError(failures)
    return Checked(files, ruleset, warnings)


def publish(writer: Writer, checked: Checked, *, origin: str, author: str, reason: str, at: datetime) -> int:
    """Store a checked version and make it live; gives its number."""
    return writer.submit(rulesets.publish, version_row(checked, origin, author, reason, at)).result()


def version_row(checked: Checked, origin: str, author: str, reason: str, at: datetime) -> dict[str, Any]:
    """The row of a version that is about to be stored, without its number."""
    return {
        "digest": checked.ruleset.digest,
        "origin": origin,
        "author": author,
        "reason": reason,
        "at": at,
        "files": {name: content.decode() for name, content in checked.files.items()},
    }


def _bytes(files: Mapping[str, str]) -> dict[str, bytes]:
    return {name: text.encode() for name, text in files.items()}
