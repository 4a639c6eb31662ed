"""What should be looked at in messages: words that are hard to read, times that nothing promises, lost languages."""

import re
from collections.abc import Iterator
from typing import Final

from rules.landlord import Message, Ruleset
from rules.model import REPLY, Span
from rules.nodes import quoted
from rules.notices import STANDARD_NOTICES
from rules.readability import reading_age
from rules.reading import Reading
from rules.words_of_ours import STANDARD_WORDS

_SENTENCE: Final = re.compile(r"[^.!?\n]+")
_OURS: Final = re.compile(r"\bwe\b|\bwe['’]ll\b|\byou will (?:hear|have|get)\b|\{team\}", re.IGNORECASE)
_TIME: Final = re.compile(
    r"\b(\d{1,3}|one|two|three|four|five|six|seven|ten)\s+((?:working |open )?(?:minute|hour|day|week|month)s?)\b",
    re.IGNORECASE,
)
_NUMBERS: Final = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "ten": 10}


def check_messages(reading: Reading, ruleset: Ruleset) -> None:
    """Warn of messages to customers that are hard to read, promise a time of their own, or lose a language."""
    for message in ruleset.messages.values():
        if message.key in STANDARD_NOTICES or not message.mark.file:
            continue
        for problem, hint in _problems(message, ruleset):
            reading.findings.warning(message.mark, f"message {quoted(message.key)} {problem}", hint)


def _problems(message: Message, ruleset: Ruleset) -> Iterator[tuple[str, str]]:
    age, most = reading_age(message.texts.get("en", "")), ruleset.landlord.reading_age
    if age is not None and age > most:
        hint = "use shorter sentences and words, or raise `reading_age` in the landlord section"
        yield f"takes a reader of about {age:.0f} years, and {most} is what everybody should be able to read", hint
    for promised in _promises(message, ruleset):
        hint = "write {due}, which is the time that is really set, or give the journey this timescale"
        yield f"promises {quoted(promised)}, which no timescale of its journeys does", hint
    for code in message.texts if message.subject else ():
        if code != "en" and code not in message.subjects:
            hint = f"write `subjects:` by language, with `{code}` among them"
            yield f"has a text in {quoted(code)} and its subject only in English", hint


def _promises(message: Message, ruleset: Ruleset) -> Iterator[str]:
    """The times that a message says we keep, and that none of the journeys and rules which send it sets."""
    if message.key in {REPLY, *STANDARD_WORDS}:
        return
    kept = {str(span) for span in _kept(message.key, ruleset)}
    for sentence in _SENTENCE.findall(message.texts.get("en", "")):
        if not _OURS.search(sentence):
            continue
        for count, unit in _TIME.findall(sentence):
            number = _NUMBERS.get(count.lower(), 0) or int(count)
            promised = f"{number} {unit.lower().removesuffix('s')}{'s' if number != 1 else ''}"
            if promised not in kept:
                yield promised


def _kept(key: str, ruleset: Ruleset) -> Iterator[Span]:
    for journey in ruleset.journeys.values():
        if journey.message == key:
            yield from journey.timescales.values()
            yield from (step.within for step in journey.steps if step.within)
    for rule in (*ruleset.owner, *ruleset.handling):
        if rule.then.message == key:
            yield from (span for _, span in rule.then.due)
