"""What can be done with a call that goes on: what each action asks for, when it makes sense, and what it does."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from router.console import calls
from router.console.acting import actor_of
from router.console.calls import Found
from router.console.exchange import Ask
from router.console.forms import Field
from router.services import Services
from router.store import brought_in
from router.store.calls import TALKING
from router.telephony import handing, holding, pausing, recording, talks
from router.telephony.handing import HandOn
from rules.clock import is_open

Options = list[tuple[str, str]]
Chosen = Callable[[Ask, Found], Options]


@dataclass(frozen=True, slots=True)
class CallField(Field):
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
    fields: tuple[CallField, ...] = ()


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


def _wish(ask: Ask, found: Found, key: str) -> HandOn:
    """What was wished by the form, of the call as the page showed it."""
    given = {name: ask.given(name) for name in ("to", "phone", "reason", "note")}
    return HandOn(found.row["contact_id"], turn_seen(ask, found), actor_of(ask.person), key, **given)


def turn_seen(ask: Ask, found: Found) -> int:
    """The attempt that the page showed on which the button was pressed."""
    turn: int = found.row["turn"]
    return int(ask.given("turn")) if ask.given("turn").isdecimal() else turn


def _by(does: Callable[[Services, HandOn], None]) -> Callable[[Ask, Found, str], None]:
    return lambda ask, found, key: does(ask.services, _wish(ask, found, key))


def _talks(ask: Ask, found: Found) -> bool:
    """Whether a colleague talks to the caller, or has them on hold."""
    return bool(found.row["stage"] == TALKING and found.row["leg"])


def _is_held(ask: Ask, found: Found) -> bool:
    talk = talks.talk_of(dict(found.row))
    return _talks(ask, found) and talk is not None and talk["mode"] == talks.HELD


def _third(found: Found, kind: str = "") -> Mapping[str, Any] | None:
    """Whoever was brought in and is still there, or is being rung; of one kind where told."""
    third = brought_in.third_of(dict(found.row)) if found.row["stage"] == TALKING else None
    return third if third and kind in ("", third["kind"]) else None


def _may_bring_in(ask: Ask, found: Found) -> bool:
    return _talks(ask, found) and _third(found) is None


def _may_hand_on(ask: Ask, found: Found) -> bool:
    """Whether whoever is signed in may put the caller through elsewhere: a team that is only being rung may not yet."""
    live, enquiry = ask.services.live.current(), found.enquiry
    return enquiry is not None and handing.may_hand_on(actor_of(ask.person), dict(found.row), enquiry["team"], live)


def _may_consult(ask: Ask, found: Found) -> bool:
    return _may_bring_in(ask, found) and _may_hand_on(ask, found)


def _may_interpret(ask: Ask, found: Found) -> bool:
    flow = ask.ruleset.calls
    return _may_bring_in(ask, found) and flow is not None and flow.interpreter is not None


def _may_complete(ask: Ask, found: Found) -> bool:
    third = _third(found, talks.TEAM)
    return third is not None and third["stage"] == brought_in.HERE


_TO: Final = CallField("to", "Team", "select", of_call=_teams, needs="Choose a team")
_PHONE: Final = CallField("phone", "Which telephone first (optional)", "select", of_call=_telephones)
_WHY: Final = CallField("reason", "Why", "radios", of_call=_reasons, needs="Choose why")
_NOTE: Final = CallField("note", "Note for colleagues (optional)")
CONTROLS: Final[Mapping[str, Control]] = {
    "pause-recording": Control(
        "Pause the recording",
        "Pause the recording, for payment details",
        _by(pausing.pause),
        "The recording is paused. Go on with it once you have taken the details.",
        lambda ask, found: _talks(ask, found) and recording.state_of(dict(found.row)) == recording.ON,
    ),
    "go-on-recording": Control(
        "Go on recording",
        "Go on recording",
        _by(pausing.go_on),
        "The call is recorded again.",
        lambda ask, found: _talks(ask, found) and recording.state_of(dict(found.row)) == recording.PAUSED,
    ),
    "hold": Control(
        "Hold",
        "Put the caller on hold",
        _by(holding.hold),
        "The caller is on hold.",
        lambda ask, found: _talks(ask, found) and not _is_held(ask, found),
    ),
    "resume": Control(
        "Take off hold",
        "Take the caller off hold",
        _by(holding.resume),
        "The caller is with you again, and with whoever else is in the call.",
        _is_held,
    ),
    "complete": Control(
        "Hand over",
        "Put the caller through to them, and leave",
        _by(holding.complete),
        "The caller goes on with the other team, and so does the enquiry.",
        _may_complete,
    ),
    "go-back": Control(
        "Back to the caller",
        "Back to the caller, without the other team",
        _by(holding.let_go),
        "The other team is out of the call, and the caller is with you again.",
        lambda ask, found: _third(found, talks.TEAM) is not None,
    ),
    "interpreter": Control(
        "Interpreter",
        "Bring in an interpreter",
        _by(holding.bring_in_interpreter),
        "The caller is on hold, and the interpreting service is being rung. Take them off hold once you have said what"
        " you need.",
        _may_interpret,
    ),
    "let-go": Control(
        "Let go",
        "Let the interpreter go",
        _by(holding.let_go),
        "The interpreter is out of the call.",
        lambda ask, found: _third(found, talks.INTERPRETER) is not None,
    ),
    "consult": Control(
        "Talk to another team first, and then put the caller through",
        "Hold the caller, and ring them",
        _by(holding.bring_in_team),
        "The caller is on hold, and the other team is being rung.",
        _may_consult,
        (_TO, _PHONE, _WHY, _NOTE),
    ),
    "transfer": Control(
        "Put the caller through to another team at once",
        "Put them through",
        _by(handing.hand_on),
        "The caller is on their way. The enquiry is the other team’s as soon as they have arrived: look again.",
        _may_hand_on,
        (_TO, _PHONE, _WHY, _NOTE),
    ),
}
