"""Made-up contacts in words, and as the facts that `rules decide` takes."""

from collections.abc import Iterator
from typing import Any

from rules.checking.reach import Witness
from rules.clock import calendar_of
from rules.landlord import Ruleset
from rules.model import FactValue
from rules.wording import listed, noun, value

_SAID = {
    "sender.known": ("from a customer we know", "from somebody unknown"),
    "about.another": ("about somebody else", ""),
}
_USUAL = {("kind", "message"), ("attachments", 0), ("subject", "")}


def as_plain(witness: Witness, ruleset: Ruleset) -> dict[str, Any]:
    """A contact as a JSON object of facts, `at` in local time: `rules decide` takes it as it is."""
    facts = {name: sorted(each) if isinstance(each, frozenset) else each for name, each in witness.facts.items()}
    local = calendar_of(ruleset.landlord).local(witness.at)
    return {**facts, "at": f"{local:%Y-%m-%dT%H:%M}"}


def in_words(witness: Witness, ruleset: Ruleset) -> str:
    """A contact in one clause: *a contact by Email on Sunday 3 May 2026 at 02:00, …*."""
    local = calendar_of(ruleset.landlord).local(witness.at)
    holiday = ", a bank holiday," if calendar_of(ruleset.landlord).is_holiday(local.date()) else ""
    channel = witness.facts.get("channel")
    by = f" by {value('channel', channel, ruleset).lower()}" if channel is not None else ""
    when = f"on {local:%A} {local.day} {local:%B %Y}{holiday} at {local:%H:%M}"
    return ", ".join([f"a contact{by} {when}", *_parts(witness, ruleset)])


def _parts(witness: Witness, ruleset: Ruleset) -> Iterator[str]:
    for name, fact in sorted(witness.facts.items(), key=lambda each: each[0] == "text"):
        if name == "channel" or (name, fact) in _USUAL:
            continue
        if said := _part(name, fact, ruleset):
            yield said


def _part(name: str, fact: FactValue, ruleset: Ruleset) -> str:
    if name in _SAID:
        return _SAID[name][not fact]
    if name == "text":
        return f"saying “{fact}”" if fact else ""
    if isinstance(fact, frozenset):
        members = [value(name, each, ruleset) for each in sorted(fact)]
        return f"{noun(name)}: {listed(members, 'and')}" if members else ""
    return f"{noun(name)}: {value(name, fact, ruleset)}"
