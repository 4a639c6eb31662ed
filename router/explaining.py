"""Why did this contact go there? Computed again from what was kept at the decision, and proven to be the same."""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any, Final

from sqlalchemy import Connection

from channels.twilio_listed import LISTED
from router import facts as fact
from router.live import LiveRuleset, prepare
from router.store import rulesets
from router.store.rows import Row
from router.store.rulesets import as_bytes
from rules.explain import Explanation, explain
from rules.load import load

KEPT_VERSIONS = 4
UNHEARD: Final = (
    "This call is known from the provider’s list alone, as no request of it reached us. Which keys the caller pressed, "
    "or what they said in place of one, is not known, so it was decided without that: ask them what it is about."
)
_LISTED_PARTS: Final = frozenset({"call", "call-status", "recording", "transcript"})
"""What a provider's lists have of a call."""


def explanation(connection: Connection, contact: Row, decision: Row, live: LiveRuleset | None = None) -> dict[str, Any]:
    """The explanation of a decision in plain words, with `proven`: whether its trail's digest is the stored one.

    `unknown` says what could not be known, as the requests that tell of it were lost.
    `contact` has the `parts` that it has now; those that came after the decision are left out. `live` spares reading
    the version that is live a second time.
    """
    version = decision["ruleset_version"]
    ruleset = live if live is not None and live.version == version else _version(connection, version)
    then = [part for part in contact["parts"] if part["id"] <= decision["parts_until"]]
    facts = fact.restored(decision["facts"], {**contact, "parts": then})
    told: Explanation = explain(ruleset.compiled, facts, contact["received_at"])
    unknown = unheard(contact["parts"])
    return told.as_dict() | {
        "unknown": unknown,
        "sentences": [*unknown, *told.sentences()],
        "ruleset_version": version,
        "proven": told.digest == decision["digest"],
    }


def unheard(parts: Iterable[Mapping[str, Any]]) -> list[str]:
    """What is not known of a contact with these parts as it is no part of what a provider lists, in words."""
    known = list(parts)
    listed = any(LISTED in part["marks"] for part in known)
    return [UNHEARD] if listed and all(part["part"] in _LISTED_PARTS for part in known) else []


def _version(connection: Connection, number: int) -> LiveRuleset:
    row = rulesets.version(connection, number)
    if row is None:
        raise LookupError(f"version {number} of the ruleset is not in the record")
    return _prepared(number, tuple(sorted(row["files"].items())))


@lru_cache(maxsize=KEPT_VERSIONS)
def _prepared(number: int, files: tuple[tuple[str, str], ...]) -> LiveRuleset:
    return prepare(number, load(as_bytes(dict(files))))
