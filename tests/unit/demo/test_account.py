"""The accounting finds whatever is not as promised: a record that is clean, and all that could be wrong with it."""

from collections.abc import Callable
from copy import deepcopy
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from router.demo.account import CHECKS, Account, wrong
from router.demo.arrivals import Arrival
from router.demo.figures import figures, spread
from router.demo.ledger import Ledger, Promise
from router.demo.outside import Outside
from router.demo.people import Person
from rules.folder import read_folder
from rules.load import load

RULESET = load(read_folder(Path(__file__).parents[3] / "config"))
NOW = datetime(2026, 3, 3, 9, 0, tzinfo=UTC)
ARRIVAL = Arrival("k1", 1.0, "sms", Person("DEMO-1", "Jo", "+447700900100", ""), "pest-control", ("rats",))
KEY = ("sms", "SMk1")
CONTACT = {
    "id": "c1",
    "channel": "sms",
    "conversation": "SMk1",
    "kind": "message",
    "state": "decided",
    "trouble": None,
    "team": "assets",
    "customer_id": "p1",
    "journey": "pest-control",
}
DECISION = {
    "id": "d1",
    "contact_id": "c1",
    "current": True,
    "at": NOW + timedelta(milliseconds=30),
    "routed_team": "assets",
    "parts_until": "x1",
}
PART = {"id": "x1", "part": "message", "text": "rats", "outgoing": False, "received_at": NOW}
ENQUIRY = {"id": "e1", "team": "assets", "customer_id": "p1", "state": "open"}
INTENT = {
    "id": "i1",
    "enquiry_id": "e1",
    "purpose": "acknowledgement",
    "audience": "customer",
    "state": "sent",
    "sent": {"channel": "sms", "address": "+447700900100"},
}
Change = Callable[[dict[str, Any]], object]


def account(change: Change = lambda _: None) -> Account:
    """The account of one text that went as it should, after a change to it."""
    ledger, outside = Ledger(), Outside()
    ledger.promises[KEY] = Promise(*KEY, ARRIVAL, {"c1"}, {("message", "rats")})
    outside.mailed["i1"] = 1
    held = {
        "contacts": {KEY: [CONTACT]},
        "parts": {"c1": [PART]},
        "decisions": {"c1": [DECISION]},
        "enquiries": {"e1": ENQUIRY},
        "members": {"c1": [{"enquiry_id": "e1"}]},
        "events": {"e1": [{"kind": "opened", "team": "assets", "data": {}}]},
        "outbox": {"e1": [INTENT]},
        "customers": {"p1": {"adjustments": {}}, "p2": {"adjustments": {"email-only": ""}}},
        "points": {"+447700900100": [{"customer_id": "p1"}], "p2@home.example": [{"customer_id": "p2"}]},
    }
    held = deepcopy(held) | {"ledger": ledger, "outside": outside}
    change(held)
    return Account(ruleset=RULESET, **held)  # type: ignore[arg-type]


def test_what_is_as_promised_is_clean() -> None:
    assert wrong(account()) == {name: [] for name in CHECKS}


def test_who_asks_for_another_is_answered_as_they_need_it() -> None:
    """The enquiry is about somebody who takes nothing but email; whoever asked takes texts."""
    about_another = account(lambda held: held["enquiries"]["e1"].update(customer_id="p2"))
    assert wrong(about_another) == {name: [] for name in CHECKS}


WRONG: dict[str, tuple[Change, set[str]]] = {
    "refused": (lambda held: held["ledger"].odd.append("sms k1: answered 500"), {"not_refused"}),
    "lost": (lambda held: held["contacts"].clear(), {"stored_once"}),
    "stored twice": (lambda held: held["contacts"][KEY].append(CONTACT), {"stored_once"}),
    "another id": (lambda held: held["contacts"][KEY][0].update(id="c1", x=held["ledger"].promises[KEY].ids.add("c2")),
                   {"stored_once"}),
    "part lost": (lambda held: held["parts"]["c1"].clear(), {"parts_once"}),
    "part twice": (lambda held: held["parts"]["c1"].append(PART), {"parts_once"}),
    "words changed": (lambda held: held["parts"]["c1"][0].update(text="mice"), {"parts_once"}),
    "undecided": (lambda held: held["contacts"][KEY][0].update(state="waiting"), {"decided_once"}),
    "decided twice": (lambda held: held["decisions"]["c1"].append(DECISION), {"decided_once"}),
    "no enquiry": (lambda held: held["members"].clear(), {"owned"}),
    "owned by nobody": (lambda held: held["enquiries"]["e1"].update(team="nobody"), {"owned"}),
    "owned by another": (lambda held: held["enquiries"]["e1"].update(team="repairs"), {"owned"}),
    "acknowledged twice": (
        lambda held: held["outbox"]["e1"].append({**INTENT, "id": "i2", "state": "failed"}),
        {"acknowledged_once"},
    ),
    "said twice": (lambda held: held["outside"].mailed.update(["i1"]), {"said_once"}),
    "never arrived": (lambda held: held["outside"].mailed.clear(), {"said_once"}),
    "said against a need": (
        lambda held: held["customers"]["p1"].update(adjustments={"email-only": ""}),
        {"duties_kept"},
    ),
    "said on a forbidden channel": (
        lambda held: held["customers"]["p1"].update(adjustments={"safe-contact": ""}),
        {"duties_kept"},
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", WRONG)
def test_what_is_not_is_found_by_the_check_for_it(case: str) -> None:
    change, expected = WRONG[case]
    found = {CHECKS[name].__name__ for name, problems in wrong(account(change)).items() if problems}
    assert found == expected


@pytest.mark.parametrize(
    "values,p50,p95,p99",
    [([], 0, 0, 0), ([7], 7, 7, 7), ([1, 2, 3], 2, 3, 3), (list(range(1, 101)), 50, 95, 99)],
)
def test_percentiles_are_values_that_there_are(values: list[float], p50: int, p95: int, p99: int) -> None:
    found = spread(values)
    assert (found.count, found.p50, found.p95, found.p99) == (len(values), p50, p95, p99)


def test_figures_say_what_the_record_says() -> None:
    told = figures(account(), came_again=2)
    assert told.contacts == {"sms": 1}
    assert told.to_owner["sms"].p50 == 30
    assert [(line.team, line.routed, line.owns) for line in told.teams] == [("assets", 1, 1)]
    assert [(line.group, line.contacts) for line in told.groups] == [
        ("with adjustments", 0),
        ("without", 1),
        ("not known to us", 0),
    ]
    assert (told.enquiries, told.taken, told.misrouted, told.came_again) == (1, 0, 0, 2)
