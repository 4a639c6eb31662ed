"""A made-up contact decided by one ruleset and put into words, and what can be chosen for such a contact."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from router import beside, checking
from router.live import LiveRuleset
from rules.constraints import constraints
from rules.decide import decide
from rules.explain import explain
from rules.given import WrongFactError, read_given
from rules.intent import Person
from rules.landlord import Ruleset
from rules.model import Facts, Outcome, Then
from rules.recognised import with_journey
from rules.results import results

ONE_OF: Final = ("customer.tenure", "customer.language", "customer.patch")
SEVERAL: Final = ("customer.household", "customer.vulnerabilities", "customer.preferences")
ADJUSTMENTS: Final = "customer.adjustments"
LEAST_SHOWN: Final = 0.01
"""A runner-up less likely than this says nothing."""
Given = Mapping[str, Any]
Pairs = list[tuple[str, str]]


def tried(title: str, rules: LiveRuleset, given: Given, now: datetime) -> dict[str, Any]:
    """What one ruleset makes of a contact, in words; `wrong` says which of its values this ruleset does not know."""
    try:
        read = read_given(given, rules.ruleset)
        return {"title": title, "wrong": "", **_decided(read.facts, read.at or now, rules, given)}
    except WrongFactError as error:
        return {"title": title, "wrong": str(error)}
    except (OverflowError, ValueError):  # by the year 9999, as far as times go
        return {"title": title, "wrong": "the date is too far away for a calendar"}


def tried_on(title: str, files: Mapping[str, str], given: Given, now: datetime) -> dict[str, Any]:
    """The same by files that can be read as rules and are not live, in a process beside this one."""
    return beside.run(_tried_on, title, tuple(sorted(files.items())), dict(given), now)


def _tried_on(title: str, files: tuple[tuple[str, str], ...], given: Given, now: datetime) -> dict[str, Any]:
    return tried(title, checking.ready(files), given, now)


def side_by_side(first: dict[str, Any], *others: dict[str, Any]) -> list[dict[str, Any]]:
    """Results beside each other: those after the first with `differs`, the names of what comes out differently."""
    return [first | {"differs": frozenset()}, *(each | {"differs": _differing(first, each)} for each in others)]


def _differing(first: Mapping[str, Any], other: Mapping[str, Any]) -> frozenset[str]:
    if first["wrong"] or other["wrong"]:
        return frozenset()
    return frozenset(name for name, value in other.items() if name != "title" and value != first[name])


def _decided(known: Facts, at: datetime, rules: LiveRuleset, given: Given) -> dict[str, Any]:
    facts = with_journey(known, rules.ruleset, rules.recogniser)
    told = explain(rules.compiled, facts, at)
    said = told.sentences()
    return {
        **_outcome(decide(rules.compiled, facts, at), rules.ruleset),
        **_recognised(facts, given, rules),
        "needs": list(_needs(given.get(ADJUSTMENTS, ()), rules.ruleset)),
        "why": said[: len(said) - len(told.changes) - len(told.lost)],
        "unfit": [str(each) for each in told.lost],
        "changes": told.changes,
    }


def _outcome(outcome: Outcome, ruleset: Ruleset) -> dict[str, Any]:
    return {
        "rule": outcome.rule,
        "owner": ruleset.teams[outcome.team].name,
        "also": [ruleset.teams[key].name for key in outcome.also],
        "priority": outcome.priority.value,
        "due": [{"name": name.replace("-", " "), "at": at} for name, at in sorted(outcome.due.items())],
        "ask": [ruleset.questions.get(key, key) for key in outcome.ask],
        "instructions": list(outcome.instructions),
        "message": outcome.message or "",
        "take_over": outcome.take_over,
        "handling": list(outcome.handling),
        "served": list(results(_served(outcome), ruleset)) if _served(outcome) != Then() else [],
    }


def _served(outcome: Outcome) -> Then:
    """What the rules came to beside owner, priority and times, as one rule would say it."""
    wishes = outcome.wishes
    return Then(
        queue=outcome.queue,
        escalate=outcome.escalate,
        reply=wishes.by,
        offer_callback=wishes.offer_callback or None,
        skip_menu=wishes.skip_menu or None,
    )


def _recognised(facts: Facts, given: Given, rules: LiveRuleset) -> dict[str, Any]:
    """The journey, how it came to be that, and what came next."""
    journeys = rules.ruleset.journeys
    found = rules.recogniser.recognise(str(given["says"]))
    journey = str(facts["journey"]) if "journey" in facts else None
    by_words = "journey" not in given and journey is not None and journey == found.journey
    others = ((journeys[key].name, share) for key, share in found.runners_up if share >= LEAST_SHOWN)
    return {
        "journey": journeys[journey].name if journey is not None else "",
        "how": f"{found.confidence:.0%} sure, from: {', '.join(found.words)}" if by_words else "",
        "runners_up": [f"{name}, {share:.0%}" for name, share in others],
    }


def _needs(keys: Iterable[str], ruleset: Ruleset) -> Iterator[str]:
    """What the customer's adjustments ask of whoever serves them."""
    held = constraints(Person(adjustments=dict.fromkeys(keys, "")), ruleset)
    yield from held.because
    if held.call_prefix:
        yield f"Dial {held.call_prefix} before the number."
    if held.formats:
        yield f"Written answers in: {', '.join(held.formats).replace('-', ' ')}."
    yield from held.instructions


def options(rulesets: Sequence[Ruleset]) -> dict[str, Pairs]:
    """What can be chosen in each field of the form, as (value, text) pairs, by any of these rulesets."""
    return {
        "channel": _pairs((each.key, each.name) for ruleset in rulesets for each in ruleset.channels.values()),
        "journey": [("", "Recognise it from what they say"), *_journeys(rulesets)],
        "recipient": [("", "Not known"), *_pairs((each, each) for ruleset in rulesets for each in _addresses(ruleset))],
        "menu": [("", "None"), *_pairs(pair for ruleset in rulesets for pair in _menu(ruleset))],
        ADJUSTMENTS: _pairs((each.key, each.name) for ruleset in rulesets for each in ruleset.adjustments.values()),
        **{name: [("", "Not known"), *_values(name, rulesets)] for name in ONE_OF},
        **{name: _values(name, rulesets) for name in SEVERAL},
    }


def _pairs(found: Iterable[tuple[str, str]]) -> Pairs:
    return list(dict(found).items())


def _journeys(rulesets: Sequence[Ruleset]) -> Pairs:
    found = _pairs((each.key, each.name) for ruleset in rulesets for each in ruleset.journeys.values())
    return sorted(found, key=lambda pair: pair[1])


def _addresses(ruleset: Ruleset) -> Iterator[str]:
    yield from ruleset.calls.numbers if ruleset.calls else ()
    yield from ruleset.mailboxes


def _menu(ruleset: Ruleset) -> Iterator[tuple[str, str]]:
    for option in ruleset.calls.menu if ruleset.calls else ():
        yield option.key, f"{option.key}: {option.says}"


def _values(name: str, rulesets: Sequence[Ruleset]) -> Pairs:
    return _pairs((value, value.replace("-", " ")) for ruleset in rulesets for value in ruleset.values.get(name, ()))
