"""The `owner` and `handling` sections: rules, in their order."""

from typing import Final

from rules.model import JOURNEY_TEAM, Condition, Example, Mark, Rule, Span, Then
from rules.nodes import Map, Node, Scalar, Seq, quoted
from rules.outcomes import Concern, Escalation, QueuePosition
from rules.read_conditions import ALWAYS, read_condition
from rules.read_examples import read_example
from rules.read_journeys import priority
from rules.reading import Reading, Slot, flag, many, minutes, name_of, one_of, record, span, table, text, texts, wrong
from rules.unknowns import surprises


def read_rules(reading: Reading, owner: Seq, handling: Seq) -> tuple[tuple[Rule, ...], tuple[Rule, ...]]:
    """Both lists of rules; no two of all the rules have one name."""
    seen: dict[str, Mark] = {}
    owners = [_rule(reading, node, _OWNER, seen) for node in owner.items]
    handlers = [_rule(reading, node, _HANDLING, seen) for node in handling.items]
    return tuple(rule for rule in owners if rule), tuple(rule for rule in handlers if rule)


def _rule(reading: Reading, node: Node, slots: dict[str, Slot], seen: dict[str, Mark]) -> Rule | None:
    if not isinstance(node, Map):
        wrong(reading, node, "a rule", "such as {rule: gas escape, when: {journey: gas-escape}, then: {…}}")
        return None
    name = _name(reading, node, seen)
    values = record(reading, node, slots, f"rule {quoted(name)}" if name else "a rule", node.mark)
    _warn_of_unknowns(reading, values["when"])
    concern = Concern(values["for"]) if values["for"] else None
    return Rule(name, values["when"], values["then"], values["because"], values["examples"], node.mark, concern)


def _name(reading: Reading, node: Map, seen: dict[str, Mark]) -> str:
    """The rule's name, reported when another rule has it already."""
    name = next((value for key, value in node.entries if key.value == "rule" and isinstance(value, Scalar)), None)
    if name is None or not name.value.strip():
        return ""
    written = name.value.strip()
    first = seen.setdefault(written, name.mark)
    if first != name.mark:
        reading.findings.error(
            name.mark, f"another rule is called {quoted(written)}", f"it stands at {first}: rename one of them"
        )
    return written


def _warn_of_unknowns(reading: Reading, when: Condition) -> None:
    warned = set()
    for test in surprises(when):
        if test.field in warned:
            continue
        warned.add(test.field)
        message = f"where {test.field} is unknown, this `not` does not hold"
        hint = (
            f"if it should, write any: [{{{test.field}: {{absent: true}}}}, {{not: …}}]; "
            f"if not, say so with {test.field}: {{present: true}}"
        )
        reading.findings.warning(test.mark, message, hint)


def _team(reading: Reading, node: Node) -> str | None:
    """A team's key, or `journey` for the journey's own team."""
    if isinstance(node, Scalar) and node.value == JOURNEY_TEAM:
        return JOURNEY_TEAM
    found: str | None = name_of("team")(reading, node)
    return found


def _no_team(reading: Reading, node: Node) -> None:
    hint = "name the team under `also`, or make an owner rule of it"
    reading.findings.error(node.mark, "a handling rule does not choose the owner", hint)


def _then(slots: dict[str, Slot], reading: Reading, node: Node) -> Then | None:
    if not isinstance(node, Map) or not node.entries:
        wrong(reading, node, "what happens then", "such as {team: repairs} or {priority: high}")
        return None
    values = record(reading, node, slots, "`then`", node.mark)
    spans: dict[str, Span] = values.pop("due")
    return Then(**values, due=tuple(spans.items()))


def _queue(reading: Reading, node: Node) -> QueuePosition | None:
    found: str | None = one_of(tuple(QueuePosition), "place in the queue")(reading, node)
    return QueuePosition(found) if found else None


def _reply(reading: Reading, node: Node) -> tuple[str, ...] | None:
    """Channels in order, or `none` for no reply at all."""
    if isinstance(node, Scalar) and node.value == NO_REPLY:
        return ()
    if isinstance(node, Seq) and any(isinstance(each, Scalar) and each.value == NO_REPLY for each in node.items):
        reading.findings.error(node.mark, f"`{NO_REPLY}` beside channels", f"write reply: {NO_REPLY}, or the channels")
        return None
    found: tuple[str, ...] | None = many(name_of("channel"))(reading, node)
    return found or None


def _escalate(reading: Reading, node: Node) -> Escalation | None:
    if not isinstance(node, Map) or not node.entries:
        wrong(reading, node, "an escalation", "such as {after: 15 minutes, to: [safeguarding]}")
        return None
    return Escalation(**record(reading, node, _ESCALATE, "`escalate`"))


def _then_owner(reading: Reading, node: Node) -> Then | None:
    return _then(_THEN_OWNER, reading, node)


def _then_handling(reading: Reading, node: Node) -> Then | None:
    return _then(_THEN_HANDLING, reading, node)


def _examples(reading: Reading, node: Node) -> tuple[Example, ...] | None:
    if isinstance(node, Seq):
        examples: tuple[Example, ...] | None = many(read_example)(reading, node)
        return examples
    wrong(reading, node, "a list of examples", "such as [{channel: phone, says: I can smell gas}]")
    return None


NO_REPLY: Final = "none"
_ESCALATE: Final = {"to": Slot(many(name_of("team")), ()), "after": Slot(minutes)}
_THEN: Final = {
    "also": Slot(many(name_of("team")), ()),
    "priority": Slot(priority),
    "ask": Slot(many(name_of("question")), ()),
    "instructions": Slot(texts, ()),
    "due": Slot(table(span, "timescales by name"), {}),
    "message": Slot(name_of("message")),
    "take_over": Slot(flag, default=False),
    "queue": Slot(_queue),
    "reply": Slot(_reply),
    "escalate": Slot(_escalate),
    "offer_callback": Slot(flag),
    "skip_menu": Slot(flag),
}
_THEN_OWNER: Final = {
    "team": Slot(_team, required="name the team that has it, or `journey` for the journey's own")
} | _THEN
_THEN_HANDLING: Final = {"team": Slot(_no_team)} | _THEN
_RULE: Final = {
    "rule": Slot(text, "", required="give it a name that says what it is about"),
    "when": Slot(read_condition, ALWAYS),
    "for": Slot(one_of(tuple(Concern), "concern of a rule")),
    "because": Slot(text, "", wished="say why, in words that a tenant would accept"),
    "examples": Slot(_examples, (), wished="add one or more: a contact that it decides"),
}
_OWNER: Final = _RULE | {"then": Slot(_then_owner, Then(), required="say which team has it: then: {team: …}")}
_HANDLING: Final = _RULE | {"then": Slot(_then_handling, Then(), required="say what happens, such as {priority: high}")}
