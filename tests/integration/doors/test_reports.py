"""The figures by the API: those that the command prints, and a clear word where there are none."""

import json
import os
import subprocess

import pytest

from router.reports.every import EVERY
from tests.integration.doors.client import Doors, contact_of
from tests.servers.serving import FIRSTCONTACT, Serving


def printed(serving: Serving, *arguments: str) -> list[dict[str, object]]:
    """What the command prints of a report, on the same record."""
    command = [FIRSTCONTACT, "report", *arguments, "--json"]
    done = subprocess.run(command, capture_output=True, text=True, check=True, env={**os.environ, **serving.settings})
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_every_report_is_named_with_what_it_can_be_told_apart_by(doors: Doors) -> None:
    told = {each["name"]: each["by"] for each in doors.get("/reports")["reports"]}
    assert told == {name: list(each.groups) for name, each in EVERY.items()}


@pytest.mark.parametrize(
    "name,by,group,counts",
    [
        ("first-contact", "team", "repairs", "within 10 working days"),
        ("times", "channel", "sms", "From"),
        ("calls", "none", "all", "A colleague talked to the caller."),
    ],
)
def test_a_report_has_the_figures_of_the_command(
    doors: Doors, serving: Serving, name: str, by: str, group: str, counts: str
) -> None:
    doors.decided(contact_of(doors.text()))
    told = doors.get(f"/reports/{name}", by=by)
    assert told["rows"] == printed(serving, name, "--by", by)
    assert group in {row["group"] for row in told["rows"]}
    assert (told["name"], told["by"], told["title"]) == (name, by, EVERY[name].title)
    assert counts in " ".join(told["definitions"].values())


@pytest.mark.parametrize(
    "path,status,named",
    [
        ("/reports/moods", 404, "first-contact, transfers"),
        ("/reports/times?by=day", 422, "by: times can be told apart by none, team"),
        ("/reports/times?since=yesterday", 422, "since: yesterday is not a day"),
        ("/reports/times?until=0001-01-01", 422, "until: 0001-01-01 is too far away"),
        ("/reports/times?since=2026-03-02&until=2026-03-01", 422, "since: The first day is after"),
        ("/reports/times?since=2026-03-02T10:00", 422, "since: String should have at most 10"),
    ],
)
def test_a_report_that_cannot_be_made_is_refused_in_words(doors: Doors, path: str, status: int, named: str) -> None:
    answer = doors.api("GET", path)
    assert (answer.status_code, named in answer.json()["detail"]) == (status, True), answer.text


def test_the_days_of_a_report_are_those_that_were_asked_for(doors: Doors) -> None:
    told = doors.get("/reports/times", since="2026-03-02", until="2026-03-02")
    assert (told["since"], told["until"], told["rows"][0]["enquiries"]) == ("2026-03-02", "2026-03-02", 0)
