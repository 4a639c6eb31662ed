"""Learning from misroutes: for each kind of them the smallest change that would have sent them right, if there is one.

The contacts of the period are read three times: to see what the misroutes alone have in common, to try the likeliest
changes on whatever they touch, and to replay the best ones over everything. Nothing is published here, and no text of
a customer is kept: only words that several of them used.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final

from router import facts as fact
from router.live import LiveRuleset, prepare
from router.publishable import look_over
from router.replays import candidates as make
from router.replays.candidates import Candidate, Files, RuleChange
from router.replays.deciding import Rules, is_first
from router.replays.misroutes import misroutes, named, seen_by, was_right
from router.replays.running import Progress, ReplayOrder, replay_all, versions_of
from router.services import Services
from router.store import replays
from router.store.engine import begin_read
from router.store.rows import Row
from router.store.rulesets import as_bytes
from rules.decide import decide
from rules.edits import CannotEditError
from rules.learning import (
    CUSTOMERS,
    READ,
    Group,
    Misroute,
    Phrase,
    Rarity,
    Score,
    Separation,
    best_first,
    covers,
    groups,
    phrases,
    vocabulary,
    without_names,
)
from rules.load import load
from rules.stem import stem_all
from rules.words import tokens

MOST_GROUPS: Final = 5
"""Kinds of misroutes that changes are looked for, the largest ones."""
WORDS_TRIED, FACTS_TRIED, JOURNEYS_TRIED, LESS_TRIED = 4, 2, 2, 2
WORDS_TOGETHER: Final = 3
PASSES: Final = 3
TRIED_AGAIN: Final = 3
NOTHING: Final = "no change was found that mends enough of them and breaks little else"
TOO_FEW: Final = f"fewer than {CUSTOMERS} customers are behind them"
REFUSED: Final = "what would mend them has been refused before"


@dataclass(slots=True)
class _Study:
    """A kind of misroutes, with what is found out about it."""

    group: Group
    words: list[Phrase] = field(default_factory=list)
    first: int = 0
    """The place of its first phrase among all that are counted."""
    facts: Separation = field(init=False)
    candidates: list[Candidate] = field(default_factory=list)
    refused: int = 0

    def __post_init__(self) -> None:
        self.facts = Separation(self.group)


def learn(services: Services, wanted: ReplayOrder, files: Files, progress: Progress) -> dict[str, Any]:
    """The proposals, each with the replay that speaks for it; and every kind of misroute, with why it has none."""
    live = wanted.live
    with begin_read(services.record) as record:
        answered, versions = replays.answers(record), versions_of(services, record)
    cases, total = misroutes(services, wanted.period, live, versions)
    found = groups(cases)
    large = [_Study(group) for group in found if group.customers >= CUSTOMERS][:MOST_GROUPS]
    refused = {key for key, answer in answered.items() if answer["answer"] == "refused"}
    proposals = _propose(services, wanted, files, large, cases, refused, progress) if large else []
    return {
        "misroutes": total,
        "mended_since": total - len(cases),
        "live_version": live.version,
        "groups": [_told(group, large, proposals) for group in found],
        "proposals": sorted(proposals, key=lambda each: -each["net"]),
    }


def _propose(
    services: Services,
    wanted: ReplayOrder,
    files: Files,
    studies: Sequence[_Study],
    cases: Sequence[Misroute],
    refused: set[str],
    progress: Progress,
) -> list[dict[str, Any]]:
    """The best change for each kind of misroutes that has one."""
    known = vocabulary(wanted.live.ruleset)
    for study in studies:
        found = phrases(study.group.cases, known)
        study.words = without_names(found, known, lambda words: named(services, frozenset(words)))
    _compare(services, wanted, studies, cases, _part(progress, 0))
    for study in studies:
        _gather(study, files, wanted.live, refused)
    scores = _try(services, wanted, studies, cases, _part(progress, 1))
    best = [each for study in studies if (each := _choose(study, scores)) is not None]
    chosen = list({candidate.change.key: (candidate, score, made) for candidate, score, made in best}.values())
    if not chosen:
        return []
    drafts = [prepare(0, load(as_bytes(made))) for _, _, made in chosen]
    figures = replay_all(services, wanted, drafts, _part(progress, 2))
    return [_proposal(*each, files, figure) for each, figure in zip(chosen, figures, strict=True)]


def _part(progress: Progress, number: int) -> Progress:
    """A third of the whole way."""
    return lambda done, total: progress(number * total + done, PASSES * total)


def _compare(
    services: Services, wanted: ReplayOrder, studies: Sequence[_Study], cases: Sequence[Misroute], progress: Progress
) -> None:
    """Count what the misroutes say and are among the contacts that were right where they were."""
    misrouted, rules = {case.contact for case in cases}, Rules(wanted.live)
    for study in studies:
        study.first = sum(len(each.words) for each in studies[: studies.index(study)])
    rarity = Rarity([each.keys for study in studies for each in study.words])
    versions = versions_of(services)

    def see(row: Row, _replayed: object) -> None:
        if row["decision_id"] is None or row["id"] in misrouted or not was_right(row):
            return
        facts = rules.facts(row, fact.restored(row["facts"], row), versions)
        rarity.add(str(facts["text"]), row["team"])
        for study in studies:
            if row["team"] == study.group.wrong and facts.get("journey") == study.group.journey:
                study.facts.add(facts)

    replay_all(services, wanted, [], progress, see)
    for study in studies:
        places = {each: study.first + place for place, each in enumerate(study.words)}
        worth = {each: each.customers - rarity.elsewhere(place, study.group.right) for each, place in places.items()}
        study.words = sorted(
            (each for each in study.words if worth[each] > 0),
            key=lambda each: (-worth[each], -len(each.keys), each.keys),
        )


def _gather(study: _Study, files: Files, live: LiveRuleset, refused: set[str]) -> None:
    """Make the likeliest changes for a kind of misroutes ready to be tried."""
    for make_one in _changes(study, files, live):
        with suppress(CannotEditError):
            change = make_one()
            if change.key in refused:
                study.refused += 1
            elif (candidate := make.ready(change, study.group)) is not None:
                study.candidates.append(candidate)


def _changes(study: _Study, files: Files, live: LiveRuleset) -> Iterator[Callable[[], RuleChange]]:
    group, words = study.group, study.words[:WORDS_TRIED]
    together = covers(study.words[: 3 * WORDS_TRIED], group.cases, WORDS_TOGETHER)
    said = [[each] for each in words] + ([together] if len(together) > 1 else [])
    for to in list(make.leading_to(group, live))[:JOURNEYS_TRIED]:
        for some in said:
            yield partial(make.of_words, group, some, to, files, live)
    for facts in study.facts.best(FACTS_TRIED):
        yield partial(make.of_rule, group, facts, (), files, live)
    if together:
        yield partial(make.of_rule, group, frozenset(), together, files, live)
    journey = live.ruleset.journeys.get(group.journey) if group.journey else None
    by_journey = make.decides_by_journey(group, live.ruleset)
    if not by_journey:
        yield partial(make.of_rule_team, group, files, live)
    if journey is not None:
        if by_journey:
            yield partial(make.of_team, group, journey, files, live)
        for word in make.ambiguous(group, journey)[:LESS_TRIED]:
            yield partial(make.of_word_less, group, word, journey, files, live)


def _try(
    services: Services, wanted: ReplayOrder, studies: Sequence[_Study], cases: Sequence[Misroute], progress: Progress
) -> Mapping[str, Score]:
    """What each change mends of all misroutes and breaks of what was right, tried on every contact that it touches."""
    right, rules = {case.contact: case.right for case in cases}, Rules(wanted.live)
    tried = {each.change.key: each for study in studies for each in study.candidates}
    mended, harmed, moved = dict.fromkeys(tried, 0), dict.fromkeys(tried, 0), dict.fromkeys(tried, 0)
    versions = versions_of(services)

    def see(row: Row, _replayed: object) -> None:
        if row["decision_id"] is None or not is_first(row):
            return
        wanted_team, known_right = right.get(row["id"]), was_right(row)
        facts, team, _ = seen_by(rules, row, versions)
        keys = frozenset(stem_all(tokens(str(facts["text"])[:READ])))
        for key, candidate in tried.items():
            if candidate.change.touches(facts, keys):
                now = _decided(candidate, row, facts)
                mended[key] += wanted_team is not None and now == wanted_team
                # What the live rules send elsewhere by now, it is not this change that breaks.
                harmed[key] += wanted_team is None and known_right and now != team == row["team"]
                moved[key] += wanted_team is None and not known_right and now != team

    replay_all(services, wanted, [], progress, see)
    return {
        key: Score(mended[key], harmed[key], each.change.size, moved[key], each.change.words)
        for key, each in tried.items()
    }


def _decided(candidate: Candidate, row: Row, facts: Mapping[str, Any]) -> str:
    live = candidate.live
    if candidate.change.reads_anew:
        facts = fact.again(facts, dict(row), live.ruleset, live.recogniser)
    return decide(live.compiled, facts, row["received_at"]).team


def _choose(study: _Study, scores: Mapping[str, Score]) -> tuple[Candidate, Score, Files] | None:
    """The best change that passes the check, with an example of it where one can be had."""
    mine = {each.change.key: each for each in study.candidates}
    for key in best_first({key: scores[key] for key in mine})[:TRIED_AGAIN]:
        for files in _written(mine[key]):
            if look_over(as_bytes(files)).may_live:
                return mine[key], scores[key], files
    return None


def _written(candidate: Candidate) -> Iterator[Files]:
    with suppress(CannotEditError):
        yield make.with_example(candidate)
    yield candidate.change.files


def _proposal(
    candidate: Candidate, score: Score, files: Files, before: Files, figures: Mapping[str, Any]
) -> dict[str, Any]:
    change, group = candidate.change, candidate.group
    return {
        "key": change.key,
        "kind": change.kind,
        "title": change.title,
        "because": change.because,
        "size": change.size,
        "from": group.wrong,
        "to": group.right,
        "journey": group.journey,
        "misroutes": len(group.cases),
        "customers": group.customers,
        "mended": score.mended,
        "harmed": score.harmed,
        "net": score.net,
        "moved": score.moved,
        "files": {name: text for name, text in files.items() if before.get(name) != text},
        "replay": dict(figures),
    }


def _told(group: Group, studies: Sequence[_Study], proposals: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    study = next((each for each in studies if each.group is group), None)
    kind = {"from": group.wrong, "to": group.right, "journey": group.journey}
    mine = next((each["key"] for each in proposals if all(each[name] == value for name, value in kind.items())), None)
    why = ""
    if mine is None:
        why = TOO_FEW if group.customers < CUSTOMERS else REFUSED if study and study.refused else NOTHING
    return kind | {"misroutes": len(group.cases), "customers": group.customers, "proposal": mine, "why": why}
