"""A made-up contact decided by a ruleset, as commands and the API tell it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from router.enquiry.wished import kept_of
from router.live import LiveRuleset
from rules.decide import decide
from rules.explain import Lost, near
from rules.explain import explain as explain_facts
from rules.given import WrongFactError, read_given
from rules.model import Outcome
from rules.recognised import with_journey


def decided(given: Mapping[str, Any], live: LiveRuleset, now: datetime, *, explain: bool = True) -> dict[str, Any]:
    """The outcome for facts by field name, with `says` and `at`; raises WrongFactError for such as cannot be read."""
    try:
        return _decided(given, live, now, explain=explain)
    except (OverflowError, ValueError) as error:  # by the year 9999, as far as times go
        if isinstance(error, WrongFactError):
            raise
        raise WrongFactError("at is too far away for a calendar") from None


def _decided(given: Mapping[str, Any], live: LiveRuleset, now: datetime, *, explain: bool) -> dict[str, Any]:
    read = read_given(given, live.ruleset)
    facts = with_journey(read.facts, live.ruleset, live.recogniser)
    at = read.at or now
    shown = _outcome(decide(live.compiled, facts, at), near(live.compiled, facts, at)) | {
        "journey": facts.get("journey")
    }
    if explain:
        shown["explanation"] = list(explain_facts(live.compiled, facts, at).sentences())
    return shown


def _outcome(outcome: Outcome, losers: Sequence[Lost]) -> dict[str, Any]:
    return {
        "team": outcome.team,
        "rule": outcome.rule,
        "because": outcome.because,
        "also": list(outcome.also),
        "priority": outcome.priority.value,
        "ask": list(outcome.ask),
        "instructions": list(outcome.instructions),
        "due": {name: at.isoformat().replace("+00:00", "Z") for name, at in outcome.due.items()},
        "message": outcome.message,
        "take_over": outcome.take_over,
        "handling": list(outcome.handling),
        **kept_of(outcome),
        "near": [{"rule": lost.rule, "failed": lost.failed[0]} for lost in losers],
    }
