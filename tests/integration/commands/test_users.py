"""`firstcontact users`: people added, listed, changed, and let in by links that are shown once."""

import re

import pytest

from tests.integration.commands.conftest import Run

LINK = re.compile(r"http://127\.0\.0\.1:8000/link/[\w-]{43}\n")
SAM = "sam@mill-lane.example"


def test_somebody_is_added_listed_and_changed(live: Run) -> None:
    added = live("users", "add", SAM.upper(), "Sam Reed", "--team", "repairs", "--team", "hub")
    assert (added.code, bool(LINK.fullmatch(added.out))) == (0, True)
    (row,) = live("users", "list", "--json").rows()
    assert (row["email"], row["roles"], row["teams"]) == (SAM, ["colleague"], ["hub", "repairs"])
    assert row["state"] == "invited"
    assert live("users", "change", SAM, "--role", "supervisor", "--role", "administrator").out == "Changed.\n"
    assert live("users", "disable", SAM).code == 0
    (row,) = live("users", "list", "--json").rows()
    assert (row["roles"], row["state"]) == (["administrator", "supervisor"], "disabled")
    assert live("users", "enable", SAM).code == 0
    assert "Sam Reed  administrator supervisor  hub repairs  invited" in live("users", "list").out


def test_a_link_is_the_first_administrators_while_there_is_nobody_and_then_somebodys(live: Run) -> None:
    assert LINK.fullmatch(live("users", "link").out)
    live("users", "add", SAM, "Sam Reed", "--role", "administrator")
    refused = live("users", "link")
    assert (refused.code, "There are users already" in refused.err) == (2, True)
    links = {live("users", "link", SAM).out for _ in range(2)}
    assert len(links) == 2


@pytest.mark.parametrize(
    "arguments,code,problem",
    [
        (["add", "sam", "Sam"], 2, "sam is not an email address"),
        (["add", "jo@mill-lane.example", "Jo", "--team", "nothing"], 2, "there is no nothing; there are hub, repairs"),
        (["add", "jo@mill-lane.example", "Jo", "--role", "owner"], 2, "owner"),
        (["add", SAM, "Sam again"], 1, "There is somebody with the address sam@mill-lane.example already"),
        (["change", SAM], 2, "Say what to change"),
        (["change", "nobody@mill-lane.example", "--name", "X"], 1, "There is nobody with the address"),
        (["disable", "nobody@mill-lane.example"], 1, "There is nobody with the address"),
        (["link", "nobody@mill-lane.example"], 1, "There is nobody with the address"),
    ],
)
def test_what_cannot_be_done_is_said(live: Run, arguments: list[str], code: int, problem: str) -> None:
    live("users", "add", SAM, "Sam Reed", "--team", "hub")
    done = live("users", *arguments)
    assert (done.code, done.out) == (code, "")
    assert problem in done.err
