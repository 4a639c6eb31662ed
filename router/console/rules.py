"""The rules: which version is live and why, the drafts of the next one, and every version that ever was, to look at."""

from collections.abc import Iterable, Mapping
from itertools import groupby
from operator import itemgetter
from typing import Any, Final

from sqlalchemy import Connection

from router.accounts import Role
from router.console import rules_checks, rules_files
from router.console.exchange import Answer, Ask, NotFoundError, Page
from router.console.rules_text import compared
from router.store import drafts, replays, rulesets, users
from rules.difference import Change, difference
from rules.landlord import Ruleset

ROOT: Final = "/rules"
RECENT: Final = 5
PER_PAGE: Final = 25
MOST_COMPARED: Final = 1_000
"""Lines of a difference that a page shows."""
LARGEST_NUMBER: Final = 2**31 - 1
Row = Mapping[str, Any]


def show(ask: Ask) -> Answer:
    """The live version, the drafts, and what was live of late."""
    live, recent, open_drafts = ask.read(
        lambda record: (rulesets.live_version(record), _history(record, None, RECENT), _drafts(record))
    )
    values = {
        "live": next((row for row in recent if row["version"] == live), None),
        "recent": recent,
        "drafts": open_drafts,
        "counts": _sizes(ask.ruleset),
        "may_change": may_change(ask),
    }
    return Page("rules.html", values)


def history(ask: Ask) -> Answer:
    """Every version, newest first, a page at a time."""
    before = number_of(ask.query.get("before", ""))
    live, rows = ask.read(lambda record: (rulesets.live_version(record), _history(record, before, PER_PAGE + 1)))
    shown = rows[:PER_PAGE]
    following = f"{ROOT}/history?before={shown[-1]['version']}" if len(rows) > PER_PAGE else ""
    values = {"versions": shown, "live": live, "next": following, "first": f"{ROOT}/history" if before else ""}
    return Page("rules_history.html", values)


def version(ask: Ask) -> Answer:
    """One version: who made it live, when and why, its files and rules, and what it changed."""
    row, live, parent = ask.read(lambda record: _with_parent(record, number_of(ask.values["version"])))
    report = rules_checks.report_on(row["files"])
    places = rules_checks.Places(version_base(row))
    values = {
        "version": row,
        "replay": ask.read(lambda record: replays.justifying(record, row["version"])).get(row["version"]),
        "is_live": row["version"] == live,
        "files": rules_files.listed(row["files"], report, places),
        "rules": rules_files.rules_in(report.ruleset.ruleset, places) if report.ruleset else [],
        "changes": changes(parent["files"] if parent else None, row["files"]),
        "compared": by_file(parent["files"] if parent else row["files"], row["files"]),
        "may_change": may_change(ask),
    }
    return Page("rules_version.html", values)


def version_file(ask: Ask) -> Answer:
    """One file of a version, with its lines numbered."""
    row, _, _ = ask.read(lambda record: _with_parent(record, number_of(ask.values["version"])))
    name, text = named_file(ask, row["files"])
    report = rules_checks.report_on(row["files"])
    places = rules_checks.Places(version_base(row))
    lines = rules_files.numbered(name, text, report, places, number_of(ask.query.get("from", "")) or 1)
    return Page("rules_file.html", {"version": row, "base": places.base, "name": name, "file": lines})


def version_base(row: Row) -> str:
    """The address of a version."""
    return f"{ROOT}/versions/{row['version']}"


def may_change(ask: Ask) -> bool:
    """Whether whoever asks may change rules: others read them and try contacts."""
    return ask.person.may(Role.SUPERVISOR)


def number_of(text: str) -> int | None:
    """A number of a version or a line as an address has it, None where it is none."""
    number = int(text) if text.isascii() and text.isdecimal() and len(text) <= len(str(LARGEST_NUMBER)) else None
    return number if number is not None and number <= LARGEST_NUMBER else None


def named_file(ask: Ask, files: rules_checks.Files) -> tuple[str, str]:
    """The name and text of the file that an address or a form names."""
    name = ask.query.get("name") or ask.given("name")
    if name not in files:
        raise NotFoundError("There is no file of this name here.")
    return name, files[name]


def live_row(record: Connection) -> dict[str, Any]:
    """The live version with its files; raises NotFoundError where there is none yet."""
    number = rulesets.live_version(record)
    row = rulesets.version(record, number) if number is not None else None
    if row is None:
        raise NotFoundError("No rules are live yet.")
    return users.signed(record, [row], "author")[0]


def changes(old: rules_checks.Files | None, new: rules_checks.Files) -> list[dict[str, Any]] | None:
    """What differs by meaning, grouped by what happened; None where one of the two cannot be read as a ruleset."""
    before = rules_checks.ruleset_of(old) if old is not None else None
    after = rules_checks.ruleset_of(new)
    return _grouped(difference(before, after)) if before and after else None


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


def by_file(old: rules_checks.Files, new: rules_checks.Files) -> list[dict[str, Any]]:
    """Where the texts differ, by file: as many lines as a page takes, with how many were left out."""
    left, found = MOST_COMPARED, []
    for name in sorted({*old, *new}):
        if old.get(name) != new.get(name):
            state = "added" if name not in old else "removed" if name not in new else "changed"
            lines = [
                (number, line)
                for number, run in enumerate(compared(old.get(name, ""), new.get(name, "")))
                for line in run
            ]
            shown = [[line for _, line in run] for _, run in groupby(lines[:left], key=itemgetter(0))]
            found.append({"name": name, "state": state, "runs": shown, "more": max(0, len(lines) - left)})
            left = max(0, left - len(lines))
    return found


def _history(record: Connection, before: int | None, limit: int) -> list[dict[str, Any]]:
    rows = users.signed(record, rulesets.history(record, before=before, limit=limit), "author")
    replayed = replays.justifying(record)
    return [row | {"replayed": row["version"] in replayed} for row in rows]


def _drafts(record: Connection) -> list[dict[str, Any]]:
    return users.signed(record, drafts.every(record), "author", "changed_by")


def _with_parent(record: Connection, number: int | None) -> tuple[dict[str, Any], int | None, dict[str, Any] | None]:
    row = rulesets.version(record, number) if number is not None else None
    if row is None:
        raise NotFoundError("There is no version of this number.")
    parent = rulesets.version(record, row["parent"]) if row["parent"] is not None else None
    return users.signed(record, [row], "author")[0], rulesets.live_version(record), parent


def _sizes(ruleset: Ruleset) -> list[str]:
    """How much a ruleset has of everything, in words."""
    sizes = {
        "rule": len(ruleset.owner) + len(ruleset.handling),
        "team": len(ruleset.teams),
        "journey": len(ruleset.journeys),
        "adjustment": len(ruleset.adjustments),
        "message": len(ruleset.messages),
    }
    return [rules_checks.counted(count, what) for what, count in sizes.items()]
