"""What a colleague hears before a caller is put through to them, and what a machine must not."""

import pytest

from router.telephony import whisper
from router.telephony.whisper import Caller

PLAIN = Caller(team="Repairs")
FULL = Caller(
    team="Repairs",
    name="Mrs Ada Bell",
    journey="Damp and mould",
    priority="high",
    because="A young child lives there",
    interpreter="Polish",
    prefix="18002",
    duties=("Speak slowly.",),
    instructions=("Speak slowly.", "Ask about breathing.", "Offer a visit.", "Third."),
)


@pytest.mark.parametrize(
    "caller,words",
    [
        (PLAIN, ("A call for Repairs.",)),
        (Caller(team="Repairs", priority="emergency"), ("An emergency call for Repairs.",)),
        (Caller(team="Hub", journey="Rent", priority="normal"), ("A call for Hub, about Rent.",)),
        (
            FULL,
            (
                "A call for Repairs, about Damp and mould, high priority.",
                "The caller is Mrs Ada Bell.",
                "They need an interpreter: Polish.",
                "They call by text relay. To ring back, dial 1 8 0 0 2 first.",
                "Speak slowly.",
                "A young child lives there.",
                "Ask about breathing.",
                "Offer a visit.",
            ),
        ),
    ],
)
def test_who_has_the_call_hears_all(caller: Caller, words: tuple[str, ...]) -> None:
    assert whisper.told(caller) == words


def test_a_machine_hears_nothing_of_who_it_is() -> None:
    offered = whisper.offered(FULL)
    assert offered == (
        "A call for Repairs, about Damp and mould, high priority.",
        "Press 1 to take it, or 2 to pass it on.",
    )
    assert offered[:1] + whisper.details(FULL) == whisper.told(FULL)
