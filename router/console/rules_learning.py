"""What misroutes teach: proposals to look at, each of which opens a draft or is refused; none lives by itself."""

from collections.abc import Mapping
from typing import Any, Final

from router import logs
from router.console.exchange import Answer, Ask, NotFoundError, Page, Problem, Redirect
from router.console.rules import ROOT
from router.console.rules_drafts import draft_base
from router.console.rules_meaning import by_file
from router.days import WrongPeriodError
from router.replays import asking, telling
from router.store import drafts, replays, rulesets, users
from router.store.ids import new_id
from router.store.rows import Row

BASE: Final = f"{ROOT}/learning"
ACCEPTED, REFUSED = "accepted", "refused"
LONGEST_REASON: Final = 500


def show(ask: Ask) -> Answer:
    """What the latest look at misroutes found, and the form to look again."""
    return _page(ask)


def start(ask: Ask) -> Answer:
    """Look at the misroutes of some days again."""
    live = ask.services.live.current()
    try:
        period = asking.period(ask.given("since"), ask.given("until"), live.calendar, ask.now)
    except WrongPeriodError as wrong:
        return _page(ask, Problem(wrong.field, str(wrong)))
    source = ask.read(lambda record: asking.of_version(record, live.version))
    if source is None:
        raise NotFoundError("No rules are live yet.")
    wanted = asking.asked_to_learn(source, period, live, ask.person.actor, ask.now)
    ask.services.writer.submit(replays.add, wanted).result()
    ask.services.wake.replay()
    logs.log("replay.asked", replay=wanted["id"], user=ask.person.id)
    return Redirect(BASE, "Misroutes are being looked at. This takes some minutes.")


def answer(ask: Ask) -> Answer:
    """Accept, edit or refuse a proposal: the first two open the same draft, and nothing is published."""
    run = ask.read(lambda record: replays.get(record, ask.values["id"]))
    proposals = (run["result"] or {}).get("proposals", []) if run and run["kind"] == replays.LEARNING else []
    proposal = next((each for each in proposals if each["key"] == ask.given("key")), None)
    if run is None or proposal is None:
        raise NotFoundError("There is no such proposal any more: look at the misroutes again.")
    if ask.given("answer") != "refuse":
        return _accept(ask, run, proposal)
    reason = ask.given(f"reason-{proposals.index(proposal)}")[:LONGEST_REASON]
    if not reason:
        return _page(ask, Problem(f"reason-{proposals.index(proposal)}", "Enter why, so that others know"))
    _keep(ask, proposal, REFUSED, reason, None)
    return Redirect(BASE, "The proposal is refused, and will not be made again.")


def _accept(ask: Ask, run: Row, proposal: Row) -> Answer:
    base = ask.read(lambda record: rulesets.version(record, run["base_version"]))
    if base is None:
        raise NotFoundError("The rules that it was made for are not in the record any more.")
    mine = ask.person.actor
    row = {
        "id": new_id(),
        "base_version": base["version"],
        "files": base["files"] | proposal["files"],
        "note": proposal["title"],
        "author": mine,
        "created_at": ask.now,
        "changed_by": mine,
        "changed_at": ask.now,
    }
    ask.services.writer.submit(drafts.add, row).result()
    _keep(ask, proposal, ACCEPTED, "", row["id"])
    where = "" if ask.given("answer") == "accept" else "#files"
    return Redirect(
        f"{draft_base(row)}{where}", "A draft is begun with the change in it. It lives when you publish it."
    )


def _keep(ask: Ask, proposal: Row, said: str, reason: str, draft_id: str | None) -> None:
    kept = {"key": proposal["key"], "title": proposal["title"], "answer": said, "reason": reason, "draft_id": draft_id}
    ask.services.writer.submit(replays.answer, kept | {"author": ask.person.actor, "at": ask.now}).result()
    logs.log("proposal.answered", outcome=said, user=ask.person.id)


def _page(ask: Ask, *problems: Problem) -> Page:
    live = ask.services.live.current()
    period = asking.period("", "", live.calendar, ask.now)
    latest = ask.read(lambda record: replays.latest(record, replays.LEARNING, 1))
    run = ask.read(lambda record: replays.get(record, latest[0]["id"])) if latest else None
    answers = ask.read(replays.answers)
    result = run["result"] if run else None
    refused = [each for each in answers.values() if each["answer"] == REFUSED]
    values = {
        "run": run,
        "days": _days(run, ask) if run else "",
        "since": ask.given("since") or live.calendar.local(period.since).date().isoformat(),
        "until": ask.given("until") or live.calendar.local(ask.now).date().isoformat(),
        "result": result,
        "overtaken": bool(run and run["base_version"] != live.version),
        "proposals": _proposals(ask, run, answers) if run and result else [],
        "kinds": [_kind(ask, each) for each in result["groups"]] if result else [],
        "refused": ask.read(lambda record: users.signed(record, refused, "author")),
        "base": BASE,
    }
    return Page("rules_learning.html", values, problems, 422 if problems else 200)


def _days(run: Row, ask: Ask) -> str:
    told = telling.head(run, ask.services.live.current().calendar)
    return f"{told['since']} to {told['until']}"


def _proposals(ask: Ask, run: Row, answers: Mapping[str, Row]) -> list[dict[str, Any]]:
    base = ask.read(lambda record: rulesets.version(record, run["base_version"]))
    files = base["files"] if base else {}
    return [
        {
            **each,
            **_kind(ask, each),
            "answer": answers.get(each["key"]),
            "compared": by_file(files, files | each["files"]),
            "owners": [
                (*(telling.named("owners", move[name], ask.ruleset) for name in ("from", "to")), move["count"])
                for move in each["replay"]["owners"]
            ],
        }
        for each in run["result"]["proposals"]
    ]


def _kind(ask: Ask, each: Row) -> dict[str, Any]:
    journey = each["journey"]
    return {
        "from": telling.named("owners", each["from"], ask.ruleset),
        "to": telling.named("owners", each["to"], ask.ruleset),
        "about": telling.named("journeys", journey, ask.ruleset) if journey else "No journey was recognised",
        "misroutes": each["misroutes"],
        "customers": each["customers"],
        "why": each.get("why", ""),
    }
