"""What differs between two versions or drafts, for the pages: by meaning, for which contacts, and by line."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from operator import itemgetter
from typing import Any, Final

from router.checking import Files, compared
from router.console import rules_text
from router.console.rules_checks import sentence_case
from rules.comparing.told import ASPECTS, Region
from rules.difference import Change
from rules.wording import noun

MOST_COMPARED: Final = 1_000
"""Lines of a difference that a page shows."""
FEW: Final = 8
"""Regions of each kind that are shown at once."""


def changes(old: Files | None, new: Files) -> dict[str, Any] | None:
    """What differs by meaning, grouped by what happened, and regions by what changes in them.

    None where one of the two cannot be read as a ruleset.
    """
    found = compared(old, new) if old is not None else None
    if found is None:
        return None
    return {
        "groups": _grouped(found.changes),
        "regions": [
            {"title": sentence_case(aspect), "items": mine[:FEW], "more": mine[FEW:]}
            for aspect in ASPECTS
            if (mine := [_shown(region) for region in found.regions if region.aspect == aspect])
        ],
        "notes": found.notes,
    }


def _shown(region: Region) -> dict[str, Any]:
    return {
        "before": region.before or "none",
        "now": region.now or "none",
        "where": region.where,
        "rules": (region.rule_before, region.rule_now),
        "example": "; ".join(_example(region.contact)) if region.contact else "",
    }


def _example(contact: Mapping[str, Any]) -> Iterator[str]:
    """The facts of a contact in words, those left out that say nothing."""
    for name, value in contact.items():
        if value not in (False, 0, "", []) and (name, value) != ("kind", "message"):
            said = ", ".join(value) if isinstance(value, list) else "yes" if value is True else str(value)
            yield f"{noun(name) if name != 'at' else 'the time'}: {said.replace('T', ' ') if name == 'at' else said}"


def _grouped(found: Iterable[Change]) -> list[dict[str, Any]]:
    grouped: dict[tuple[str, str], list[Change]] = {}
    for change in found:
        grouped.setdefault((change.what, change.kind.value), []).append(change)
    return [
        {"title": f"{_many(what, len(each))} {kind}", "kind": kind, "items": each}
        for (what, kind), each in grouped.items()
    ]


def _many(what: str, count: int) -> str:
    named = {"opening hours": "opening hours", "calls": "calls", "urgent words": "urgent words", "landlord": "landlord"}
    if what in named:
        return named[what].capitalize()
    if count == 1:
        return f"1 {what}"
    plural = {"list of values": "lists of values", "reason to pass on": "reasons to pass on", "mailbox": "mailboxes"}
    return f"{count} {plural.get(what, f'{what}s')}"


def by_file(old: Files, new: Files) -> list[dict[str, Any]]:
    """Where the texts differ, by file: as many lines as a page takes, with how many were left out."""
    left, found = MOST_COMPARED, []
    for name in sorted({*old, *new}):
        if old.get(name) != new.get(name):
            state = "added" if name not in old else "removed" if name not in new else "changed"
            lines = [
                (number, line)
                for number, run in enumerate(rules_text.compared(old.get(name, ""), new.get(name, "")))
                for line in run
            ]
            shown = [[line for _, line in run] for _, run in groupby(lines[:left], key=itemgetter(0))]
            found.append({"name": name, "state": state, "runs": shown, "more": max(0, len(lines) - left)})
            left = max(0, left - len(lines))
    return found
