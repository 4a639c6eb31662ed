"""Drafts of the rules: begun from a version, edited a file or a part of one at a time, and checked at every save."""

from typing import Any, Final

from sqlalchemy import Connection

from router import logs, publishing
from router.checking import Files, report_on
from router.console import rules_checks, rules_files
from router.console.exchange import Answer, Ask, NotFoundError, Page, Problem, Redirect
from router.console.rules import ROOT, named_file, number_of
from router.console.rules_text import Part, compared, part_at, parts, spliced, split, tidied
from router.console.rules_words import vocabulary
from router.publishable import Report
from router.publishing import FILE_NAME, LONGEST_NAME, LONGEST_NOTE, MOST_FILES, By
from router.store import drafts, rulesets, users
from router.store.rows import Row
from rules.load import digest

FEWEST_ROWS, MOST_ROWS = 12, 40
TEXT: Final = "text"
"""The field of a file's form that has the file, and is where messages about it lead."""


def start(ask: Ask) -> Answer:
    """Begin a draft from the live version, or from the one that was asked for."""
    wanted = number_of(ask.given("version"))
    base = ask.read(lambda record: rulesets.version(record, wanted or rulesets.live_version(record) or 0))
    if base is None:
        raise NotFoundError("There is no version of this number.")
    mine = ask.person.actor
    note = ask.given("note")[:LONGEST_NOTE] or f"A change to version {base['version']}"
    by = By(mine, "", ask.now)
    draft = publishing.begin_draft(ask.services.writer, base["version"], base["files"], note, by)
    logs.log("draft.started", user=ask.person.id)
    return Redirect(
        draft_base({"id": draft}), "The draft is begun. Nothing in it decides anything until you publish it."
    )


def show(ask: Ask) -> Answer:
    """One draft: what the check says, its files and its rules."""
    return page_of(ask, found(ask))


def page_of(ask: Ask, row: Row, *problems: Problem) -> Page:
    """The page of a draft, with what is wrong with a form on it."""
    base_files, live = ask.read(lambda record: (_files_of(record, row["base_version"]), rulesets.live_version(record)))
    places, report = places_in(row), report_on(row["files"])
    values = {
        "draft": row,
        "base": places.base,
        "live": live,
        "check": rules_checks.shown(report, places),
        "files": rules_files.listed(row["files"], report, places, base_files),
        "gone": sorted(set(base_files) - set(row["files"])),
        "rules": _rules(row, report, places),
        "typed": ask.given("name"),
    }
    return Page("rules_draft.html", values, problems, 422 if problems else 200)


def show_file(ask: Ask) -> Answer:
    """One file of a draft, to be edited as a whole or the part that a line stands in."""
    row = found(ask)
    name, text = named_file(ask, row["files"])
    line = number_of(ask.query.get("part", ""))
    part = part_at(text, line) if line else None
    return _editor(ask, row, name, part, _within(text, part))


def save_file(ask: Ask) -> Answer:
    """Save what was typed, unless somebody else saved the same file meanwhile: then both are shown."""
    row = found(ask)
    name, text = named_file(ask, row["files"])
    if ask.given("was") != digest_of(text):
        return _conflict(ask, row, name)
    line = number_of(ask.given("part"))
    part = part_at(text, line) if line else None
    typed = tidied(ask.typed(TEXT))
    whole = spliced(text, part.first, part.last, typed) if part else typed
    wrong = _too_much(row["files"], name, whole)
    if wrong:
        return _editor(ask, row, name, part, typed, Problem(TEXT, wrong))
    if not _change(ask, row, name, text, whole):
        return _conflict(ask, found(ask), name)
    logs.log("draft.saved", user=ask.person.id)
    report = report_on({**row["files"], name: whole})
    now = part_at(whole, part.first) if part else None
    where = {"part": now.begins} if now else {}
    return Redirect(places_in(row).file(name, **where), _saved(report))


def add_file(ask: Ask) -> Answer:
    """Add an empty file, to be written next."""
    row, name = found(ask), ask.given("name")
    wrong = _wrong_name(name, row["files"])
    if wrong or not _change(ask, row, name, None, f"# {name}\n"):
        return page_of(ask, found(ask), Problem("name", wrong or "Somebody has just added a file of this name"))
    return Redirect(places_in(row).file(name), f"{name} is added. Write its sections below.")


def ask_to_remove(ask: Ask) -> Answer:
    """Ask whether a file is really to be taken out."""
    row = found(ask)
    name, text = named_file(ask, row["files"])
    values = {"draft": row, "base": draft_base(row), "name": name, "was": digest_of(text), "count": len(split(text))}
    return Page("rules_remove.html", values)


def remove_file(ask: Ask) -> Answer:
    """Take a file out of a draft."""
    row = found(ask)
    name, text = named_file(ask, row["files"])
    if ask.given("was") != digest_of(text) or not _change(ask, row, name, text, None):
        return page_of(ask, found(ask), Problem("files", f"{name} was changed meanwhile, so it was not taken out"))
    return Redirect(draft_base(row), f"{name} is taken out of the draft.")


def ask_to_discard(ask: Ask) -> Answer:
    """Ask whether a draft is really to be thrown away."""
    row = found(ask)
    return Page("rules_discard.html", {"draft": row, "base": draft_base(row)})


def discard(ask: Ask) -> Answer:
    """Throw a draft away; what is live is not touched."""
    row = found(ask)
    if not publishing.discard(ask.services.writer, row, ask.person.actor, ask.now):
        return page_of(ask, found(ask), Problem("files", "Somebody has just saved this draft, so it was kept"))
    return Redirect(ROOT, "The draft is thrown away.")


def found(ask: Ask) -> dict[str, Any]:
    """The draft that an address names, with names for who began and last changed it."""
    row = ask.read(lambda record: drafts.get(record, ask.values["id"]))
    if row is None:
        raise NotFoundError("There is no such draft any more: it was published or thrown away.")
    return ask.read(lambda record: users.signed(record, [row], "author", "changed_by")[0])


def draft_base(row: Row) -> str:
    """The address of a draft."""
    return f"{ROOT}/drafts/{row['id']}"


def places_in(row: Row) -> rules_checks.FileAddresses:
    """The addresses in a draft."""
    return rules_checks.editors(draft_base(row), row["files"])


def digest_of(text: str) -> str:
    """What tells one state of a file from another."""
    return digest({"": text.encode()})


def _rules(row: Row, report: Report, places: rules_checks.FileAddresses) -> list[dict[str, Any]]:
    if report.ruleset is None:
        return rules_files.rules_as_written(row["files"], places)
    return rules_files.rules_in(report.ruleset, places)


def _files_of(record: Connection, number: int) -> dict[str, str]:
    version = rulesets.version(record, number)
    return version["files"] if version else {}


def _change(ask: Ask, row: Row, name: str, was: str | None, text: str | None) -> bool:
    change = drafts.FileChange(row["id"], name, was, text, ask.person.actor, ask.now)
    return ask.services.writer.submit(drafts.change_file, change).result()


def _within(text: str, part: Part | None) -> str:
    return tidied("\n".join(split(text)[part.first - 1 : part.last])) if part else text


def _too_much(files: Files, name: str, text: str) -> str:
    """What to say of a file that is larger than a page should check."""
    most = rules_checks.LARGEST_FILE
    if not rules_checks.can_be_edited(text):
        return f"A file may have {most:,} characters and {rules_checks.MOST_LINES:,} lines here: split it"
    whole = len(text) + sum(len(each) for other, each in files.items() if other != name)
    if whole > rules_checks.LARGEST_DRAFT:
        return f"All files together may have {rules_checks.LARGEST_DRAFT:,} characters: take something out first"
    return ""


def _wrong_name(name: str, files: Files) -> str:
    if name in files:
        return "There is a file of this name already"
    if len(name) > LONGEST_NAME or not FILE_NAME.fullmatch(name):
        return "Enter a name of letters, digits and hyphens that ends in .yaml, such as rules-pests.yaml"
    if len(files) >= MOST_FILES:
        return f"There are {len(files)} files already: put it into one of them"
    return ""


def _saved(report: Report) -> str:
    wrong = len(report.errors)
    if wrong:
        return f"Saved in the draft. The check finds {rules_checks.counted(wrong, 'mistake')}: see below."
    if report.failures:
        count = len(report.failures)
        return f"Saved in the draft. {rules_checks.counted(count, 'example')} came out differently: see below."
    return "Saved in the draft. The check finds no mistakes, and every example comes out as it says."


def _conflict(ask: Ask, row: Row, name: str) -> Page:
    """What was typed, beside what somebody else saved while it was: nothing is lost, and neither wins by itself."""
    text, typed, part_name = row["files"].get(name, ""), tidied(ask.typed(TEXT)), ask.given("part_name")
    part = next((each for each in parts(text) if each.name == part_name), None)
    wrong = f"{row['changed_by']} saved this file while you were editing. What differs is shown below what you typed"
    if part_name and part is None:
        wrong = f"{row['changed_by']} has taken “{part_name}” out meanwhile. What you typed is kept below the file"
        page = _editor(ask, row, name, None, text, Problem(TEXT, wrong))
        return Page(page.template, {**page.values, "kept": typed}, page.problems, 409)
    page = _editor(ask, row, name, part, typed, Problem(TEXT, wrong))
    return Page(page.template, {**page.values, "theirs": compared(_within(text, part), typed)}, page.problems, 409)


def _editor(ask: Ask, row: Row, name: str, part: Part | None, typed: str, *problems: Problem) -> Page:
    text = row["files"].get(name, "")
    places, report = places_in(row), report_on(row["files"])
    start = number_of(ask.query.get("from", "")) or 1
    whole = rules_files.numbered(name, text, report, places, start)
    values = {
        "draft": row,
        "base": places.base,
        "name": name,
        "part": part,
        "typed": typed,
        "rows": max(FEWEST_ROWS, min(MOST_ROWS, typed.count("\n") + 2)),
        "was": digest_of(text),
        "too_large": not rules_checks.can_be_edited(text),
        "check": rules_checks.shown(report, places),
        "file": rules_files.numbered_part(name, text, report, part) if part else whole,
        "theirs": (),
        "kept": "",
        "vocabulary": vocabulary(report.ruleset or ask.ruleset),
    }
    return Page("rules_edit.html", values, problems, 422 if problems else 200)
