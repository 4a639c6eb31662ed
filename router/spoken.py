"""What callers say in place of pressing a key: asked for in the first question, and what is made of the words."""

from dataclasses import replace
from datetime import timedelta
from functools import lru_cache
from itertools import chain, zip_longest
from typing import Final

from channels.inbound import Inbound, Progress
from channels.replies import Menu, Say, Speech
from router.live import LiveRuleset
from rules import call_flow
from rules.landlord import Ruleset
from rules.model import Priority
from rules.phone_line import MenuOption

SAID: Final = "menu-said"
"""The part of a call on which something was said in place of a key."""


def _options_at(ruleset: Ruleset, number: str) -> tuple[MenuOption, ...]:
    """The keys of the first question on a call to this number."""
    menu = call_flow.menu_at(ruleset.calls, number, "") if ruleset.calls else None
    return menu.options if menu else ()


def after_emergencies(question: Menu, number: str, ruleset: Ruleset, said: str) -> Menu:
    """The first question with something said in it after the keys for an emergency, and before all others."""
    options = _options_at(ruleset, number)
    urgent = {spoken_key(option) for option in options if is_emergency(option.journey, ruleset)}
    keys = {spoken_key(option) for option in options}
    before = [place for place, prompt in enumerate(question.prompts, 1) if prompt.text in urgent]
    first = next((place for place, prompt in enumerate(question.prompts) if prompt.text in keys), len(question.prompts))
    place = max(before, default=first)
    more = replace(question.prompts[0], text=said) if question.prompts else Say(said)
    return replace(question, prompts=(*question.prompts[:place], more, *question.prompts[place:]))


def spoken_key(option: MenuOption) -> str:
    """What is said of a key."""
    return f"{option.says}, press {option.key}."


def is_emergency(journey: str | None, ruleset: Ruleset) -> bool:
    """Whether what a key stands for is an emergency."""
    return journey is not None and ruleset.journeys[journey].priority is Priority.EMERGENCY


def asked_for(question: Menu, number: str, ruleset: Ruleset) -> Menu:
    """The first question, with words taken for an answer too where the landlord lets callers say what it is about."""
    flow = ruleset.calls
    if flow is None or flow.speech is None:
        return question
    heard = after_emergencies(question, number, ruleset, flow.speech.says)
    return replace(heard, speech=Speech(flow.language, hints(ruleset)))


@lru_cache(maxsize=16)
def hints(ruleset: Ruleset) -> tuple[str, ...]:
    """The words that callers may say, the most needed first: urgent ones, the landlord's own, each journey's best."""
    own = ruleset.calls.speech.hints if ruleset.calls and ruleset.calls.speech else ()
    of_journeys = chain.from_iterable(zip_longest(*(journey.words for journey in ruleset.journeys.values())))
    return tuple(dict.fromkeys(each for each in (*ruleset.urgent, *own, *of_journeys) if each))


def understood(inbound: Inbound, live: LiveRuleset, patience: timedelta) -> Inbound:
    """Words that were said, with how far the call is by them: enough to decide on, or the keys have to be heard first.

    Urgent words come first: unless they are about an emergency of their own, they are what the key for one stands for.
    """
    journey, _ = live.recogniser.journey(inbound.text)
    if live.urgency.urgent(inbound.text):
        urgent = "" if is_emergency(journey, live.ruleset) else _emergency(inbound, live.ruleset)
        return replace(inbound, facts={**inbound.facts, "journey": urgent}) if urgent else inbound
    return inbound if journey else replace(inbound, progress=Progress.WAIT, patience=patience)


def _emergency(inbound: Inbound, ruleset: Ruleset) -> str:
    """What the emergency key of the first question stands for; without one, the first emergency that there is."""
    number = inbound.recipients[0].value if inbound.recipients else ""
    keys = (option.journey for option in _options_at(ruleset, number) if option.journey)
    return next((key for key in (*keys, *ruleset.journeys) if is_emergency(key, ruleset)), "")
