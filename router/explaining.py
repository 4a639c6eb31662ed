"""Why did this contact go there? Computed again from what was kept at the decision, and proven to be the same."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection

from router import facts as fact
from router.live import LiveRuleset, prepare
from router.store import rulesets
from rules.explain import Explanation, explain
from rules.load import load

KEPT_VERSIONS = 4


def explanation(
    connection: Connection, contact: Mapping[str, Any], decision: Mapping[str, Any], live: LiveRuleset | None = None
) -> dict[str, Any]:
    """The explanation of a decision in plain words, with `proven`: whether its trail's digest is the stored one.

    `contact` has the `parts` that it has now; those that came after the decision are left out. `live` spares reading
    the version that is live a second time.
    """
    version = decision["ruleset_version"]
    ruleset = live if live is not None and live.version == version else _version(connection, version)
    then = [part for part in contact["parts"] if part["id"] <= decision["parts_until"]]
    facts = fact.restored(decision["facts"], {**contact, "parts": then})
    told: Explanation = explain(ruleset.compiled, facts, contact["received_at"])
    return told.as_dict() | {
        "ruleset_version": version,
        "proven": told.digest == decision["digest"],
    }


def _version(connection: Connection, number: int) -> LiveRuleset:
    row = rulesets.version(connection, number)
    if row is None:
        raise LookupError(f"version {number} of the ruleset is not in the record")
    return _prepared(number, tuple(sorted(row["files"].items())))


@lru_cache(maxsize=KEPT_VERSIONS)
def _prepared(number: int, files: tuple[tuple[str, str], ...]) -> LiveRuleset:
    return prepare(number, load({name: text.encode() for name, text in files}))
