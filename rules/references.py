"""What can only be said once everything has been read: whether every name exists, and whether nobody is left out."""

from collections.abc import Collection, Mapping
from typing import Final

from rules.landlord import News, Ruleset
from rules.model import ACKNOWLEDGEMENT, All, Mark, Rule
from rules.nodes import quoted
from rules.notices import STANDARD_NOTICES
from rules.reading import Reading, Reference
from rules.words_of_ours import STANDARD_WORDS

_LAST_RULE: Final = "add `- rule: everyone else` with `then: {team: …}` as the last of the owner rules"


def check_references(reading: Reading, ruleset: Ruleset) -> None:
    """Report every name that nothing defines."""
    known = _known(ruleset)
    for reference in reading.references:
        names = known.get(reference.kind)
        if names is not None and reference.name not in names:
            reading.findings.unknown(reference.mark, _unknown(reference), reference.name, names)


def check_completeness(reading: Reading, ruleset: Ruleset, start: Mark) -> None:
    """Report a list of owner rules that leaves somebody out."""
    if not ruleset.owner:
        reading.findings.error(start, "there is no rule that says who owns a contact", _LAST_RULE)
    elif not _always_fits(ruleset.owner[-1]):
        last = ruleset.owner[-1]
        message = f"{quoted(last.name)} is the last of the owner rules and does not fit everybody"
        reading.findings.error(last.mark, message, _LAST_RULE)
    for rule in ruleset.owner[:-1]:
        # A condition that could not be read leaves nothing behind, which would look like one that always holds.
        if _always_fits(rule) and not reading.findings.errors:
            message = f"{quoted(rule.name)} fits everybody, so no rule below it ever decides"
            reading.findings.warning(rule.mark, message, "give it a `when`, or move it to the end")
    if ruleset.messages and ACKNOWLEDGEMENT not in ruleset.messages:
        message = f"there is no message {quoted(ACKNOWLEDGEMENT)}"
        hint = "it is what a customer is told where neither the journey nor a rule names another message"
        reading.findings.warning(start, message, hint)


def check_timescales(reading: Reading, ruleset: Ruleset) -> None:
    """Warn of a due time whose name no journey has, where another one was probably meant."""
    names = {name for journey in ruleset.journeys.values() for name in journey.timescales}
    for rule in (*ruleset.owner, *ruleset.handling):
        for name, _ in rule.then.due:
            if name not in names and (hint := reading.findings.meant(name, names)).startswith("did"):
                message = f"rule {quoted(rule.name)}: no journey has a timescale {quoted(name)}"
                reading.findings.warning(rule.mark, message, hint)


def check_escalations(reading: Reading, ruleset: Ruleset) -> None:
    """Warn of a rule that escalates to a team which nothing tells: nobody would ever hear of it."""
    for rule in (*ruleset.owner, *ruleset.handling):
        for key in rule.then.escalate.to if rule.then.escalate else ():
            team = ruleset.teams.get(key)
            if team and not any(not each.what or News.ESCALATED in each.what for each in team.notify):
                message = f"rule {quoted(rule.name)} escalates to team {quoted(key)}, which nothing tells of that"
                reading.findings.warning(rule.mark, message, "add an address under the team's `notify`")


def _known(ruleset: Ruleset) -> Mapping[str, Collection[str]]:
    """The names that exist, by the kind of what they name; a field without its list of values takes any."""
    return {
        "team": ruleset.teams,
        "journey": ruleset.journeys,
        "adjustment": ruleset.adjustments,
        "question": ruleset.questions,
        "message": ruleset.messages.keys()
        - STANDARD_NOTICES.keys()
        - STANDARD_WORDS.keys(),  # what is no message to a customer
        "channel": ruleset.channels,
        "hours": ruleset.hours,
        **{name: frozenset(values) for name, values in ruleset.values.items()},
    }


def _unknown(reference: Reference) -> str:
    name = quoted(reference.name)
    if "." in reference.kind:
        return f"{name} is not among the values of {reference.kind}"
    return f"there are no hours {name}" if reference.kind == "hours" else f"there is no {reference.kind} {name}"


def _always_fits(rule: Rule) -> bool:
    return isinstance(rule.when, All) and not rule.when.conditions
