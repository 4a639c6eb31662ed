"""The live ruleset as this process sees it: a row in the record, looked at every second, compiled when it changes."""

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Engine

from router import logs
from router.store import rulesets
from router.store.engine import begin_read
from rules.checking.check import Proof, prove
from rules.checking.solver import Budget
from rules.clock import Calendar, calendar_of
from rules.compile import Compiled, compile_rules
from rules.examples import ExampleResult, run_examples
from rules.landlord import Ruleset
from rules.load import load, load_checked
from rules.problems import Problem, RulesetError, in_reading_order
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
            earlier, self._current = self._current, prepare(number, load(as_bytes(row["files"])))
            if earlier is not None:
                logs.log("ruleset.followed", ruleset=number)

    def stand_in(self, ruleset: Ruleset) -> None:
        """Serve by this ruleset until the record can be read. Nothing is decided by it: version 0 is never live."""
        self._current = prepare(0, ruleset)

    def follow(self) -> None:
        """Look every second until `close`, in a thread; a record that is away leaves the last version in use."""
        if self._current is not None:
            logs.log("ruleset.followed", ruleset=self._current.version)
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
class Report:
    """What a check of a landlord's files found. Without a `ruleset` no example could be tried."""

    problems: tuple[Problem, ...]
    """The mistakes and the warnings, in reading order."""
    ruleset: Ruleset | None
    examples: tuple[ExampleResult, ...]
    proof: Proof | None = None
    """What each rule can do, and what else was proven; part of the problems as well."""

    @property
    def errors(self) -> tuple[Problem, ...]:
        """The mistakes."""
        return tuple(problem for problem in self.problems if problem.severity == "error")

    @property
    def warnings(self) -> tuple[Problem, ...]:
        """What is allowed, and should be looked at."""
        return tuple(problem for problem in self.problems if problem.severity == "warning")

    @property
    def failures(self) -> tuple[ExampleResult, ...]:
        """The examples that come out differently."""
        return tuple(result for result in self.examples if not result.passed)

    @property
    def may_live(self) -> bool:
        """Whether these files may be published."""
        return self.ruleset is not None and not self.errors and not self.failures


def look_over(files: Mapping[str, bytes]) -> Report:
    """Find everything that is wrong with a landlord's files, and how their examples come out: in a few seconds."""
    try:
        ruleset, warnings = load_checked(files)
    except RulesetError as error:
        return Report(error.problems, None, ())
    ready = prepare(0, ruleset)
    proof = prove(ready.compiled, datetime.now(UTC).date(), Budget.for_a_page())
    problems = in_reading_order((*warnings, *proof.problems))
    return Report(problems, ruleset, run_examples(ready.compiled, ready.recogniser), proof)


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
    report = look_over(files)
    if report.ruleset is None or report.errors:
        raise RulesetError(report.problems)
    if report.failures:
        raise ExamplesFailedError(tuple(map(str, report.failures)))
    return Checked(files, report.ruleset, report.problems)


def as_bytes(files: Mapping[str, str]) -> dict[str, bytes]:
    """The files of a version as checking takes them."""
    return {name: text.encode() for name, text in files.items()}
