"""Trying a made-up contact on the live rules, and on a draft beside them. Nothing of it is stored."""

from collections.abc import Sequence
from typing import Any, Final

from router.console import rules_checks
from router.console.exchange import Answer, Ask, Page, Problem
from router.console.rules import ROOT, may_change
from router.console.rules_tried import ADJUSTMENTS, ONE_OF, SEVERAL, options, side_by_side, tried, tried_on
from router.store import drafts
from router.store.rows import Row

LONGEST: Final = 20_000
"""Characters of what was said that are read."""
KNOWN: Final = "customer"
NUMBERS: Final = ("repeat_contacts", "open_enquiries")
MOST_DIGITS: Final = 3


def show(ask: Ask) -> Answer:
    """The form, with nothing tried yet."""
    return _page(ask, _draft(ask, ask.query.get("draft", "")), ())


def attempt(ask: Ask) -> Answer:
    """Decide the contact by the live rules, and by the draft where one was chosen."""
    draft = _draft(ask, ask.given("draft"))
    problems = list(_problems(ask))
    if draft and rules_checks.ruleset_of(draft["files"]) is None:
        wrong = "This draft has mistakes: put them right, or try the live rules alone"
        problems.append(Problem("draft", wrong))
    if problems:
        return _page(ask, draft, (), *problems)
    given = _given(ask)
    sides = [tried("Live rules", ask.services.live.current(), given, ask.now)]
    if draft:
        sides.append(tried_on("Draft", draft["files"], given, ask.now))
    return _page(ask, draft, side_by_side(*sides))


def _problems(ask: Ask) -> list[Problem]:
    problems = []
    if not ask.given("says") and not ask.given("journey"):
        problems.append(Problem("says", "Enter what they say, or choose a journey"))
    for name in NUMBERS:
        typed = ask.given(name)
        if typed and not (typed.isascii() and typed.isdecimal() and len(typed) <= MOST_DIGITS):
            problems.append(Problem(name, "Enter a whole number, such as 2, or leave it empty"))
    return problems


def _given(ask: Ask) -> dict[str, Any]:
    """The facts of the contact as the form has them; what was left open is unknown."""
    facts: dict[str, Any] = {"kind": "message", "subject": "", "attachments": 0, "about.another": False}
    facts |= {name: ask.given(name) for name in ("channel", "journey", "recipient", "menu", "at") if ask.given(name)}
    facts["says"] = ask.given("says")[:LONGEST]
    facts["sender.known"] = ask.given("who") == KNOWN
    if facts["sender.known"]:
        facts |= {name: ask.given(name) for name in ONE_OF if ask.given(name)}
        facts |= {name: list(ask.chosen(name)) for name in SEVERAL if ask.chosen(name)}
        facts |= {name: int(ask.given(name)) for name in NUMBERS if ask.given(name)}
        facts[ADJUSTMENTS] = list(ask.chosen(ADJUSTMENTS))
    return facts


def _draft(ask: Ask, draft_id: str) -> dict[str, Any] | None:
    return ask.read(lambda record: drafts.get(record, draft_id)) if draft_id and may_change(ask) else None


def _page(ask: Ask, draft: Row | None, results: Sequence[Row], *problems: Problem) -> Page:
    others = ask.read(drafts.every) if may_change(ask) else []
    proposed = rules_checks.ruleset_of(draft["files"]) if draft else None
    single = ("says", "channel", "journey", "recipient", "menu", "at", "who", *ONE_OF, *NUMBERS)
    values = {
        "drafts": [("", "The live rules alone"), *((row["id"], f"The draft “{row['note']}” too") for row in others)],
        "draft": draft,
        "options": options([proposed, ask.ruleset] if proposed else [ask.ruleset]),
        "typed": {name: ask.given(name) for name in single},
        "ticked": {name: ask.chosen(name) for name in (*SEVERAL, ADJUSTMENTS)},
        "results": results,
        "root": ROOT,
    }
    return Page("rules_try.html", values, problems, 422 if problems else 200)
