"""Whether who may leave a message hears how, is called back, and has an emergency one key away; pure."""

from collections.abc import Iterator
from typing import Final

from rules.call_flow import ways
from rules.landlord import Ruleset
from rules.model import Mark, Priority
from rules.nodes import quoted
from rules.phone_line import Voicemail
from rules.reading import Reading

WAITING: Final = "waiting"


def check_voicemail(reading: Reading, ruleset: Ruleset, mark: Mark) -> None:
    """Report a key that leads to no voicemail, and a voicemail without help, without a promise, or without a moment."""
    flow = ruleset.calls
    if flow is None:
        return
    voicemail = flow.voicemail
    asked = sorted({path for _, path, option in ways(flow) if option.voicemail})
    if voicemail is None:
        for path in asked:
            message = f"the key {path} leads to a voicemail, and there is none"
            reading.findings.error(mark, message, "add `voicemail` with what is said before the tone")
        return
    for message, hint in _mistakes(ruleset, voicemail):
        reading.findings.error(mark, message, hint)
    if flow.missed is None:
        message = "who leaves a voicemail is promised no call, as there is no `missed`"
        reading.findings.warning(mark, message, "add `missed`, so that they are rung back")


def _mistakes(ruleset: Ruleset, voicemail: Voicemail) -> Iterator[tuple[str, str]]:
    urgent = {key for key, journey in ruleset.journeys.items() if journey.priority is Priority.EMERGENCY}
    if voicemail.emergency is None:
        if urgent:
            hint = "give it an `emergency` with a key and the journey that it leads to"
            yield "in `voicemail` an emergency is more than one key away", hint
    elif urgent and voicemail.emergency.journey in ruleset.journeys.keys() - urgent:
        hint = f"its journey has to be one of: {', '.join(sorted(urgent))}"
        yield f"the `emergency` of `voicemail` leads to {quoted(voicemail.emergency.journey)}, which is none", hint
    if WAITING in voicemail.when:
        yield from _mistakes_of_waiting(ruleset, voicemail)


def _mistakes_of_waiting(ruleset: Ruleset, voicemail: Voicemail) -> Iterator[tuple[str, str]]:
    waiting = ruleset.calls.waiting if ruleset.calls else None
    if waiting is None:
        yield "`voicemail` is for who is waiting, and nobody waits", "add `waiting`, or keep `when: closed`"
        return
    overflow = waiting.overflow
    if overflow is not None and voicemail.after_minutes < overflow.after_minutes:
        hint = f"let `after_minutes` be at least {overflow.after_minutes}, as that of `overflow`"
        yield "a caller would be sent to the voicemail before the next team is tried", hint
