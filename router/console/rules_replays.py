"""Replays of a draft: asked for over some days, run in the background, and shown with contacts to look at."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection

from router import logs
from router.console import words
from router.console.exchange import Answer, Ask, NotFoundError, Page, Problem, Redirect
from router.console.rules import ROOT
from router.console.rules_drafts import draft_base, found
from router.days import WrongPeriodError
from router.facts import text_of
from router.replays import asking, telling
from router.replays.running import LIVE, THEN
from router.store import contacts, replays, users
from router.store.rows import Row
from rules.replay import by_day, by_hour

BASE: Final = f"{ROOT}/replays"
PER_PAGE: Final = 25
SHOWN: Final = 20
"""Changes of a kind that the page has; the command line and the API have them all."""
HEAD: Final = 300
"""Characters of what a customer wrote that stand beside an example."""
AGAINST: Final = [(LIVE, "What the live rules make of them"), (THEN, "What was decided at the time")]
DAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def ask_for(ask: Ask) -> Answer:
    """The form to replay a draft, and the replays that there are of it."""
    return _form(ask, found(ask))


def start(ask: Ask) -> Answer:
    """Have a draft replayed."""
    row, live = found(ask), ask.services.live.current()
    source = asking.Source(f"the draft “{row['note']}”", row["files"], row["id"])
    against = ask.given("against") if ask.given("against") in dict(AGAINST) else LIVE
    try:
        period = asking.period(ask.given("since"), ask.given("until"), live.calendar, ask.now)
    except WrongPeriodError as wrong:
        return _form(ask, row, Problem(wrong.field, str(wrong)))
    wanted = asking.asked(source, period, live, ask.person.actor, ask.now, against)
    ask.services.writer.submit(replays.add, wanted).result()
    ask.services.wake.replay()
    logs.log("replay.asked", replay=wanted["id"], user=ask.person.id)
    return Redirect(
        f"{BASE}/{wanted['id']}", "The replay is under way. It looks back only: nothing that is live changes."
    )


def every(ask: Ask) -> Answer:
    """Every replay, newest first, a page at a time."""
    before = ask.query.get("before") or None
    found_rows = ask.read(lambda record: replays.latest(record, replays.REPLAY, PER_PAGE + 1, before=before))
    rows = [row | {"changed_since": False} for row in ask.read(lambda record: _signed(record, found_rows))]
    following = f"{BASE}?before={rows[PER_PAGE - 1]['id']}" if len(rows) > PER_PAGE else ""
    return Page("rules_replays.html", {"rows": rows[:PER_PAGE], "next": following, "first": BASE if before else ""})


def show(ask: Ask) -> Answer:
    """One replay: how far it is, or what came out."""
    row = _found(ask)
    result = row["result"]
    values = {
        "replay": row,
        "base": f"{BASE}/{row['id']}",
        "days": _days(ask, row),
        "result": result,
        "hows": _hows(result) if result else [],
        "groups": _groups(ask, row) if result else [],
        "load": _load(ask, result) if result else [],
    }
    return Page("rules_replay.html", values)


def change(ask: Ask) -> Answer:
    """The contacts that are kept of one change, with what the customers wrote."""
    row, kind, number = _found(ask), ask.values["kind"], ask.values["number"]
    changes = (row["result"] or {}).get(kind, []) if kind in telling.KINDS else []
    if not number.isdecimal() or len(number) > len(str(SHOWN)) or int(number) >= len(changes):
        raise NotFoundError("There is no such change in this replay.")
    one = changes[int(number)]
    said = ask.read(lambda record: contacts.load(record, [each["contact"] for each in one["examples"]]))
    texts = {each["id"]: " ".join(text_of(each).split()) for each in said}
    values = {
        "replay": row,
        "base": f"{BASE}/{row['id']}",
        "title": _title(ask, kind, one),
        "count": one["count"],
        "examples": [_example(ask, each, texts.get(each["contact"], "")) for each in one["examples"]],
        "by": _by(ask, one),
    }
    return Page("rules_replay_change.html", values)


def _found(ask: Ask) -> dict[str, Any]:
    row = ask.read(lambda record: replays.get(record, ask.values["id"]))
    if row is None or row["kind"] != replays.REPLAY:
        raise NotFoundError("There is no such replay.")
    return ask.read(lambda record: _signed(record, [row])[0])


def _signed(record: Connection, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return users.signed(record, rows, "author")


def _form(ask: Ask, row: Row, *problems: Problem) -> Page:
    calendar = ask.services.live.current().calendar
    period = asking.period("", "", calendar, ask.now)
    made = ask.read(lambda record: _signed(record, replays.latest(record, replays.REPLAY, PER_PAGE, draft=row["id"])))
    digest = asking.Source("", row["files"]).digest
    values = {
        "draft": row,
        "base": draft_base(row),
        "since": ask.given("since") or calendar.local(period.since).date().isoformat(),
        "until": ask.given("until") or calendar.local(ask.now).date().isoformat(),
        "against": ask.given("against") or LIVE,
        "choices": AGAINST,
        "rows": [each | {"changed_since": each["digest"] != digest} for each in made],
    }
    return Page("rules_replay_ask.html", values, problems, 422 if problems else 200)


def _days(ask: Ask, row: Row) -> str:
    told = telling.head(row, ask.services.live.current().calendar)
    return f"{told['since']} to {told['until']}"


def _hows(result: Row) -> list[tuple[str, int, int]]:
    counted = ((telling.HOWS[how], result["how"][how.value]) for how in telling.HOWS)
    return [(text, counts["count"], counts["changed"]) for text, counts in counted if counts["count"]]


def _groups(ask: Ask, row: Row) -> list[dict[str, Any]]:
    """Every kind of change, with its changes, the largest first."""
    found = []
    for kind, (title, *_) in telling.KINDS.items():
        changes = row["result"][kind]
        items = [
            {
                "title": _title(ask, kind, each),
                "href": f"{BASE}/{row['id']}/{kind}/{place}",
                "count": each["count"],
                "mainly": _mainly(ask, each),
                "agreed": each["agreed"] if kind == "owners" else None,
            }
            for place, each in enumerate(changes[:SHOWN])
        ]
        found.append({"title": title, "changes": items, "more": max(0, len(changes) - SHOWN), "kind": kind})
    return found


def _title(ask: Ask, kind: str, each: Row) -> str:
    _, first, second = telling.KINDS[kind]
    one, other = (telling.named(kind, each[name], ask.ruleset) for name in (first, second))
    return f"{one.capitalize()}: {other}" if kind == "due" else f"{one} to {other}"


def _mainly(ask: Ask, each: Row) -> str:
    journey = next(iter(each["by_journey"].items()), None)
    return f"{telling.named('journeys', journey[0], ask.ruleset)} ({journey[1]:,})" if journey else ""


def _by(ask: Ask, each: Row) -> list[tuple[str, list[tuple[str, int]]]]:
    """A change told apart by journey, channel, adjustment and rule, by their names."""
    ruleset = ask.ruleset
    names: dict[str, Mapping[str, Any]] = {
        "journey": ruleset.journeys,
        "channel": ruleset.channels,
        "adjustment": ruleset.adjustments,
        "rule": {},
    }
    return [
        (by, [(getattr(known.get(value), "name", value), count) for value, count in each[f"by_{by}"].items()])
        for by, known in names.items()
        if each[f"by_{by}"]
    ]


def _example(ask: Ask, each: Row, text: str) -> dict[str, Any]:
    sides = {
        side: {
            "owner": telling.named("owners", each[side]["owner"], ask.ruleset),
            "journey": telling.named("journeys", each[side]["journey"] or "", ask.ruleset),
            "rule": each[side]["rule"],
            "priority": each[side]["priority"],
            "due": [(name.replace("-", " "), datetime.fromisoformat(at)) for name, at in each[side]["due"].items()],
        }
        for side in ("before", "after")
    }
    return {
        "contact": each["contact"],
        "reference": each["enquiry"],
        "at": datetime.fromisoformat(each["at"]),
        "channel": words.channel(each["channel"], ask.ruleset),
        "owner_now": telling.named("owners", each["owner_now"], ask.ruleset),
        "text": text[:HEAD] + ("…" if len(text) > HEAD else ""),
        **sides,
    }


def _load(ask: Ask, result: Row) -> list[dict[str, Any]]:
    """Each team whose load changes: in all, by weekday and by hour of the day."""
    found = []
    for team, load in result["load"].items():
        if load["before"] != load["after"]:
            parts = {"days": _named_days(by_day(load)), "hours": [(f"{h:02}:00", b, a) for h, b, a in by_hour(load)]}
            whole = {"before": sum(load["before"]), "after": sum(load["after"])}
            found.append({"name": telling.named("owners", team, ask.ruleset)} | whole | parts)
    return sorted(found, key=lambda each: -abs(each["after"] - each["before"]))


def _named_days(days: Iterable[tuple[int, int, int]]) -> list[tuple[str, int, int]]:
    return [(DAYS[day], before, after) for day, before, after in days]
