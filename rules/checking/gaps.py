"""Contacts that nobody answers: the owner is closed, nobody stands in, and nobody says when it will be dealt with.

Somebody who writes while the owner is closed is taken care of where a message for these hours says so, or where a time
is promised, which the acknowledgement names. The escalation path is for calls, which are put through to the first of it
that is open, and for emergencies: in one, somebody of it has to be open, or the owner told at that hour under `notify`.
A caller for whom nobody is open hears that we are closed, or in an emergency gets the person at `fallback_number`.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from rules.checking.clauses import FALSE, TRUE
from rules.checking.encoded import Encoded, owning, tests_of
from rules.checking.reach import MOST_PLAIN, Witness, plainest, tried
from rules.checking.solver import Solver
from rules.fields import FIELDS, MACHINE_KINDS
from rules.landlord import PHONE, News, Team
from rules.model import Priority, Rule

MOST_GAPS: Final = 100
"""After so many the rest would only be noise."""
"""The channel on which a caller waits on the line."""


@dataclass(frozen=True, slots=True)
class Gap:
    """A contact that nobody answers: whom it is for, by which rule, and whether it is an emergency."""

    rule: int
    team: str
    emergency: bool
    witness: Witness | None
    """None where it was not decided whether there is such a contact."""


@dataclass(slots=True)
class Gaps:
    """Looks for gaps, rule by rule; what was found is in `found` and `urgent`."""

    encoded: Encoded
    found: list[Gap] = field(default_factory=list)
    urgent: set[str] = field(default_factory=set)
    """The teams that an emergency may come to."""

    def look(self, number: int, solver: Solver) -> None:
        """Look at what one rule decides; when there are very many gaps already, no more."""
        if len(self.found) >= MOST_GAPS:
            return
        for team, when in owning(self.encoded, number).items():
            asked = [self.encoded.fits[number], when, self.emergency(number)]
            if team not in self.urgent and FALSE not in asked and solver.ask(asked) is not False:
                self.urgent.add(team)
            for emergency, unheard in ((True, self.unheard(number, team)), (False, self.unanswered(number, team))):
                if unheard != FALSE and self._gap(number, team, (when, unheard), solver, emergency=emergency):
                    break

    def _gap(self, number: int, team: str, when: tuple[int, int], solver: Solver, *, emergency: bool) -> bool:
        asked = [self.encoded.fits[number], *when]
        answer = solver.ask(asked)
        if answer is False:
            return False
        never = () if emergency else [other for other, rule in self._handling() if _answers(rule)]
        plain = len(self.found) < MOST_PLAIN
        model = (plainest(self.encoded, solver, asked) if plain else solver.model()) if answer else None
        witness = tried(self.encoded, model, number, never=never) if model else None
        self.found.append(Gap(number, team, emergency, witness))
        return True

    def path(self, number: int, team: str) -> tuple[str, ...]:
        """Who stands in for a team when it is closed, in what a rule decides."""
        escalate = self.encoded.compiled.rules[number].then.escalate
        return (escalate.to if escalate else ()) or self.encoded.ruleset.teams[team].escalation

    def closed(self, number: int, team: str) -> int:
        """The statement that a team is closed, and everybody who would stand in for it."""
        moment = self.encoded.space.moment
        return self.encoded.space.clauses.every(-moment.open(key) for key in (team, *self.path(number, team)))

    def written(self) -> int:
        """The statement that a person wrote, or came by, and is no caller."""
        automatic = self.encoded.is_("kind", *MACHINE_KINDS)
        called = self.encoded.ruleset.calls is not None and PHONE in self.encoded.ruleset.channels
        by_phone = self.encoded.is_("channel", PHONE) if called else FALSE
        return self.encoded.space.clauses.every((-automatic, -by_phone))

    def unanswered(self, number: int, team: str) -> int:
        """The statement that nobody says when the contact is dealt with."""
        every, some = self.encoded.space.clauses.every, self.encoded.space.clauses.some
        rule, journeys = self.encoded.compiled.rules[number], self.encoded.ruleset.journeys.values()
        if _answers(rule):
            return FALSE
        answered = [self.encoded.fits[other] for other, handling in self._handling() if _answers(handling)]
        promised = self.encoded.is_("journey", *(each.key for each in journeys if each.timescales))
        return every((-self.encoded.space.moment.open(team), self.written(), -some(answered), -promised))

    def unheard(self, number: int, team: str) -> int:
        """The statement that it is an emergency, and that nobody hears of it."""
        every, told = self.encoded.space.clauses.every, self._told(self.encoded.ruleset.teams[team])
        return every((self.emergency(number), self.closed(number, team), self.written(), -told))

    def emergency(self, number: int) -> int:
        """The statement that what an owner rule decides is an emergency."""
        if self.encoded.compiled.rules[number].then.priority is Priority.EMERGENCY:
            return TRUE
        journeys = self.encoded.ruleset.journeys.values()
        urgent = self.encoded.is_("journey", *(each.key for each in journeys if each.priority is Priority.EMERGENCY))
        made = (self.encoded.fits[each] for each, rule in self._handling() if rule.then.priority is Priority.EMERGENCY)
        return self.encoded.space.clauses.some((urgent, *made))

    def _told(self, team: Team) -> int:
        """The statement that the team is told of an emergency at this hour."""
        moment = self.encoded.space.moment
        return self.encoded.space.clauses.some(
            moment.open_hours(each.hours) if each.hours else TRUE
            for each in team.notify
            if (not each.when or Priority.EMERGENCY in each.when) and (not each.what or News.NEW in each.what)
        )

    def _handling(self) -> Iterator[tuple[int, Rule]]:
        yield from enumerate(self.encoded.ruleset.handling, self.encoded.owners)


def _answers(rule: Rule) -> bool:
    """Whether a rule promises a time, or has a message for certain hours."""
    of_hours = any(FIELDS[test.field].moment for test in tests_of(rule))
    return bool(rule.then.due) or bool(rule.then.message and of_hours)
