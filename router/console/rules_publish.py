"""Making rules live: a draft with a reason, or an earlier version again; never over what its publisher has not seen."""

from typing import Any, Final

from router import logs, publishing
from router.checking import report_on
from router.console import rules_approval, rules_checks
from router.console.exchange import Answer, Ask, NotFoundError, Page, Problem, Redirect
from router.console.rules import ROOT, SIGNED, live_row, number_of, version_base
from router.console.rules_drafts import digest_of, draft_base, found, places_in
from router.console.rules_meaning import by_file, changes
from router.publishable import Checked, Report
from router.publishing import LONGEST_REASON, By, ChangeRefusedError, Over
from router.store import replays, rulesets, users
from router.store.rows import Row
from router.store.rulesets import Refusal, as_bytes
from rules.load import digest
from rules.problems import RulesetError

ORIGIN: Final = "console"
WHY: Final = "Enter why, for whoever reads the history"


def difference(ask: Ask) -> Answer:
    """What would change if a draft were published now: by meaning, then by line."""
    row = found(ask)
    return Page("rules_difference.html", _against_live(row, ask.read(live_row)))


def show(ask: Ask) -> Answer:
    """What publishing a draft would change, and the form to do it by, if the check allows it."""
    return form(ask, found(ask))


def publish(ask: Ask) -> Answer:
    """Make a draft live, if it passes the check and its publisher has seen all that it changes."""
    row, current = found(ask), ask.read(live_row)
    report = report_on(row["files"])
    problems = _problems(ask, row, current, report)
    if problems or report.ruleset is None:
        return form(ask, row, *problems)
    checked = Checked(as_bytes(row["files"]), report.ruleset, report.problems)
    over = Over(current["version"], row["base_version"], emergency=ask.given("emergency") == "yes")
    try:
        number = publishing.publish(ask.services.writer, checked, ORIGIN, _by(ask), over)
    except ChangeRefusedError as refused:
        return form(ask, row, _why(ask, refused))
    if replay := ask.read(lambda record: replays.of_content(record, checked.ruleset.digest)):
        ask.services.writer.submit(replays.justify, (replay["id"], number)).result()
    publishing.discard(ask.services.writer, row, ask.person.actor, ask.now)
    return _done(ask, number, f"Version {number} is live, and every part of the engine follows within two seconds.")


def ask_to_roll_back(ask: Ask) -> Answer:
    """What going back to an earlier version would change, and the form to do it by."""
    return _roll_back_form(ask)


def roll_back(ask: Ask) -> Answer:
    """Make the files of an earlier version live again, as a version of its own with who, when and why."""
    current, earlier = _current_and_earlier(ask)
    if earlier["version"] == current["version"]:
        return Redirect(ROOT, f"Version {current['version']} is live already.")
    if not _reason(ask):
        return _roll_back_form(ask, Problem("reason", WHY))
    if ask.given("seen") != str(current["version"]):
        return _roll_back_form(ask, _overtaken(current))
    over = Over(current["version"], emergency=ask.given("emergency") == "yes")
    try:
        number = publishing.roll_back(ask.services.writer, earlier, _by(ask), over)
    except RulesetError:
        return _roll_back_form(ask, Problem("check", "This version cannot be live any more: see what the check says"))
    except ChangeRefusedError as refused:
        return _roll_back_form(ask, _why(ask, refused))
    return _done(ask, number, f"Version {number} is live, with the rules of version {earlier['version']}.")


def _done(ask: Ask, number: int, said: str) -> Redirect:
    ask.services.live.look()
    logs.log("ruleset.published", ruleset=number, user=ask.person.id)
    return Redirect(ROOT, said)


def _problems(ask: Ask, row: Row, current: Row, report: Report) -> tuple[Problem, ...]:
    """Why a draft is not published."""
    if not report.may_live:
        return (Problem("check", "This draft cannot go live yet: put right what the check says"),)
    problems = []
    if not _reason(ask):
        problems.append(Problem("reason", WHY))
    if ask.given("seen") != str(current["version"]):
        problems.append(_overtaken(current))
    elif current["version"] != row["base_version"] and ask.given("over") != "yes":
        problems.append(
            Problem("over", f"Tick that version {current['version']} may be replaced, or start again from it")
        )
    if ask.given("was") != _state(row):
        problems.append(Problem("reason", f"{row['changed_by']} has changed the draft meanwhile. Look at it once more"))
    return tuple(problems)


def _by(ask: Ask) -> By:
    return By(ask.person.actor, _reason(ask), ask.now)


def _why(ask: Ask, refused: ChangeRefusedError) -> Problem:
    """What to say of a change that was not made."""
    if refused.refusal is Refusal.OVERTAKEN:
        return _overtaken(ask.read(live_row))
    if refused.refusal is Refusal.NOT_APPROVED:
        return Problem("emergency", "Tick that it cannot wait for a second person, or ask somebody to approve it")
    return Problem("reason", str(refused).removesuffix("."))


def _overtaken(current: Row) -> Problem:
    number, who = current["version"], current["author"]
    return Problem(
        "reason", f"Version {number} was published by {who} meanwhile. Look at what differs, then decide again"
    )


def form(ask: Ask, row: Row, *problems: Problem) -> Page:
    """What a draft would change, with what there is to do: publish it, submit it, or say a word to it."""
    current = ask.read(live_row)
    report = report_on(row["files"])
    base = ask.read(lambda record: rulesets.version(record, row["base_version"])) or current
    moved_on = current["version"] != row["base_version"]
    values = {
        **_against_live(row, current),
        "check": rules_checks.shown(report, places_in(row)),
        "moved_on": moved_on,
        "theirs": changes(base["files"], current["files"]) if moved_on else [],
        "theirs_by_file": by_file(base["files"], current["files"]) if moved_on else [],
        "reason": _reason(ask) if problems else row["note"],
        "was": _state(row),
        "asked": rules_approval.state(ask, row, current),
        "words": ask.given("words"),
        "ticked": ask.chosen("emergency"),
        "replay": ask.read(lambda record: replays.of_content(record, digest(as_bytes(row["files"])))),
    }
    return Page("rules_publish.html", values, problems, 422 if problems else 200)


def _against_live(row: Row, current: Row) -> dict[str, Any]:
    return {
        "draft": row,
        "base": draft_base(row),
        "live": current,
        "changes": changes(current["files"], row["files"]),
        "compared": by_file(current["files"], row["files"]),
    }


def _roll_back_form(ask: Ask, *problems: Problem) -> Page:
    current, earlier = _current_and_earlier(ask)
    values = {
        "live": current,
        "version": earlier,
        "base": version_base(earlier),
        "changes": changes(current["files"], earlier["files"]),
        "compared": by_file(current["files"], earlier["files"]),
        "check": rules_checks.shown(report_on(earlier["files"]), rules_checks.FileAddresses(version_base(earlier))),
        "reason": _reason(ask),
        "emergency": rules_approval.needs_a_second(current, earlier),
        "ticked": ask.chosen("emergency"),
    }
    return Page("rules_roll_back.html", values, problems, 422 if problems else 200)


def _current_and_earlier(ask: Ask) -> tuple[dict[str, Any], dict[str, Any]]:
    number = number_of(ask.values["version"])
    current, row = ask.read(lambda record: (live_row(record), rulesets.version(record, number or 0)))
    if row is None:
        raise NotFoundError("There is no version of this number.")
    return current, ask.read(lambda record: users.signed(record, [row], *SIGNED)[0])


def _reason(ask: Ask) -> str:
    return ask.given("reason")[:LONGEST_REASON]


def _state(row: Row) -> str:
    """What tells one state of a draft from another."""
    return digest_of("\0".join(f"{name}\0{text}" for name, text in sorted(row["files"].items())))
