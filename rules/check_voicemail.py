"""Whether who may leave a message hears how, is called back, and has an emergency one key away; pure."""

from collections.abc import Iterator
from typing import Final, NamedTuple

from rules.call_flow import options_of
from rules.landlord import Ruleset
from rules.model import Priority
from rules.nodes import quoted
from rules.phone_line import CallFlow, Voicemail
from rules.places import Places
from rules.reading import Reading

WAITING: Final = "waiting"


class _Mistake(NamedTuple):
    """What is wrong with an entry of `voicemail`, which stands under these keys, and what to do."""

    where: tuple[str, ...]
    message: str
    hint: str


def check_voicemail(reading: Reading, ruleset: Ruleset, flow: CallFlow, places: Places) -> None:
    """Report a key that leads to no voicemail, and a voicemail without help, without a promise, or without a moment."""
    voicemail = flow.voicemail
    if voicemail is None:
        for where, option in options_of(flow):
            if option.voicemail:
                message = f"the key {option.key} leads to a voicemail, and there is none"
                hint = "add `voicemail` with what is said before the tone"
                reading.findings.error(places.at(*where, "voicemail"), message, hint)
        return
    for mistake in _mistakes(ruleset, flow, voicemail):
        reading.findings.error(places.at("voicemail", *mistake.where), mistake.message, mistake.hint)
    if flow.missed is None:
        message = "who leaves a voicemail is promised no call, as there is no `missed`"
        reading.findings.warning(places.at("voicemail"), message, "add `missed`, so that they are rung back")


def _mistakes(ruleset: Ruleset, flow: CallFlow, voicemail: Voicemail) -> Iterator[_Mistake]:
    urgent = {key for key, journey in ruleset.journeys.items() if journey.priority is Priority.EMERGENCY}
    if voicemail.emergency is None:
        if urgent:
            hint = "give it an `emergency` with a key and the journey that it leads to"
            yield _Mistake((), "in `voicemail` an emergency is more than one key away", hint)
    elif urgent and voicemail.emergency.journey in ruleset.journeys.keys() - urgent:
        hint = f"its journey has to be one of: {', '.join(sorted(urgent))}"
        message = f"the `emergency` of `voicemail` leads to {quoted(voicemail.emergency.journey)}, which is none"
        yield _Mistake(("emergency", "journey"), message, hint)
    if WAITING in voicemail.when:
        yield from _mistakes_of_waiting(flow, voicemail)


def _mistakes_of_waiting(flow: CallFlow, voicemail: Voicemail) -> Iterator[_Mistake]:
    if flow.waiting is None:
        message = "`voicemail` is for who is waiting, and nobody waits"
        yield _Mistake(("when",), message, "add `waiting`, or keep `when: closed`")
        return
    overflow = flow.waiting.overflow
    if overflow is not None and voicemail.after_minutes < overflow.after_minutes:
        hint = f"let `after_minutes` be at least {overflow.after_minutes}, as that of `overflow`"
        message = "a caller would be sent to the voicemail before the next team is tried"
        yield _Mistake(("after_minutes",), message, hint)
