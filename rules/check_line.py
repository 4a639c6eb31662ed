"""The check of the section `calls`: every path ends with a person, a promise or an answer, and is heard as written."""

from rules.check_keys import check_keys
from rules.check_menus import check_menus
from rules.check_returning import check_returning
from rules.check_voice import check_voice
from rules.check_voicemail import check_voicemail
from rules.check_waiting import check_waiting
from rules.landlord import Ruleset
from rules.phone_line import CallFlow
from rules.places import Places
from rules.reading import Reading


def check_line(reading: Reading, ruleset: Ruleset, flow: CallFlow, places: Places) -> None:
    """Report what callers would get lost in, would wait in without end, or cannot be kept to."""
    check_menus(reading, ruleset, flow, places)
    check_waiting(reading, ruleset, flow, places)
    check_returning(reading, flow, places)
    check_voice(reading, ruleset, flow, places)
    check_voicemail(reading, ruleset, flow, places)
    check_keys(reading, flow, places)
