"""What can be written in a rule, each with its meaning and an example: groups, operators, outcomes and a rule's keys.

Together with the fields (rules/fields.py) this is what the reference in docs/rules.md, the JSON Schemas and the editor
in the browser are made of.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that can be written: its name, what it means, and an example of it in YAML."""

    name: str
    meaning: str
    example: str


def _table(*entries: tuple[str, str, str]) -> Mapping[str, Entry]:
    return MappingProxyType({name: Entry(name, meaning, example) for name, meaning, example in entries})


RULE: Final = _table(
    ("rule", "What the rule is called; no other has the name", "rule: wasps and bees"),
    ("when", "The conditions, all of which have to hold; without it the rule always fits", "when: {channel: phone}"),
    ("then", "What happens then", "then: {team: repairs}"),
    (
        "for",
        (
            "What the rule is for: `adjustments`, `safety`, `preferences` or `defaults`. It settles what counts where "
            "rules say different things; without it that follows from what the rule asks"
        ),
        "for: safety",
    ),
    ("because", "Why, in words that a tenant would accept", "because: Gas cannot wait."),
    ("examples", "Contacts that it decides, or with `not: true` does not", "examples: [{says: I smell gas}]"),
)

GROUPS: Final = _table(
    ("any", "At least one of these conditions holds", "any: [{channel: phone}, {menu: 1}]"),
    ("all", "Every one of these conditions holds", "all: [{channel: phone}, {menu: 1}]"),
    (
        "not",
        "None of a list of conditions holds; of a mapping, not all of it holds at once",
        "not: [{channel: phone}, {menu: 1}]",
    ),
)

OPERATORS: Final = _table(
    ("is", "It is this, or one of a list; a set has at least one of them. The same as writing no operator", "{is: 2}"),
    ("not", "It is known, and is none of these; or it is known not to be as these operators say", "{not: [1, 2]}"),
    ("any", "It is one of these; a set has at least one of them. The same as a list", "{any: [1, 2]}"),
    ("all", "A set has every one of these", "{all: [young-child, pregnant]}"),
    ("at_least", "It is this or more; a time or date is this or later", "{at_least: 2}"),
    ("below", "It is less than this; a time or date is before it", "{below: 2}"),
    (
        "between",
        "It is from the first to the last, both included; a time may run past midnight, a season past the new year",
        "{between: [1, 5]}",
    ),
    (
        "mentions",
        "The text has one of these words or expressions in it, whole, or another form of the word, whatever the case",
        "{mentions: [ombudsman, stage 2]}",
    ),
    ("matches", "One of these patterns (regular expressions as in RE2) is found in it", '{matches: "[.]gov[.]uk$"}'),
    ("open", "At least one of these teams is open", "{open: [repairs, assets]}"),
    ("closed", "At least one of these teams is closed", "{closed: repairs}"),
    ("present", "It is known", "{present: true}"),
    ("absent", "It is not known", "{absent: true}"),
)

OUTCOMES: Final = _table(
    (
        "team",
        (
            "Owns it; `journey` means the journey's own team or, without a journey, the one that the menu key or "
            "mailbox stands for. In owner rules only, and always"
        ),
        "team: repairs",
    ),
    ("also", "Teams that help, beside the owner and never instead of it", "also: [safeguarding]"),
    (
        "priority",
        "How urgent it is: `emergency`, `high`, `normal` or `low`; the most urgent one counts",
        "priority: high",
    ),
    ("ask", "More of the `questions` to ask at first contact", "ask: [is-everyone-out]"),
    ("instructions", "What the colleague has to know", "instructions: [Ring before you visit.]"),
    ("due", "Times by name, each of which can only make a journey's time shorter", "due: {respond: 2 hours}"),
    ("message", "Which of the `messages` is the acknowledgement", "message: gas-escape"),
    (
        "take_over",
        "Also takes it from the team that has an open enquiry about it; this is recorded as a transfer",
        "take_over: true",
    ),
    (
        "queue",
        "Where it stands among those of its priority: `first`, or `last`; without it, by what is due soonest",
        "queue: first",
    ),
    (
        "reply",
        (
            "By which channels the customer is answered, in order, as far as adjustments allow; or `none` for no "
            "acknowledgement and no reply"
        ),
        "reply: [letter, email]",
    ),
    (
        "escalate",
        (
            "Who is told, one after the other, while nobody acknowledges it, and after which time; either may be left "
            "out. What is no emergency is escalated only where a rule says so"
        ),
        "escalate: {after: 15 minutes, to: [safeguarding]}",
    ),
    (
        "offer_callback",
        "Whether the colleague offers to ring back; nobody whose adjustments forbid calls is offered one",
        "offer_callback: true",
    ),
    (
        "skip_menu",
        "Whether a caller is put through without hearing the menu, by what is known before it: who rings, and when",
        "skip_menu: true",
    ),
)
