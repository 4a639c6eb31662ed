"""The phone line, for supervisors: who waits for which team, and the announcements that they switch on and off."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any, Final

from sqlalchemy import Connection

from router import logs
from router.console import words
from router.console.exchange import Answer, Ask, NotFoundError, Page, Problem, Redirect
from router.store import announcements, users, waiting
from router.telephony.waiting import seen_since
from rules.phone_line import CallFlow

ROOT: Final = "/phone-line"
SHOWN: Final = 200
LATELY: Final = 20
"""How many switches of announcements are shown, the latest."""

STAGES: Final = {"waiting": "Waiting", "connecting": "Being put through"}
AWAY: Final = {"waiting": "Waits to be called back", "connecting": "Being called back"}
HOURS: Final = ("", "1", "2", "4", "8", "24")
"""For how many hours an announcement may be switched on; "" for as long as nobody switches it off."""


def show(ask: Ask) -> Answer:
    """Who waits, and what can be switched."""
    return _page(ask)


def switch(ask: Ask) -> Answer:
    """Switch an announcement, which the very next caller hears."""
    name, on = ask.given("name"), ask.given("switch") == "on"
    hours = ask.given(f"hours-{name}")
    if name not in (_flow(ask).announcements if _flow(ask) else {}):
        raise NotFoundError("There is no announcement with this name in the live rules.")
    if hours not in HOURS:
        return _page(ask, Problem(f"hours-{name}", "Choose for how long it is on"))
    until = ask.now + timedelta(hours=int(hours)) if hours else None
    item = announcements.switch(name, on=on, at=ask.now, by=ask.person.actor, until=until)
    ask.services.writer.submit(announcements.turn, item).result()
    logs.log("announcement.switched", user=ask.person.id)
    return Redirect(ROOT, f"{name} is {'on' if on else 'off'}.")


def _flow(ask: Ask) -> CallFlow | Any:
    return ask.ruleset.calls


def _page(ask: Ask, *problems: Problem) -> Page:
    since = seen_since(ask.services.live.current(), ask.now)
    rows, switched, lately = ask.read(lambda record: _read(record, since))
    values = {
        "teams": _teams(ask, rows),
        "announcements": _announcements(ask, switched),
        "hours": _hours(),
        "lately": [row | {"until": datetime.fromisoformat(row["until"]) if row["until"] else None} for row in lately],
    }
    return Page("phone_line.html", values, problems, 422 if problems else 200)


def _read(
    record: Connection, since: datetime
) -> tuple[list[dict[str, Any]], dict[str, dict[str, Any]], list[dict[str, Any]]]:
    lately = users.signed(record, announcements.lately(record, LATELY), "by")
    switched = announcements.every(record)
    named = users.signed(record, list(switched.values()), "by")
    return waiting.lined_up(record, since, SHOWN), {row["name"]: row for row in named}, lately


def _teams(ask: Ask, rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Each team that somebody waits for: how many, since when the first, and each with their place."""
    found = []
    for team, group in groupby(rows, key=lambda row: row["team"]):
        own = list(group)
        waiting_now = [row for row in own if row["stage"] == "waiting"]
        places = {row["contact_id"]: place for place, row in enumerate(waiting_now, 1)}
        callers = [
            {
                "id": row["contact_id"],
                "place": places.get(row["contact_id"]),
                "stage": STAGES[row["stage"]] if not row["away"] else AWAY[row["stage"]],
                "since": row["since"],
                "also": words.team(row["also"], ask.ruleset) if row["also"] else "",
            }
            for row in own
        ]
        longest = min((row["since"] for row in waiting_now), default=None)
        name = words.team(team, ask.ruleset)
        found.append({"name": name, "count": len(waiting_now), "longest": longest, "callers": callers})
    return found


def _announcements(ask: Ask, switched: dict[str, dict[str, Any]]) -> list[dict[str, Any]]:
    flow = _flow(ask)
    found = []
    for each in flow.announcements.values() if flow else ():
        row = switched.get(each.key)
        on = bool(row and row["on"] and (row["until"] is None or row["until"] > ask.now))
        said = {"name": each.key, "says": each.says, "heard": " and ".join(each.heard), "on": on}
        teams = [words.team(key, ask.ruleset) for key in each.teams]
        journeys = [ask.ruleset.journeys[key].name for key in each.journeys]
        found.append(said | {"whose": ", ".join([*teams, *journeys]), "switched": row})
    return found


def _hours() -> list[tuple[str, str]]:
    return [(each, f"{each} hour{'s' if each != '1' else ''}" if each else "Until switched off") for each in HOURS]
