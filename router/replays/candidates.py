"""Changes that might send misroutes right: each as the files that it leads to, and which contacts it can touch."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from zoneinfo import ZoneInfo

from router.live import LiveRuleset, prepare
from router.store.rulesets import as_bytes
from rules import edits
from rules.decide import decide
from rules.edits import scalar
from rules.examples import USUAL_MOMENT, facts_of
from rules.landlord import Journey, Ruleset
from rules.learning import CUSTOMERS, READ, Group, Phrase, Test
from rules.load import load
from rules.model import JOURNEY_TEAM, Example, Facts, Mark
from rules.problems import RulesetError
from rules.words import PhraseIndex, phrase, tokens

Files = Mapping[str, str]
Touches = Callable[[Facts, frozenset[str]], bool]
"""Whether a change can make any difference to a contact of these facts, whose text has words of these keys."""
NOWHERE: Final = Mark("", 1, 1)
LONGEST_NAME: Final = 80


@dataclass(frozen=True, slots=True)
class RuleChange:
    """One small change: `key` tells it from every other, `size` is how much of it there is to read."""

    key: str
    kind: str
    title: str
    because: str
    size: int
    files: Files
    reads_anew: bool
    touches: Touches
    example: tuple[str, Example] | None
    """As written in a list, and as read: to stand under the rule that decides it; None where the change has its own."""
    words: int = 0


@dataclass(frozen=True, slots=True)
class Candidate:
    """A change that is made ready to decide with, for a group of misroutes."""

    change: RuleChange
    group: Group
    live: LiveRuleset


def ready(change: RuleChange, group: Group) -> Candidate | None:
    """The candidate of a change; None where the rules cannot be read with it."""
    try:
        return Candidate(change, group, prepare(0, _load(change.files)))
    except RulesetError:
        return None


def _load(files: Files) -> Ruleset:
    return load(as_bytes(files))


def with_example(candidate: Candidate) -> Files:
    """The files with an example of the change under the rule that decides it."""
    change, live = candidate.change, candidate.live
    if change.example is None:
        return change.files
    written, example = change.example
    facts = facts_of(example, live.ruleset, live.recogniser)
    return edits.add_example(change.files, decide(live.compiled, facts, _usual_moment(live)).rule, written)


def _usual_moment(live: LiveRuleset) -> datetime:
    """The moment of an example that names none, on the landlord's clock."""
    return USUAL_MOMENT.replace(tzinfo=ZoneInfo(live.ruleset.landlord.zone)).astimezone(UTC)


# Words -----------------------------------------------------------------------------------------------------------


def of_words(group: Group, found: Sequence[Phrase], journey: Journey, files: Files, live: LiveRuleset) -> RuleChange:
    """Let a journey be recognised by these words."""
    for each in found:
        files = edits.add_word(files, journey.key, each.written)
    said = " and ".join(f"“{each.written}”" for each in found)
    firsts = frozenset(key for each in found for key in each.keys)
    return RuleChange(
        key=f"words:{journey.key}:{','.join(sorted(each.written for each in found))}",
        kind="words",
        title=f"{said} {'speaks' if len(found) == 1 else 'speak'} for {journey.name}",
        because=_passed_on(group, f"that mention {said}", live),
        size=len(found),
        files=files,
        reads_anew=True,
        touches=lambda _facts, keys: not firsts.isdisjoint(keys),
        example=_example(group, found[0].written),
        words=sum(len(each.keys) for each in found),
    )


def of_word_less(group: Group, word: str, journey: Journey, files: Files, live: LiveRuleset) -> RuleChange:
    """Let a journey be recognised no longer by a word that stands for other matters too."""
    firsts = frozenset(phrase(word))
    return RuleChange(
        key=f"word-less:{journey.key}:{word}",
        kind="word-less",
        title=f"“{word}” no longer speaks for {journey.name}",
        because=f"{_many(group)} were taken for {journey.name}, which “{word}” speaks for, and were passed on to"
        f" {_team(group.right, live)}.",
        size=1,
        files=edits.remove_word(files, journey.key, word),
        reads_anew=True,
        touches=lambda _facts, keys: firsts <= keys,
        example=_example(group, word),
    )


def ambiguous(group: Group, journey: Journey) -> list[str]:
    """The words of the journey that was recognised which enough of the group's customers used, most of them first."""
    own = (*journey.words, *journey.phrases)
    index = PhraseIndex([phrase(word) for word in own])
    users: dict[int, set[str]] = {}
    for case in group.cases:
        for place in index.found(tokens(case.text[:READ])):
            users.setdefault(place, set()).add(case.party)
    often = sorted(users.items(), key=lambda item: (-len(item[1]), item[0]))
    return [own[place] for place, who in often if len(who) >= CUSTOMERS]


# Rules and teams ---------------------------------------------------------------------------------------------------


def of_team(group: Group, journey: Journey, files: Files, live: LiveRuleset) -> RuleChange:
    """Give the journey to the team that its misroutes were passed on to."""
    key = journey.key
    return RuleChange(
        key=f"team:{key}:{group.right}",
        kind="team",
        title=f"{journey.name} belongs to {_team(group.right, live)}",
        because=_passed_on(group, "about this", live),
        size=1,
        files=edits.set_team(files, key, group.right),
        reads_anew=False,
        touches=lambda facts, _keys: facts.get("journey") == key,
        example=(f"{{journey: {scalar(key)}}}", Example({"journey": key}, None, None, negated=False, mark=NOWHERE)),
    )


def of_rule_team(group: Group, files: Files, live: LiveRuleset) -> RuleChange:
    """Let the rule that decided most of the misroutes give to the team that they were passed on to."""
    name = _decided_by(group)
    return RuleChange(
        key=f"rule-team:{name}:{group.right}",
        kind="rule-team",
        title=f"The rule “{name}” gives to {_team(group.right, live)}",
        because=_passed_on(group, "that it decided", live),
        size=1,
        files=edits.set_rule_team(files, name, group.right),
        reads_anew=False,
        touches=lambda _facts, _keys: True,
        example=None,
    )


def of_rule(
    group: Group, together: frozenset[Test], said: Sequence[Phrase], files: Files, live: LiveRuleset
) -> RuleChange:
    """An owner rule on these facts and words, before the one that decided most of the misroutes."""
    before = _decided_by(group)
    facts = ([("journey", group.journey)] if group.journey else []) + sorted(together)
    conditions = [f"{name}: {_value(value)}" for name, value in facts]
    examples = [*conditions]
    if said:
        conditions.append(f"text: {{mentions: [{', '.join(scalar(each.written) for each in said)}]}}")
        examples.append(f"{'text' if group.journey else 'says'}: {scalar(said[0].written)}")
    words = [value.replace("-", " ") for _, value in facts[bool(group.journey) :]] + [each.written for each in said]
    name = _name(group, words, live)
    lines = [
        f"- rule: {scalar(name)}",
        f"  when: {{{', '.join(conditions)}}}",
        f"  then: {{team: {scalar(group.right)}}}",
        f"  because: {scalar(f'Contacts like this were passed on to {_team(group.right, live)}, who deal with it.')}",
        "  examples:",
        f"    - {{{', '.join(examples)}}}",
    ]
    return RuleChange(
        key=f"rule:{group.right}:{','.join(sorted(conditions))}",
        kind="rule",
        title=f"A rule “{name}”, before “{before}”",
        because=_passed_on(group, "of this kind", live),
        size=1 + len(conditions),
        files=edits.add_rule(files, before, lines),
        reads_anew=False,
        touches=_asks(group.journey, together, said),
        example=None,
    )


def _asks(journey: str | None, together: frozenset[Test], said: Sequence[Phrase]) -> Touches:
    wanted = frozenset(key for each in said for key in each.keys)

    def touches(facts: Facts, keys: frozenset[str]) -> bool:
        if journey is not None and facts.get("journey") != journey:
            return False
        return (not wanted or not wanted.isdisjoint(keys)) and all(_has(facts, *test) for test in together)

    return touches


def _has(facts: Facts, name: str, value: str) -> bool:
    known = facts.get(name)
    if isinstance(known, frozenset):
        return value in known
    return (str(known).lower() if isinstance(known, bool) else str(known)) == value


def decides_by_journey(group: Group, ruleset: Ruleset) -> bool:
    """Whether what decided most of the misroutes is a rule that gives each journey to its own team."""
    name = _decided_by(group)
    rule = next((each for each in ruleset.owner if each.name == name), None)
    return rule is not None and rule.then.team == JOURNEY_TEAM


def _decided_by(group: Group) -> str:
    return Counter(case.rule for case in group.cases).most_common(1)[0][0]


def leading_to(group: Group, live: LiveRuleset) -> Iterator[Journey]:
    """The journeys that would have gone to the right team, those that the texts came nearest to first."""
    case = group.cases[-1]
    at = _usual_moment(live)
    near: Counter[str] = Counter()
    for each in group.cases:
        found = live.recogniser.recognise(each.text)
        near.update(key for key, _ in found.runners_up)
    for key in sorted(live.ruleset.journeys, key=lambda key: -near[key]):
        facts = {**case.facts, "journey": key, "confidence": 1.0}
        if key != group.journey and decide(live.compiled, facts, at).team == group.right:
            yield live.ruleset.journeys[key]


def _example(group: Group, says: str) -> tuple[str, Example]:
    channel = Counter(str(case.facts["channel"]) for case in group.cases).most_common(1)[0][0]
    example = Example({"channel": channel}, says, None, negated=False, mark=NOWHERE)
    return f"{{channel: {scalar(channel)}, says: {scalar(says)}}}", example


def _name(group: Group, words: Sequence[str], live: LiveRuleset) -> str:
    about = live.ruleset.journeys[group.journey].name.lower() if group.journey else "no journey"
    name = f"{about}, {', '.join(words)}, to {_team(group.right, live)}"[:LONGEST_NAME].strip(" ,")
    taken = {rule.name for rule in (*live.ruleset.owner, *live.ruleset.handling)}
    return name if name not in taken else f"{name} again"


def _value(value: str) -> str:
    return value if value in ("true", "false") else scalar(value)


def _passed_on(group: Group, which: str, live: LiveRuleset) -> str:
    went, to = _team(group.wrong, live), _team(group.right, live)
    return f"{_many(group)} {which} went to {went} and were passed on to {to}."


def _many(group: Group) -> str:
    return f"{len(group.cases)} enquiries of {group.customers} customers"


def _team(key: str, live: LiveRuleset) -> str:
    team = live.ruleset.teams.get(key)
    return team.name if team else key
