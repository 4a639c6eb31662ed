"""Rulesets and contacts made up for benchmarks of deciding: mixed conditions, words, and the same as YAML."""

import random
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

from rules.compile import Compiled, compile_rules
from rules.landlord import Ruleset
from rules.model import All, Any, Condition, Facts, Not, Op
from tests.unit.rules_deciding.builders import JOURNEYS, TEAMS, asks, is_, mentions, rule, ruleset

ROOT = Path(__file__).parents[2]
PATCHES = [f"patch-{number}" for number in range(60)]
ADJUSTMENTS = ("text-relay", "large-print", "easy-read")
HOUSEHOLDS = ("young-child", "older-person", "pregnant")


def conditions(draw: random.Random) -> list[Condition]:
    """One of each kind of condition, of which a rule takes four."""
    return [
        is_("channel", *draw.sample(("phone", "sms", "email", "chat"), 2)),
        is_("journey", draw.choice(JOURNEYS).key),
        is_("customer.patch", *draw.sample(PATCHES, 3)),
        Not(is_("customer.tenure", draw.choice(("leaseholder", "sheltered", "shared-owner")))),
        asks("repeat_contacts", Op.AT_LEAST, draw.randrange(1, 5)),
        asks("confidence", Op.BELOW, draw.randrange(1, 100) / 100),
        is_("customer.household", draw.choice(HOUSEHOLDS)),
        Not(is_("customer.adjustments", draw.choice(ADJUSTMENTS))),
        asks("hours", draw.choice((Op.OPEN, Op.CLOSED)), draw.choice(list(TEAMS))),
        asks("time", Op.AT_LEAST, f"{draw.randrange(24):02}:{draw.choice(('00', '15', '30'))}"),
        Any((is_("channel", "phone"), All((is_("sender.known", True), is_("language", draw.choice(("en", "pl"))))))),
    ]


def facts(draw: random.Random, known: float = 0.9) -> Facts:
    """What may be known of one contact: each field with this probability."""
    everything: Facts = {
        "channel": draw.choice(("phone", "sms", "email", "chat")),
        "journey": draw.choice(JOURNEYS).key,
        "customer.patch": draw.choice(PATCHES),
        "customer.tenure": draw.choice(("leaseholder", "sheltered", "general-needs")),
        "repeat_contacts": draw.randrange(5),
        "confidence": draw.random(),
        "customer.household": frozenset(draw.sample(HOUSEHOLDS, draw.randrange(3))),
        "customer.adjustments": frozenset(draw.sample(ADJUSTMENTS[:2], draw.randrange(2))),
        "sender.known": True,
        "language": "en",
    }
    return {name: value for name, value in everything.items() if draw.random() < known}


def moment(draw: random.Random) -> datetime:
    """A minute of a year."""
    return datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=draw.randrange(525_600))


def mixed(count: int, draw: random.Random) -> Ruleset:
    """So many rules of four conditions, the last of which takes everything."""
    rules = [
        rule(f"rule {number}", All(tuple(draw.sample(conditions(draw), 4))), draw.choice(list(TEAMS)))
        for number in range(count - 1)
    ]
    return ruleset(*rules, rule("everyone else"))


def narrow(count: int, draw: random.Random) -> Ruleset:
    """As many rules of four conditions, each for one journey, patch and channel, so that any of them may win."""
    rules = [
        rule(
            f"rule {number}",
            All(
                (
                    is_("customer.patch", draw.choice(PATCHES)),
                    is_("journey", draw.choice(JOURNEYS).key),
                    is_("channel", draw.choice(("phone", "sms", "email", "chat"))),
                    draw.choice(conditions(draw)[3:]),
                )
            ),
            draw.choice(list(TEAMS)),
        )
        for number in range(count - 1)
    ]
    return ruleset(*rules, rule("everyone else"))


def vocabulary() -> list[str]:
    """English words, the likeliest first: those of our own documentation, as they come."""
    text = " ".join(file.read_text() for file in sorted((ROOT / "docs").glob("*.md")))
    return list(dict.fromkeys(re.findall(r"[a-z]{3,}", text.lower())))[:4_000]


def worded(count: int, draw: random.Random) -> Compiled:
    """So many rules, each of which looks for four expressions of one to three words."""
    words = vocabulary()
    wanted = [[" ".join(draw.sample(words, draw.choice((1, 1, 2, 3)))) for _ in range(4)] for _ in range(count - 1)]
    rules = [rule(f"rule {number}", mentions(*each)) for number, each in enumerate(wanted)]
    return compile_rules(ruleset(*rules, rule("everyone else")))


def message(draw: random.Random) -> str:
    """A message of a hundred words, a few of them often and most of them seldom."""
    words = vocabulary()
    return " ".join(draw.choices(words, [1 / (place + 1) for place in range(len(words))], k=100)).capitalize() + "."


def written(count: int, draw: random.Random, landlord: Ruleset) -> bytes:
    """So many owner rules of four conditions as YAML, in the words of this landlord."""
    return "".join(["owner:\n", *(_rule(number, draw, landlord) for number in range(count))]).encode()


def _rule(number: int, draw: random.Random, landlord: Ruleset) -> str:
    conditions = [
        "channel: [{}, {}]".format(*draw.sample(list(landlord.channels), 2)),
        f"journey: {draw.choice(list(landlord.journeys))}",
        "customer.patch: [{}, {}]".format(*draw.sample(landlord.values["customer.patch"], 2)),
        f"customer.tenure: {{not: {draw.choice(landlord.values['customer.tenure'])}}}",
        f"repeat_contacts: {{at_least: {draw.randrange(1, 5)}}}",
        f"confidence: {{below: 0.{draw.randrange(10, 99)}}}",
        f"customer.adjustments: {draw.choice(list(landlord.adjustments))}",
        f"hours: {{{draw.choice(('open', 'closed'))}: {draw.choice(list(landlord.teams))}}}",
        f"time: {{at_least: {draw.randrange(24):02}:30}}",
        f"text: {{mentions: [{draw.choice(('leak', 'solicitor', 'councillor'))}, complaint]}}",
        "any: [{channel: phone}, {all: [{sender.known: true}, {language: en}]}]",
    ]
    when = "".join(f"      {each}\n" for each in draw.sample(conditions, 4))
    return (
        f"  - rule: made up {number}\n    when:\n{when}"
        f"    then: {{team: {draw.choice(list(landlord.teams))}, priority: high}}\n"
        f"    because: Rule {number} says so.\n    examples: [{{channel: phone, says: I can smell gas}}]\n"
    )
