"""Letting people in: the first administrator, one-time links, and what administrators change about others."""

import html
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import httpx
import pytest

from router import accounts
from router.accounts import LINK_LASTS, Role
from router.services import Services
from router.store import users
from router.store.engine import begin_read
from tests.integration.console.visitor import PASSWORD, Clock, Visitor, add_user

Visit = Callable[..., Visitor]
LINK = re.compile(r"http://127\.0\.0\.1:8000(/link/[\w-]+)")
NEW = {"name": "Alex Best", "email": "Alex@Mill-Lane.example", "password": PASSWORD, "again": PASSWORD}
SPENT = "This link is no longer good"


def make_link(services: Services, user_id: str | None = None) -> str:
    url, row = accounts.new_link(services.settings, user_id, services.clock())
    services.writer.submit(users.add_link, row).result()
    found = LINK.fullmatch(url)
    assert found
    return found[1]


def everybody(services: Services) -> dict[str, dict[str, Any]]:
    with begin_read(services.record) as record:
        return {row["email"]: row for row in users.every(record)}


def shown_link(page: httpx.Response) -> str:
    found = LINK.search(html.unescape(page.text))
    assert found, page.text
    return found[1]


def test_first_administrator_is_made_by_a_link_that_works_once(visit: Visit, services: Services) -> None:
    path, visitor = make_link(services), visit()
    assert "Make the first administrator" in visitor.get(path).text
    assert "Make the first administrator" in visitor.get(path).text
    made = visitor.post(path, NEW)
    assert "Your password is set, and you are signed in." in visitor.follow(visitor.follow(made)).text
    user = everybody(services)["alex@mill-lane.example"]
    assert (user["name"], set(user["roles"])) == ("Alex Best", set(Role))
    for other in (path, make_link(services)):
        assert (visit().get(other).status_code, SPENT in visit().get(other).text) == (404, True)
    assert SPENT in visit().post(path, NEW | {"email": "eve@mill-lane.example"}).text
    assert list(everybody(services)) == ["alex@mill-lane.example"]


def test_two_first_links_used_at_once_make_one_administrator(services_on_both: Services) -> None:
    now = services_on_both.clock()
    waiting = []
    for number in range(2):
        _, row = accounts.new_link(services_on_both.settings, None, now)
        services_on_both.writer.submit(users.add_link, row).result()
        user = accounts.new_user(f"first{number}@mill-lane.example", "First", Role, (), now)
        use = users.Use(row["digest"], "hash", now, user)
        waiting.append(services_on_both.writer.submit(users.use_link, use))
    assert [each.result() is None for each in waiting].count(False) == 1
    assert len(everybody(services_on_both)) == 1


@pytest.mark.parametrize(
    "wrong,says",
    [
        ({"name": " "}, "Enter your name"),
        ({"email": "alex"}, "Enter an email address"),
        ({"password": "short", "again": "short"}, "12 characters or more"),
        ({"again": PASSWORD + "!"}, "The two passwords must be the same"),
        ({"password": "Alex Best is the best", "again": "Alex Best is the best"}, "must not contain your name"),
    ],
)
def test_what_is_wrong_with_a_new_account_is_said(
    visit: Visit, services: Services, wrong: dict[str, str], says: str
) -> None:
    path, visitor = make_link(services), visit()
    answer = visitor.post(path, NEW | wrong)
    assert (answer.status_code, says in answer.text) == (422, True)
    assert PASSWORD not in answer.text
    assert everybody(services) == {}
    assert visitor.post(path, NEW).status_code == 303


@pytest.mark.parametrize("path", ["/link/nothing", "/link/" + "x" * 5000, "/link/%00%ff"])
def test_link_that_is_none(visit: Visit, path: str) -> None:
    assert visit().get(path).status_code == 404


def test_link_ends_after_its_time_and_when_a_newer_one_is_made(visit: Visit, services: Services, clock: Clock) -> None:
    user = add_user(services, ["colleague"], password_hash=None)
    first, second = make_link(services, user["id"]), make_link(services, user["id"])
    assert SPENT in visit().get(first).text
    clock.move(LINK_LASTS - timedelta(seconds=1))
    assert "Choose your password" in visit().get(second).text
    clock.move(timedelta(seconds=1))
    assert SPENT in visit().get(second).text


def test_somebody_is_added_chooses_a_password_and_is_changed(visit: Visit) -> None:
    admin, newcomer = visit("administrator"), visit()
    form = {"name": "Jo Hill", "email": "jo@mill-lane.example", "roles": ["colleague"], "teams": ["repairs", "hub"]}
    added = admin.post("/users/new", form)
    page = admin.follow(added)
    path = shown_link(page)
    assert not LINK.search(admin.get(added.headers["location"]).text)
    assert "Invited" in admin.get("/users").text
    assert newcomer.post(path, {"password": PASSWORD, "again": PASSWORD}).status_code == 303
    assert "Queue: All my teams" in newcomer.get("/queue").text
    changed = admin.post(added.headers["location"], {"name": "Jo Hill", "roles": ["colleague"], "teams": ["repairs"]})
    assert "The changes are saved." in admin.follow(changed).text
    assert "Queue: Repairs" in newcomer.get("/queue?team=hub").text
    again = admin.follow(admin.post(f"{added.headers['location']}/link"))
    newcomer.post(shown_link(again), {"password": "another three words", "again": "another three words"})
    assert visit().sign_in(PASSWORD, "jo@mill-lane.example").status_code == 422
    assert visit().sign_in("another three words", "jo@mill-lane.example").status_code == 303


def test_disabled_and_let_in_again(visit: Visit, services: Services) -> None:
    admin, other = visit("administrator"), visit("colleague")
    place = f"/users/{other.user['id']}"
    link = make_link(services, other.user["id"])
    assert "cannot sign in any more" in admin.follow(admin.post(f"{place}/disabled", {"disabled": "yes"})).text
    assert other.get("/account").status_code == 303
    assert other.sign_in().status_code == 422
    assert SPENT in other.get(link).text
    assert "can sign in again" in admin.follow(admin.post(f"{place}/disabled", {"disabled": "no"})).text
    assert other.sign_in().status_code == 303
    with begin_read(services.record) as record:
        told = record.exec_driver_sql("select kind, actor from events order by id").all()
    actor = f"user:{admin.user['id']}"
    assert [tuple(row) for row in told] == [("user.disabled", actor), ("user.enabled", actor)]


@pytest.mark.parametrize(
    "wrong,says",
    [
        ({"name": ""}, "Enter their name"),
        ({"roles": []}, "Choose at least one role"),
        ({"roles": ["owner"]}, "Choose at least one role"),
        ({"teams": []}, "Choose at least one team"),
        ({"teams": ["nothing"]}, "Choose at least one team"),
        ({"email": "jo at home"}, "Enter an email address"),
        ({"email": "TAKEN@mill-lane.example"}, "There is somebody with this email address already"),
    ],
)
def test_what_is_wrong_with_somebody_new_is_said(visit: Visit, wrong: dict[str, Any], says: str) -> None:
    admin = visit("administrator")
    form = {"name": "Jo Hill", "email": "taken@mill-lane.example", "roles": ["colleague"], "teams": ["repairs"]}
    assert admin.post("/users/new", form).status_code == 303
    answer = admin.post("/users/new", form | {"email": "jo@mill-lane.example"} | wrong)
    assert (answer.status_code, says in answer.text) == (422, True)


def test_there_is_always_an_administrator(visit: Visit) -> None:
    admin = visit("administrator")
    mine = f"/users/{admin.user['id']}"
    less = admin.post(mine, {"name": "Sam Reed", "roles": ["supervisor"]})
    assert (less.status_code, "cannot stop being an administrator yourself" in less.text) == (422, True)
    out = admin.post(f"{mine}/disabled", {"disabled": "yes"})
    assert (out.status_code, "cannot disable yourself" in out.text) == (422, True)
    assert admin.get("/users").status_code == 200
