"""Rules and conditions in plain words: the names that people gave to things, never keys or operators."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

from rules.fields import FIELDS, FieldType
from rules.landlord import Ruleset
from rules.model import FactValue, Op, Test
from rules.moments import AXIS
from rules.normal import Every, Literal, Node

_NOUNS = {
    "channel": "the channel",
    "kind": "the kind of contact",
    "text": "the message",
    "subject": "the subject line",
    "language": "the language",
    "journey": "the journey",
    "confidence": "the confidence in the journey",
    "chosen_team": "the team that the menu key or mailbox stands for",
    "recipient": "the number or mailbox contacted",
    "menu": "the menu key pressed",
    "attachments": "the number of attachments",
    "sender.address": "the sender's address",
    "customer.tenure": "the customer's tenure",
    "customer.patch": "the customer's patch",
    "customer.language": "the customer's language",
    "customer.household": "the customer's household",
    "customer.vulnerabilities": "the customer's list of vulnerabilities",
    "customer.preferences": "the customer's list of preferences",
    "customer.adjustments": "the customer's list of adjustments",
    "repeat_contacts": "the number of earlier contacts about the same thing",
    "open_enquiries": "the number of the customer's open enquiries",
    "weekday": "the day",
    "time": "the time",
    "season": "the time of year",
    "date": "the date",
}
_YES = {
    "sender.known": ("the sender", "a customer we know"),
    "about.another": ("the contact", "about somebody other than the sender"),
    "holiday": ("the day", "a bank holiday"),
}
_VERBS = {
    "be": ("is", "is not", "been"),
    "include": ("includes", "does not include", "included"),
    "mention": ("mentions", "does not mention", "mentioned"),
    "match": ("matches", "does not match", "matched"),
}
_SETS = frozenset(name for name, field in FIELDS.items() if field.type is FieldType.SET)
_TEXTS = frozenset(name for name, field in FIELDS.items() if field.type is FieldType.TEXT)
_LONG_TEXTS = frozenset({"text", "subject"})
_ALWAYS_KNOWN = frozenset(name for name, field in FIELDS.items() if field.always)


@dataclass(frozen=True, slots=True)
class Clause:
    """A literal taken apart: who or what, which verb, the rest, and whether it is denied."""

    subject: str
    verb: str
    rest: str
    denied: bool
    doubtful: bool
    """The field may be unknown, and a denial has to say that it is known."""
    neither: bool = False
    """Several things are denied at once, and `rest` says so itself."""

    def states(self) -> str:
        """As a statement: *the channel is Phone call*."""
        known = "is known and " if self.denied and self.doubtful else ""
        return f"{self.subject} {known}{_VERBS[self.verb][self.denied and not self.neither]} {self.rest}"

    def supposes(self) -> str:
        """As after *had*: *the channel been Phone call*."""
        denied = self.denied and not self.neither
        return f"{self.subject} {'not ' if denied else ''}{_VERBS[self.verb][2]} {self.rest}"


@lru_cache(maxsize=16_384)
def clause(literal: Literal, ruleset: Ruleset) -> Clause:
    """The words of one literal."""
    test, denied = literal.test, literal.negated
    if test.op is Op.ABSENT:
        return Clause(noun(test.field), "be", "known", not denied, doubtful=False)
    if test.field in _YES and len(test.operands) == 1:
        subject, rest = _YES[test.field]
        return Clause(subject, "be", rest, denied is bool(test.operands[0]), doubtful=test.field not in _ALWAYS_KNOWN)
    if test.op in (Op.OPEN, Op.CLOSED):
        teams = [value("hours", each, ruleset) for each in test.operands]
        if denied and len(teams) > 1:
            return Clause(f"neither {' nor '.join(teams)}", "be", test.op.value, denied=False, doubtful=False)
        return Clause(listed(teams, "or"), "be", test.op.value, denied, doubtful=False)
    verb = {Op.MENTIONS: "mention", Op.MATCHES: "match"}.get(test.op, "include" if test.field in _SETS else "be")
    neither = denied and verb == "be" and test.op is Op.IS and len(test.operands) > 1
    rest = f"neither {_named(test, ruleset, 'nor')}" if neither else _rest(test, ruleset)
    return Clause(noun(test.field), verb, rest, denied, test.field not in _ALWAYS_KNOWN, neither)


def noun(field: str) -> str:
    """What a field is called in a sentence."""
    return _NOUNS.get(field) or (f"whether {' is '.join(_YES[field])}" if field in _YES else field)


def value(field: str, operand: object, ruleset: Ruleset) -> str:
    """The name of a value: a channel's, journey's, adjustment's or team's own, else its key without hyphens."""
    key = str(operand)
    named: Mapping[str, Mapping[str, object]] = {
        "channel": ruleset.channels,
        "journey": ruleset.journeys,
        "customer.adjustments": ruleset.adjustments,
        "chosen_team": ruleset.teams,
        "hours": ruleset.teams,
    }
    if field == "weekday":
        return key.capitalize()
    if field == "date":
        day = date.fromisoformat(key)
        return f"{day.day} {day:%B %Y}"
    found = named.get(field, {}).get(key)
    plain = key if field in ("time", "season", *_TEXTS) else key.replace("-", " ")
    return str(getattr(found, "name", plain))


def listed(items: Iterable[str], word: str) -> str:
    """Items as people list them: *a, b and c*."""
    *most, last = items
    return f"{', '.join(most)} {word} {last}" if most else last


def _rest(test: Test, ruleset: Ruleset) -> str:
    words = _apart([value(test.field, each, ruleset) for each in test.operands])
    match test.op:
        case Op.AT_LEAST:
            return f"{words[0]} or later" if test.field in AXIS else f"at least {words[0]}"
        case Op.BELOW:
            return f"before {words[0]}" if test.field in AXIS else f"below {words[0]}"
        case Op.BETWEEN:
            return f"from {words[0]} to {words[1]}"
        case Op.MENTIONS:
            return listed((f"“{each}”" for each in map(str, test.operands)), "or")
        case Op.MATCHES:
            return f"the pattern {listed(words, 'or')}"
        case _:
            return _named(test, ruleset, "or")


def _named(test: Test, ruleset: Ruleset, word: str) -> str:
    """The values of a test; what somebody wrote stands in quotes."""
    if test.field in _LONG_TEXTS:
        return listed((f"“{each}”" for each in test.operands), word)
    return listed(_apart([value(test.field, each, ruleset) for each in test.operands]), word)


def _apart(names: list[str]) -> list[str]:
    """Names in quotes where a list of them could be read in two ways."""
    unclear = len(names) > 1 and any(sign in name for name in names for sign in (", ", " or ", " and "))
    return [f"“{name}”" for name in names] if unclear else names


@lru_cache(maxsize=16_384)
def states(node: Node, ruleset: Ruleset, *, inside: bool = False) -> str:
    """A condition as a statement; a group that is not the whole of it stands in brackets."""
    if isinstance(node, Literal):
        return clause(node, ruleset).states()
    parts = [states(each, ruleset, inside=True) for each in node.parts]
    if not parts:
        return "nothing is asked" if isinstance(node, Every) else "something that never holds"
    group = " and ".join(parts) if isinstance(node, Every) else f"either {', or '.join(parts)}"
    return f"({group})" if inside else group


def supposes(literals: Iterable[Literal], ruleset: Ruleset) -> str:
    """Conditions as after *had*, for a sentence on what would have changed a decision."""
    return " and ".join(clause(each, ruleset).supposes() for each in literals)


def missed(node: Node, ruleset: Ruleset, known: Mapping[str, FactValue], local: datetime) -> str:
    """A condition that did not hold, and what was so instead; words that a customer wrote are never repeated."""
    instead = _instead(node, ruleset, known, local) if isinstance(node, Literal) else " (none of it is known to be so)"
    return states(node, ruleset) + instead


def _instead(literal: Literal, ruleset: Ruleset, known: Mapping[str, FactValue], local: datetime) -> str:
    name = literal.test.field
    if name in AXIS:
        return f" (it was {local:%H:%M} on {local:%A} {local.day} {local:%B %Y})"
    if literal.test.op is Op.ABSENT:
        return " (it is known)" if name in known else " (it is not known)"
    if name not in known:
        return " (not known)"
    if name in _TEXTS or name in _YES:
        verb = "does" if clause(literal, ruleset).verb != "be" else "is"
        return f" (it {verb}{'' if literal.negated else ' not'})" if name in _TEXTS else " (not so)"
    actual = known[name]
    if isinstance(actual, frozenset):
        return (
            f" (it has {listed(sorted(value(name, each, ruleset) for each in actual), 'and')})"
            if actual
            else " (it has none)"
        )
    return f" (it is {value(name, actual, ruleset)})"
