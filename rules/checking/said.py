"""What was found out about the rules, put into words that say what to do."""

from collections.abc import Iterator, Sequence

from rules.checking.agreement import Broken, Conflict
from rules.checking.encoded import Encoded, tests_of
from rules.checking.finding import Finding, FindingKind, Level, Related
from rules.checking.gaps import Gap
from rules.checking.reach import Can, Reach
from rules.checking.witnesses import in_words
from rules.compile import Compiled
from rules.landlord import Team
from rules.model import Rule
from rules.nodes import quoted
from rules.normal import normal
from rules.wording import listed, states, value

_AFTER_NEVER_WINS = "move it up, ask for less in what stands before it, or take it out"


def of_reach(compiled: Compiled, reach: Reach) -> Iterator[Finding]:
    """What there is to say of a rule that may never decide; nothing of one that was seen to."""
    rule = compiled.rules[reach.rule]
    match reach.can:
        case Can.COVERED:
            others = [compiled.rules[number] for number in reach.cover]
            yield Finding(
                FindingKind.NEVER_WINS,
                _matters(compiled, reach.rule),
                rule.mark,
                f"{quoted(rule.name)} can never decide: {_names(others)} {_take(others)} all that it fits",
                _AFTER_NEVER_WINS,
                tuple(Related(other.mark, f"{quoted(other.name)} takes a part of it") for other in others),
            )
        case Can.NEVER:
            parts = [states(normal(rule.when).parts[position], compiled.ruleset) for position in reach.parts]
            both = "these cannot be so at once" if len(parts) > 1 else "this can never be so"
            message = f"{quoted(rule.name)} fits no contact: {both}: {'; '.join(parts)}"
            dated = any(test.field == "date" for test in tests_of(rule))
            hint = f"change {'it' if len(parts) == 1 else 'one of them'}, or take the rule out"
            hint += "; only days from the one of the check on count" if dated else ""
            yield Finding(FindingKind.NEVER_HOLDS, Level.WARNING, rule.mark, message, hint)
        case Can.DOUBT:
            message = f"whether {quoted(rule.name)} can ever decide is in doubt: no text was found that would show it"
            yield Finding(FindingKind.DOUBT, Level.WARNING, rule.mark, message, "add an example with such a text")
        case Can.UNDECIDED:
            message = f"whether {quoted(rule.name)} can ever decide was not decided: finding out would take too long"
            yield Finding(FindingKind.UNDECIDED, Level.WARNING, rule.mark, message, "add an example that it decides")


def _matters(compiled: Compiled, number: int) -> Level:
    """That nothing is left over for the last rule is good to know: it has to be there all the same."""
    last = number == len(compiled.ruleset.owner) - 1 and not normal(compiled.rules[number].when).parts
    return Level.NOTE if last else Level.WARNING


def _names(rules: Sequence[Rule]) -> str:
    names = [quoted(each.name) for each in rules]
    return listed(names, "and")


def _take(rules: Sequence[Rule]) -> str:
    return "takes" if len(rules) == 1 else "together take"


def of_gap(compiled: Compiled, gap: Gap) -> Finding:
    """A contact that nobody answers."""
    rule, team = compiled.rules[gap.rule], compiled.ruleset.teams[gap.team]
    if gap.witness is None:
        what = "an emergency" if gap.emergency else "a contact"
        message = f"whether {quoted(rule.name)} gives {what} to {team.name} that nobody answers was not decided"
        return Finding(FindingKind.UNDECIDED, Level.WARNING, rule.mark, message, "finding out would take too long")
    shown = in_words(gap.witness, compiled.ruleset)
    if gap.emergency:
        related = (Related(team.mark, f"{team.name} and all on its escalation path are closed then"),)
        message = f"{quoted(rule.name)} gives an emergency to {team.name} when nobody is there to hear of it: {shown}"
        hint = "give it to a team that is always open, or tell the team at every hour under `notify`"
        return Finding(FindingKind.EMERGENCY_UNHEARD, Level.ERROR, rule.mark, message, hint, related, gap.witness)
    whose = f"{quoted(rule.name)} gives a contact to {team.name} when it is closed"
    message = f"{whose}, and nobody says when it is answered: {shown}"
    hint = "promise a time (due: {respond: 1 working day}), or add a handling rule with a message for these hours"
    related = (Related(team.mark, f"{team.name} is closed then"),)
    return Finding(FindingKind.NOBODY_ANSWERS, Level.WARNING, rule.mark, message, hint, related, gap.witness)


def of_conflict(encoded: Encoded, conflict: Conflict) -> Finding:
    """Two handling rules that say different things."""
    rules, ruleset = encoded.compiled.rules, encoded.ruleset
    first, second = rules[conflict.first], rules[conflict.second]
    related = (Related(first.mark, f"{quoted(first.name)} is the one that counts"),)
    if conflict.witness is None:
        message = f"whether {quoted(second.name)} and {quoted(first.name)} can meet was not decided"
        return Finding(FindingKind.UNDECIDED, Level.WARNING, second.mark, message, f"they differ on `{conflict.thing}`")
    why = "because it stands first" if conflict.by_order else "by the order of concerns"
    message = (
        f"{quoted(second.name)} and {quoted(first.name)} can meet and differ on `{conflict.thing}`: the latter counts, "
        f"{why}: {in_words(conflict.witness, ruleset)}"
    )
    hint = "let one of them leave out what the other is for, or say the same" if conflict.by_order else ""
    level = Level.WARNING if conflict.by_order else Level.NOTE
    return Finding(FindingKind.CONFLICT, level, second.mark, message, hint, related, conflict.witness)


def of_broken(encoded: Encoded, broken: Broken) -> Finding:
    """A rule that would break a duty."""
    rule, ruleset = encoded.compiled.rules[broken.rule], encoded.ruleset
    if broken.witness is None:
        message = f"whether the `{broken.thing}` of {quoted(rule.name)} breaks an adjustment was not decided"
        return Finding(FindingKind.UNDECIDED, Level.WARNING, rule.mark, message, "finding out would take too long")
    names = listed([f"“{value('customer.adjustments', key, ruleset)}”" for key in broken.adjustments], "and")
    shown = in_words(broken.witness, ruleset)
    forbid = "forbids" if len(broken.adjustments) == 1 else "forbid"
    message = f"the `{broken.thing}` of {quoted(rule.name)} is what {names} {forbid}: {shown}"
    others = "name a channel that they can use as well, or " if broken.thing == "reply" else ""
    hint = f"{others}leave these customers out: {_without(broken.adjustments)}"
    related = tuple(Related(ruleset.adjustments[key].mark, "the adjustment") for key in broken.adjustments)
    return Finding(FindingKind.BROKEN_DUTY, Level.ERROR, rule.mark, message, hint, related, broken.witness)


def _without(adjustments: Sequence[str]) -> str:
    """The condition that fits whoever is known to have none of these."""
    keys = adjustments[0] if len(adjustments) == 1 else f"[{', '.join(adjustments)}]"
    return f"customer.adjustments: {{present: true, not: {keys}}}"


def of_team(team: Team) -> Finding:
    """A team that nothing leads to."""
    message = f"no contact can ever come to team {quoted(team.key)}"
    hint = "name it in a rule, a journey, the menu, a mailbox or an escalation path, or take it out"
    return Finding(FindingKind.TEAM_UNREACHED, Level.WARNING, team.mark, message, hint)
