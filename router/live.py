"""The live ruleset as this process sees it: a row in the record, looked at every second, compiled when it changes."""

import threading
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine

from router import logs
from router.store import rulesets
from router.store.engine import begin_read
from router.store.rulesets import as_bytes
from rules.clock import Calendar, calendar_of
from rules.compile import Compiled, compile_rules
from rules.landlord import Ruleset
from rules.load import load
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
