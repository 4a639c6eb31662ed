"""A decision in plain sentences: what won and why, what lost and on which condition, and what would have changed it."""

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import datetime

from rules.compile import Compiled
from rules.judge import Verdict, digest, earlier, failed, judge, nearest, weigh
from rules.masks import bits_of
from rules.model import Facts, Rule
from rules.ruling import NO_RULE, about, team_of
from rules.sentences import sentence, sentences
from rules.suppose import suppose
from rules.wording import listed, missed, states, supposes

__all__ = ["Explanation", "Lost", "explain", "near", "sentence", "sentences"]


@dataclass(frozen=True, slots=True)
class Lost:
    """An earlier rule that did not fit, with every condition that it failed on."""

    rule: str
    failed: tuple[str, ...]

    def __str__(self) -> str:
        return f"Rule “{self.rule}” did not fit: it asks that {', and that '.join(self.failed)}."


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why one contact was decided as it was; `digest` equals the outcome's."""

    rule: str
    team: str
    """The team's name."""
    won: str
    because: str
    lost: tuple[Lost, ...]
    changes: tuple[str, ...]
    """What would have changed the decision, nearest first."""
    handling: tuple[str, ...]
    digest: str

    def sentences(self) -> tuple[str, ...]:
        """All of it, the decision first."""
        said = (self.won, self.because, *self.handling, *map(str, self.lost), *self.changes)
        return tuple(each for each in said if each)

    def as_dict(self) -> dict[str, object]:
        """The same as plain values, ready for JSON."""
        return asdict(self) | {"sentences": list(self.sentences())}


def explain(compiled: Compiled, facts: Facts, at: datetime) -> Explanation:
    """Explain the decision on these facts at this moment (aware UTC), computed again from the same masks."""
    verdict = judge(compiled, facts, at)
    winner = compiled.rules[verdict.winner] if verdict.winner >= 0 else None
    team = _team(compiled, winner, facts)
    return Explanation(
        rule=winner.name if winner else NO_RULE,
        team=team,
        won=_won(compiled, verdict, team),
        because=winner.because if winner else "",
        lost=tuple(_lost(compiled, facts, at, verdict, bits_of(earlier(compiled, verdict)))),
        changes=tuple(_changes(compiled, facts, at, verdict)),
        handling=tuple(_handling(compiled, verdict)),
        digest=digest(compiled, verdict),
    )


def near(compiled: Compiled, facts: Facts, at: datetime) -> tuple[Lost, ...]:
    """The rules that the outcome names as `near`, in the same order, with what each of them failed on."""
    verdict = judge(compiled, facts, at)
    return tuple(_lost(compiled, facts, at, verdict, nearest(compiled, verdict)))


def _won(compiled: Compiled, verdict: Verdict, team: str) -> str:
    if verdict.winner < 0:
        return f"No rule fits, so it goes to {team}, which takes what nobody else does."
    rule = compiled.rules[verdict.winner]
    return f"Rule “{rule.name}” decides that it goes to {team}, because {_reasons(compiled, verdict.winner)}."


def _handling(compiled: Compiled, verdict: Verdict) -> Iterator[str]:
    for bit in bits_of(verdict.fits & ~compiled.owners):
        rule = compiled.rules[bit]
        yield f"Rule “{rule.name}” applies as well, because {_reasons(compiled, bit)}. {rule.because}".rstrip()


def _reasons(compiled: Compiled, bit: int) -> str:
    parts = [states(part, compiled.ruleset) for _, part in compiled.parts[bit]]
    return listed(parts, "and") if parts else "it takes everything that no earlier rule does"


def _lost(compiled: Compiled, facts: Facts, at: datetime, verdict: Verdict, bits: Iterable[int]) -> Iterator[Lost]:
    local = compiled.calendar.local(at)
    for bit in bits:
        parts = failed(compiled, verdict, bit)
        yield Lost(compiled.rules[bit].name, tuple(missed(part, compiled.ruleset, facts, local) for part in parts))


def _changes(compiled: Compiled, facts: Facts, at: datetime, verdict: Verdict) -> Iterator[str]:
    """What the nearest losers asked for and would have led to; each claim is tried before it is made."""
    keys = compiled.decider.read(facts, at)
    for bit in nearest(compiled, verdict):
        changed, needed = suppose(compiled.axes, keys, failed(compiled, verdict, bit)) or (keys, [])
        if weigh(compiled, changed).winner == bit:
            known = dict(zip(compiled.axes.names, changed, strict=True))
            rule = compiled.rules[bit]
            journey = {"journey": str(known["journey"])} if "journey" in known else {}
            team = _team(compiled, rule, {**facts, **journey})
            yield f"Had {supposes(needed, compiled.ruleset)}, rule “{rule.name}” would have sent it to {team}."


def _team(compiled: Compiled, rule: Rule | None, facts: Facts) -> str:
    """The name of the team that a rule gives this contact to."""
    return compiled.ruleset.teams[team_of(compiled, rule, *about(facts))].name
