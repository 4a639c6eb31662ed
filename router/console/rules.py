"""The rules: which version is live and why, the drafts of the next one, and every version that ever was, to look at."""

from typing import Any, Final

from sqlalchemy import Connection

from router.accounts import Role
from router.checking import Files, report_on
from router.console import rules_checks, rules_files
from router.console.exchange import Answer, Ask, NotFoundError, Page
from router.console.rules_meaning import by_file, changes
from router.store import drafts, replays, rulesets, submissions, users
from router.store.rows import Row
from router.store.submissions import SubmissionEnd
from rules.landlord import Ruleset

ROOT: Final = "/rules"
RECENT: Final = 5
PER_PAGE: Final = 25
SIGNED: Final = ("author", "approved_by")
"""The columns of a version in which somebody stands."""


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
    report = report_on(row["files"])
    places = rules_checks.FileAddresses(version_base(row))
    values = {
        "version": row,
        "replay": ask.read(lambda record: replays.justifying(record, row["version"])).get(row["version"]),
        "is_live": row["version"] == live,
        "files": rules_files.listed(row["files"], report, places),
        "rules": rules_files.rules_in(report.ruleset, places) if report.ruleset else [],
        "changes": changes(parent["files"] if parent else None, row["files"]),
        "compared": by_file(parent["files"] if parent else row["files"], row["files"]),
        "may_change": may_change(ask),
    }
    return Page("rules_version.html", values)


def version_file(ask: Ask) -> Answer:
    """One file of a version, with its lines numbered."""
    row, _, _ = ask.read(lambda record: _with_parent(record, number_of(ask.values["version"])))
    name, text = named_file(ask, row["files"])
    report = report_on(row["files"])
    places = rules_checks.FileAddresses(version_base(row))
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
    number = int(text) if text.isascii() and text.isdecimal() and len(text) <= len(str(rulesets.LARGEST)) else None
    return number if number is not None and number <= rulesets.LARGEST else None


def named_file(ask: Ask, files: Files) -> tuple[str, str]:
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
    return users.signed(record, [row], *SIGNED)[0]


def _history(record: Connection, before: int | None, limit: int) -> list[dict[str, Any]]:
    rows = users.signed(record, rulesets.history(record, before=before, limit=limit), *SIGNED)
    replayed = replays.justifying(record)
    return [row | {"replayed": row["version"] in replayed} for row in rows]


def _drafts(record: Connection) -> list[dict[str, Any]]:
    """Every draft, with what became of its being submitted."""
    asked = submissions.newest(record)
    rows = users.signed(record, drafts.every(record), "author", "changed_by")
    return [row | {"asked": _asked(asked[row["id"]]) if row["id"] in asked else ""} for row in rows]


def _asked(submission: Row) -> str:
    return {None: "Waits for approval", SubmissionEnd.APPROVED: "Approved", SubmissionEnd.REFUSED: "Refused"}.get(
        submission["outcome"], ""
    )


def _with_parent(record: Connection, number: int | None) -> tuple[dict[str, Any], int | None, dict[str, Any] | None]:
    row = rulesets.version(record, number) if number is not None else None
    if row is None:
        raise NotFoundError("There is no version of this number.")
    parent = rulesets.version(record, row["parent"]) if row["parent"] is not None else None
    return users.signed(record, [row], *SIGNED)[0], rulesets.live_version(record), parent


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
