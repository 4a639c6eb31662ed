"""Whether the voice that callers hear can speak slowly to those who need it."""

from typing import Final

from rules.landlord import Ruleset
from rules.nodes import quoted
from rules.phone_line import CallFlow
from rules.places import Places
from rules.reading import Reading

SLOWED: Final = ("Polly.", "Google.")
"""What the names of voices begin with that can."""


def check_voice(reading: Reading, ruleset: Ruleset, flow: CallFlow, places: Places) -> None:
    """Warn of an adjustment that the voice cannot keep to."""
    slow = [each for each in ruleset.adjustments.values() if each.slower_speech]
    if flow.voice.startswith(SLOWED) or not slow:
        return
    names = " and ".join(quoted(each.key) for each in slow)
    message = f"the voice of `calls` cannot speak slowly, as {names} asks for"
    hint = "give `voice` one that can, such as Polly.Amy or Google.en-GB-Standard-A"
    reading.findings.warning(places.at("voice"), message, hint)
