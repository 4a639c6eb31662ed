"""What a contact is about, added to its facts: the journey, how surely, and the team that the way in stands for."""

from collections.abc import Mapping

from rules.call_flow import entry_of, option_at
from rules.landlord import Ruleset
from rules.model import Facts, FactValue
from rules.recognise import Recogniser

GIVEN = 1.0
"""The confidence in a journey that was chosen, by a form or a menu key, not recognised in words."""


def with_journey(facts: Facts, ruleset: Ruleset, recogniser: Recogniser) -> Facts:
    """The facts with `journey`, `confidence` and `chosen_team` where they can be known.

    A journey that is given stays; else it is the one that the words are about; else the one that the menu key pressed
    or the mailbox written to stands for.
    """
    chosen = stands_for(facts, ruleset)
    known: dict[str, FactValue] = {"chosen_team": chosen["team"]} if "team" in chosen else {}
    return {**known, **_journey(facts, recogniser, chosen), **facts}


def read_alike(one: Ruleset, other: Ruleset) -> bool:
    """Whether two rulesets make the same of any contact's words and way in, so that neither needs reading again."""
    return _readable(one) == _readable(other)


def _readable(ruleset: Ruleset) -> object:
    journeys = [(each.key, each.words, each.phrases) for each in ruleset.journeys.values()]
    menu = [(each.key, each.journey, each.team) for each in ruleset.calls.menu] if ruleset.calls else []
    ways = [(address, named.get("journey"), named.get("team")) for address, named in ruleset.mailboxes.items()]
    return journeys, menu, ways


def _journey(facts: Facts, recogniser: Recogniser, chosen: Mapping[str, str]) -> dict[str, FactValue]:
    if "journey" in facts:
        return {"confidence": GIVEN}
    journey, confidence = recogniser.journey(str(facts.get("text", "")))
    if journey is not None:
        return {"journey": journey, "confidence": confidence}
    return {"journey": chosen["journey"], "confidence": GIVEN} if "journey" in chosen else {}


def stands_for(facts: Facts, ruleset: Ruleset) -> Mapping[str, str]:
    """The `journey` or `team` of the menu key that was pressed, else of the number called or the mailbox written to."""
    called = str(facts.get("recipient", ""))
    if ruleset.calls is not None:
        option = option_at(ruleset.calls, called, str(facts["menu"])) if "menu" in facts else None
        meant = option or entry_of(ruleset.calls, called)
        if meant.journey or meant.team:
            return {"journey": meant.journey} if meant.journey else {"team": str(meant.team)}
    return ruleset.mailboxes.get(called, {})
