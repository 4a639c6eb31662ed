"""Whether whoever waits on the phone line has a way out, and its announcements can be heard by anybody; pure."""

from rules.landlord import Ruleset, Team
from rules.nodes import quoted
from rules.phone_line import CallFlow, Waiting
from rules.places import Places
from rules.reading import Reading


def check_waiting(reading: Reading, ruleset: Ruleset, flow: CallFlow, places: Places) -> None:
    """Report a queue that a caller could be in without end, and offers and overflows that never come."""
    waiting = flow.waiting
    if waiting is None:
        return
    if waiting.overflow is None and waiting.offer is None:
        hint = "give it an `overflow` to the next team, or an `offer` of being called back"
        message = "`waiting` has no way out: while nobody is free, a caller waits without end"
        reading.findings.error(places.at("waiting"), message, hint)
    if waiting.offer is None:
        for team in ruleset.teams.values():
            _check_way_out(reading, ruleset, team, waiting)


def _check_way_out(reading: Reading, ruleset: Ruleset, team: Team, waiting: Waiting) -> None:
    """An overflow is a way out only where somebody else has a telephone, or the team has a switchboard."""
    endless = any(phone.at_once is None for phone in team.telephones)
    others = any(ruleset.teams[key].telephones for key in team.escalation if key in ruleset.teams)
    if team.telephones and not endless and not others and waiting.overflow is not None:
        hint = "give it an `escalation` to a team with a telephone, or callers an `offer`"
        message = f"who waits for {quoted(team.key)} can overflow to nobody"
        reading.findings.error(team.mark, message, hint)
