"""Words that the engine itself puts into messages: the landlord may write them anew, and in other languages."""

from typing import Final

from rules.landlord import Message
from rules.model import Mark

NO_TIME: Final = "no-time"
"""What {due} is where no time is set, or the one that was is over."""

NO_JOURNEY: Final = "no-journey"
"""What {journey} is where it is not known what an enquiry is about."""

_HERE: Final = Mark("", 1, 1)
STANDARD_WORDS: Final = {
    NO_TIME: Message(NO_TIME, "", {"en": "the earliest time we can"}, _HERE),
    NO_JOURNEY: Message(NO_JOURNEY, "", {"en": "your enquiry"}, _HERE),
}
