"""The shapes of rules: conditions, facts, what then, and lengths of time, once the YAML has been checked."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import ClassVar, Final, NamedTuple

from rules.outcomes import NO_WISHES, Concern, Escalation, QueuePosition, Wishes

ACKNOWLEDGEMENT: Final = "acknowledgement"
"""The message that a customer is sent where neither the journey nor a rule names another."""

REPLY: Final = "reply"
"""The message that a colleague's answer is put into, as its {text}."""

RESPOND: Final = "respond"
"""The timescale of the first answer: the time that customers are told."""

JOURNEY_TEAM: Final = "journey"
"""As an owner rule's team: the journey's own; without a journey that of the menu key or mailbox, else the fallback."""


@dataclass(frozen=True, slots=True)
class Mark:
    """Where in the YAML something stands: file name relative to the landlord's folder, line and column from 1."""

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        """Write it as editors and terminals link it."""
        return f"{self.file}:{self.line}:{self.column}"


class Priority(StrEnum):
    """How soon, most urgent first."""

    EMERGENCY = "emergency"
    HIGH = "high"
    NORMAL = "normal"
    LOW = "low"

    @property
    def rank(self) -> int:
        """0 for the most urgent, larger for less."""
        return _RANKS[self]


_RANKS = {priority: rank for rank, priority in enumerate(Priority)}


# Conditions ------------------------------------------------------------------------------------------------------


class Op(StrEnum):
    """The operators of the rule language, one to a test."""

    IS = "is"
    """Equal to one of the operands; of a set: has at least one of them."""
    ALL = "all"
    """Of a set: has every one of the operands."""
    AT_LEAST = "at_least"
    BELOW = "below"
    BETWEEN = "between"
    """Both ends included; of times and seasons it may wrap round midnight or the new year."""
    MENTIONS = "mentions"
    MATCHES = "matches"
    OPEN = "open"
    CLOSED = "closed"
    PRESENT = "present"
    ABSENT = "absent"


@dataclass(frozen=True, slots=True)
class Test:
    """One field compared by one operator: the smallest condition.

    `operands` are normalised to the field's type (rules/fields.py): texts, keys and weekdays are str as written,
    numbers int or float, yes/no bool, a time "HH:MM", a date its ISO text, a day of a season "31 October", hours the
    keys of teams. `present` and `absent` have none, `between` exactly two. `not: x` inside a test is
    Not(Test(is, x)), several operators an All.
    """

    __test__: ClassVar[bool] = False

    field: str
    op: Op
    operands: tuple[str | int | float | bool, ...]
    mark: Mark


@dataclass(frozen=True, slots=True)
class All:
    """Every one of these conditions holds (an empty one always does)."""

    conditions: "tuple[Condition, ...]"


@dataclass(frozen=True, slots=True)
class Any:
    """At least one of these conditions holds."""

    conditions: "tuple[Condition, ...]"


@dataclass(frozen=True, slots=True)
class Not:
    """The condition is known not to hold: an unknown field satisfies neither a condition nor its Not."""

    condition: "Condition"


Condition = Test | All | Any | Not


# Facts and outcomes ------------------------------------------------------------------------------------------------

FactValue = str | int | float | bool | frozenset[str]
Facts = Mapping[str, FactValue]
"""What is known about one contact, by field name; a field that is unknown is not there at all."""


@dataclass(frozen=True, slots=True)
class Then:
    """What a rule says should happen. Everything but `team` may also stand in a handling rule.

    `team` is the key of a team or JOURNEY_TEAM; it is None in handling rules only.
    """

    team: str | None = None
    also: tuple[str, ...] = ()
    priority: Priority | None = None
    ask: tuple[str, ...] = ()
    """Keys of `questions` to ask at first contact, in order."""
    instructions: tuple[str, ...] = ()
    due: "tuple[tuple[str, Span], ...]" = ()
    """Timescales by name, each tightening the journey's one of that name."""
    message: str | None = None
    """Key of the acknowledgement in `messages`."""
    take_over: bool = False
    queue: QueuePosition | None = None
    reply: tuple[str, ...] | None = None
    """Channels to reply on, in order; empty where nobody is to be answered."""
    escalate: Escalation | None = None
    offer_callback: bool | None = None
    skip_menu: bool | None = None


@dataclass(frozen=True, slots=True)
class Example:
    """A checked example of a rule: this contact is (or, with `negated`, is not) decided by it.

    `says` is recognised unless `facts` has a journey; `at` is aware, in the landlord's zone.
    """

    facts: Facts
    says: str | None
    at: datetime | None
    negated: bool
    mark: Mark


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: a name, when it applies, what then, and why in words that a tenant would accept."""

    name: str
    when: Condition
    then: Then
    because: str
    examples: tuple[Example, ...]
    mark: Mark
    concern: Concern | None = None
    """What it says that it is for; else that follows from what it asks: see rules/precedence.py."""


class Outcome(NamedTuple):
    """What the rules say about one contact: the first owner rule that fits, and every handling rule that does.

    `due` maps a timescale's name to the moment it falls due (UTC). `near` names the earlier rules that came nearest;
    on what they failed is put into words by the explanation. `digest` covers the whole trail, so that an explanation
    computed again can be proven equal to the one that the decision was taken by.
    """

    rule: str
    because: str
    team: str
    also: tuple[str, ...]
    priority: Priority
    ask: tuple[str, ...]
    instructions: tuple[str, ...]
    due: Mapping[str, datetime]
    message: str | None
    take_over: bool
    handling: tuple[str, ...]
    near: tuple[str, ...]
    digest: str
    queue: QueuePosition | None = None
    escalate: Escalation | None = None
    wishes: Wishes = NO_WISHES


class Unit(StrEnum):
    """What a timescale is counted in."""

    WORKING_DAYS = "working days"
    OPEN_HOURS = "open hours"
    HOURS = "hours"
    """Clock hours, which run through nights, weekends and holidays."""
    WEEKS = "weeks"


@dataclass(frozen=True, slots=True)
class Span:
    """A length of time as the landlord counts it, such as 10 working days."""

    count: int
    unit: Unit

    def __str__(self) -> str:
        """Write it as people say it."""
        unit = self.unit.value
        return f"{self.count} {unit[:-1] if self.count == 1 else unit}"
