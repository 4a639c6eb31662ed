"""The forms by which a draft is submitted for approval, and approved, refused or withdrawn by a second person."""

from typing import Final

from router.checking import report_on
from router.console import rules_approval
from router.console.exchange import Answer, Ask, Problem, Redirect
from router.console.rules import live_row
from router.console.rules_drafts import draft_base, found
from router.console.rules_publish import WHY, form
from router.publishing import LONGEST_REASON, ChangeRefusedError
from router.store.submissions import SubmissionEnd

SAID: Final = {
    SubmissionEnd.APPROVED: "You have approved it. It can be published now.",
    SubmissionEnd.REFUSED: "You have refused it. Whoever wrote it sees what you said.",
    SubmissionEnd.WITHDRAWN: "It waits for approval no longer.",
}
NEEDS_WORDS: Final = "Enter what you looked at, or what is wrong: it is kept with the decision"


def submit(ask: Ask) -> Answer:
    """Ask a second person to approve a draft, as it is now, over the version that is live now."""
    row, current = found(ask), ask.read(live_row)
    reason = ask.given("reason")[:LONGEST_REASON]
    if not report_on(row["files"]).may_live:
        return form(ask, row, Problem("check", "This draft cannot go live yet: put right what the check says"))
    if not reason:
        return form(ask, row, Problem("reason", WHY))
    if ask.given("seen") != str(current["version"]):
        return form(ask, row, Problem("reason", "Another version was published meanwhile. Look at what differs again"))
    try:
        rules_approval.submit(ask, row, current, reason)
    except ChangeRefusedError as refused:
        return form(ask, found(ask), Problem("reason", str(refused).removesuffix(".")))
    said = "It waits for somebody else to approve it: any supervisor who had no hand in it."
    return Redirect(f"{draft_base(row)}/publish", said)


def decide(ask: Ask) -> Answer:
    """Say yes or no to what was submitted, or take it back."""
    row = found(ask)
    words = ask.given("words")[:LONGEST_REASON]
    outcome = {each.value: each for each in SAID}.get(ask.given("outcome"))
    if outcome is None:
        return form(ask, row, Problem("outcome", "Choose whether you approve or refuse it"))
    if not words and outcome is not SubmissionEnd.WITHDRAWN:
        return form(ask, row, Problem("words", NEEDS_WORDS))
    try:
        rules_approval.decide(ask, ask.given("submission"), outcome, words)
    except ChangeRefusedError as refused:
        return form(ask, found(ask), Problem("words", str(refused).removesuffix(".")))
    return Redirect(f"{draft_base(row)}/publish", SAID[outcome])
