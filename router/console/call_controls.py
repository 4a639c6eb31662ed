"""What can be done with a call that goes on: what each action asks for, when it makes sense, and what it does."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from router.console import calls
from router.console.acting import actor_of
from router.console.calls import Found
from router.console.exchange import Ask
from router.console.forms import Field
from router.telephony import handing
from router.telephony.handing import HandOn
from rules.clock import is_open

Options = list[tuple[str, str]]
Chosen = Callable[[Ask, Found], Options]


@dataclass(frozen=True, slots=True)
class Asked(Field):
    """A field whose options depend on the call; `needs` says what to choose, "" where nothing has to be."""

    of_call: Chosen = lambda ask, found: []
    needs: str = ""


@dataclass(frozen=True, slots=True)
class Control:
    """One action on a call: its title, what its button says, what it asks for, what it does, what is said then.

    `can` says whether it makes sense as the call stands.
    """

    title: str
    button: str
    does: Callable[[Ask, Found, str], None]
    said: str
    can: Callable[[Ask, Found], bool]
    fields: tuple[Asked, ...] = ()


def _teams(ask: Ask, found: Found) -> Options:
    """The teams with a telephone; those that are closed say so."""
    live = ask.services.live.current()
    own = live.ruleset.teams.values()
    told = {
        team.key: team.name
        if is_open(live.ruleset.hours[team.hours], live.calendar, ask.now)
        else f"{team.name} (closed)"
        for team in own
        if team.telephones
    }
    return [("", "Choose a team"), *told.items()]


def _telephones(ask: Ask, found: Found) -> Options:
    several = [team for team in ask.ruleset.teams.values() if len(team.telephones) > 1]
    named = [
        (phone.address, f"{team.name}: {calls.telephone(phone.address)}")
        for team in several
        for phone in team.telephones
    ]
    return [("", "Whichever is free"), *named] if named else []


def _reasons(ask: Ask, found: Found) -> Options:
    return [(key, reason.name) for key, reason in ask.ruleset.transfer_reasons.items()]


def _hand_on(ask: Ask, found: Found, key: str) -> None:
    given = {name: ask.given(name) for name in ("to", "phone", "reason", "note")}
    handing.hand_on(
        ask.services, HandOn(found.row["contact_id"], turn_seen(ask, found), actor_of(ask.person), key, **given)
    )


def turn_seen(ask: Ask, found: Found) -> int:
    """The attempt that the page showed on which the button was pressed."""
    turn: int = found.row["turn"]
    return int(ask.given("turn")) if ask.given("turn").isdecimal() else turn


_TO: Final = Asked("to", "Team", "select", of_call=_teams, needs="Choose a team")
_WHY: Final = Asked("reason", "Why", "radios", of_call=_reasons, needs="Choose why")
_NOTE: Final = Asked("note", "Note for colleagues (optional)")
CONTROLS: Final[Mapping[str, Control]] = {
    "transfer": Control(
        "Put the caller through to another team",
        "Put them through",
        _hand_on,
        "The caller is on their way. The enquiry is the other team’s as soon as they have arrived: look again.",
        lambda ask, found: True,
        (_TO, Asked("phone", "Which telephone first (optional)", "select", of_call=_telephones), _WHY, _NOTE),
    ),
}
