"""Replays through the API of a running engine: asked for, run by the process that a worker starts, and fetched."""

import pytest

from tests.integration.doors.client import Doors
from tests.servers.process import until


def test_a_replay_is_run_beside_the_live_work(doors: Doors) -> None:
    doors.text("My tap is dripping")
    until(lambda: doors.get("/contacts", state="decided")["contacts"], "the text is decided")
    answer = doors.api("POST", "/replays", json={"version": 1})
    assert answer.status_code == 202, answer.text
    place = f"/replays/{answer.json()['id']}"
    assert answer.headers["location"] == f"/api/v1{place}"
    until(lambda: doors.get(place)["state"] == "done", "the replay is done")
    result = doors.get(place)["result"]
    assert result["contacts"] >= 1
    assert (result["changed"], result["owners"], result["due"]) == (0, [], [])
    table = doors.api("GET", f"{place}/csv")
    assert table.headers["content-type"].startswith("text/csv")
    assert table.text.startswith("change,from,to,by,value,contacts\nload,")
    assert answer.json()["id"] in [each["id"] for each in doors.get("/replays")["replays"]]


@pytest.mark.parametrize(
    "body,status",
    [
        ({}, 422),
        ({"version": 1, "draft": "x"}, 422),
        ({"version": 999}, 404),
        ({"draft": "no such draft"}, 404),
        ({"version": 1, "since": "yesterday"}, 422),
        ({"version": 1, "against": "tomorrow"}, 422),
        ({"version": 0}, 422),
        ({"version": 1, "else": 1}, 422),
    ],
)
def test_what_cannot_be_replayed(doors: Doors, body: dict[str, object], status: int) -> None:
    answer = doors.api("POST", "/replays", json=body)
    assert (answer.status_code, set(answer.json())) == (status, {"detail"})


def test_one_that_is_not_there(doors: Doors) -> None:
    assert doors.api("GET", "/replays/01k").status_code == 404
    assert doors.api("GET", "/replays/01k/csv").status_code == 404
