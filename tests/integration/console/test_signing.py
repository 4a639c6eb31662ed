"""Signing in and out as a browser does it: throttled, in a new session each time, ended when it has to be."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from router.accounts import Role
from router.services import Services
from router.store import sessions, users
from router.store.engine import begin_read, begin_write
from tests.integration.console.visitor import PASSWORD, Clock, Visitor, add_user
from tests.landlord import services_on

Visit = Callable[..., Visitor]
WRONG = "one of them is not right"
TOO_MANY = "There were too many tries. Try again today at 10:15am"


def test_sign_in_leads_to_where_one_wanted_to_go(visit: Visit, services: Services) -> None:
    visitor = visit()
    visitor.user = add_user(services, ["administrator"])
    asked = visitor.get("/users?x=1")
    assert asked.headers["location"] == "/sign-in?next=%2Fusers%3Fx%3D1"
    form = visitor.follow(asked)
    assert ('value="/users?x=1"' in form.text, "Sign in to see this page." in form.text) == (True, True)
    before = visitor.cookies["firstcontact"]
    answer = visitor.sign_in(next="/users?x=1")
    assert (answer.status_code, answer.headers["location"]) == (303, "/users?x=1")
    assert visitor.cookies["firstcontact"] != before
    assert "Sam Reed" in visitor.follow(answer).text


def test_the_token_of_a_session_is_not_in_the_record(visit: Visit, services: Services) -> None:
    visitor = visit("colleague")
    with begin_read(services.record) as record:
        raw = record.connection.driver_connection.serialize()  # type: ignore[union-attr]
    assert visitor.cookies["firstcontact"].encode() not in raw
    assert PASSWORD.encode() not in raw


@pytest.mark.parametrize(
    "email,password,says",
    [
        ("", "x", "Enter your email address"),
        ("x", "", "Enter your password"),
        ("nobody@mill-lane.example", PASSWORD, WRONG),
        ("no address", PASSWORD, WRONG),
        ("", "", "Enter your password"),
    ],
)
def test_what_is_wrong_is_said_without_saying_who_there_is(visit: Visit, email: str, password: str, says: str) -> None:
    visitor = visit()
    token = visitor.form_token()
    answer = visitor.post("/sign-in", {"email": email, "password": password, "form_token": token})
    assert answer.status_code == 422
    assert says in answer.text
    assert "<title>Error: Sign in" in answer.text


@pytest.mark.parametrize("state", ["wrong", "disabled", "invited"])
def test_who_may_not_sign_in_hears_the_same(visit: Visit, services: Services, state: str) -> None:
    visitor = visit()
    visitor.user = add_user(services, ["colleague"], **({"password_hash": None} if state == "invited" else {}))
    if state == "disabled":
        disable(services, visitor.user["id"])
    answer = visitor.sign_in("not it at all, sorry" if state == "wrong" else PASSWORD)
    assert (answer.status_code, WRONG in answer.text) == (422, True)


def disable(services: Services, user_id: str) -> None:
    change = users.UserChange(user_id, {"disabled_at": services.clock()}, "user.disabled", "tests", services.clock())
    assert services.writer.submit(users.change, change).result()


def test_tries_for_one_account_are_held_up_wherever_they_come_from(
    visit: Visit, services: Services, clock: Clock
) -> None:
    user = add_user(services, ["colleague"])
    for number in range(sessions.MOST_BY_ACCOUNT):
        assert WRONG in visit(ip=f"192.0.2.{number}").sign_in("wrong", user["email"]).text
    held = visit(ip="198.51.100.1").sign_in(PASSWORD, user["email"].upper())
    assert (held.status_code, TOO_MANY in held.text) == (429, True)
    assert visit().sign_in(PASSWORD, add_user(services, ["colleague"])["email"]).status_code == 303
    clock.move(sessions.WINDOW)
    assert visit().sign_in(PASSWORD, user["email"]).status_code == 303


def test_tries_from_one_address_are_held_up_whoever_they_are_for(visit: Visit, services: Services) -> None:
    guesser = visit(ip="2001:db8::1")
    for number in range(sessions.MOST_BY_ADDRESS):
        attempt = sessions.SignInAttempt(f"{number:026d}", f"account {number}", "2001:db8::/64", services.clock())
        assert services.writer.submit(sessions.attempt, attempt).result() is None
    assert guesser.sign_in(PASSWORD, "somebody@mill-lane.example").status_code == 429
    guesser.ip = "2001:db8::ffff"
    assert guesser.sign_in(PASSWORD, "somebody@mill-lane.example").status_code == 429
    assert visit(ip="2001:db8:1::1").sign_in(PASSWORD, "somebody@mill-lane.example").status_code == 422


def test_guesses_that_come_all_at_once_are_all_counted(services_on_both: Services) -> None:
    now = services_on_both.clock()
    tries = [sessions.SignInAttempt(f"{number:026d}", "account", "192.0.2.1", now) for number in range(30)]
    waiting = [services_on_both.writer.submit(sessions.attempt, each) for each in tries]
    assert [each.result() is None for each in waiting].count(True) == sessions.MOST_BY_ACCOUNT


@pytest.mark.parametrize(
    "moves,stays",
    [
        ([sessions.IDLE - timedelta(seconds=1)], True),
        ([sessions.IDLE], False),
        ([timedelta(hours=1)] * 11, True),
        ([timedelta(hours=1)] * 12, False),
    ],
)
def test_a_session_ends_by_itself(visit: Visit, clock: Clock, moves: list[timedelta], stays: bool) -> None:
    visitor = visit("colleague")
    for move in moves[:-1]:
        clock.move(move)
        assert visitor.get("/account").status_code == 200
        visitor.services.writer.submit(sessions.end, "nothing").result()  # what was noted before is written by now
    clock.move(moves[-1])
    assert visitor.get("/account").status_code == (200 if stays else 303)


def test_sign_out_ends_the_session_also_for_who_kept_its_token(visit: Visit) -> None:
    visitor = visit("colleague")
    kept = dict(visitor.cookies)
    page = visitor.follow(visitor.post("/sign-out"))
    assert "You have signed out." in page.text
    visitor.cookies = kept
    assert visitor.get("/account").status_code == 303


def test_a_message_is_shown_once(visit: Visit) -> None:
    visitor = visit("colleague")
    assert "You have signed out." in visitor.follow(visitor.post("/sign-out")).text
    assert "You have signed out." not in visitor.get("/").text


def test_another_password_ends_every_other_session(visit: Visit) -> None:
    here, there = visit("colleague"), visit()
    there.user = here.user
    assert there.sign_in().status_code == 303
    new = "another three words"
    wrong = here.post("/account/password", {"present": "wrong", "password": new, "again": new})
    assert (wrong.status_code, "Enter your present password" in wrong.text) == (422, True)
    changed = here.post("/account/password", {"present": PASSWORD, "password": new, "again": new})
    assert "Your password is changed." in here.follow(changed).text
    assert there.get("/account").status_code == 303
    assert there.sign_in(PASSWORD).status_code == 422
    assert there.sign_in(new).status_code == 303


def test_being_disabled_ends_a_session_at_once(visit: Visit, services: Services) -> None:
    visitor = visit("colleague")
    disable(services, visitor.user["id"])
    assert visitor.get("/account").status_code == 303


def test_roles_hold_from_the_next_page_on(visit: Visit, services: Services) -> None:
    visitor = visit("colleague")
    assert visitor.get("/users").status_code == 403
    values = {"roles": [Role.ADMINISTRATOR]}
    change = users.UserChange(visitor.user["id"], values, "user.changed", "tests", services.clock())
    services.writer.submit(users.change, change).result()
    assert visitor.get("/users").status_code == 200
    assert visitor.get("/queue").status_code == 403


@pytest.mark.parametrize(
    "headers,taken",
    [
        ({}, True),
        ({"sec_fetch_site": "same-origin", "origin": "http://127.0.0.1:8000"}, True),
        ({"sec_fetch_site": "none"}, True),
        ({"sec_fetch_site": "cross-site"}, False),
        ({"sec_fetch_site": "same-site"}, False),
        ({"origin": "http://evil.example"}, False),
        ({"origin": "null"}, False),
        ({"origin": "http://127.0.0.1:8001"}, False),
    ],
)
def test_a_form_is_taken_from_our_own_pages_alone(visit: Visit, headers: dict[str, str], taken: bool) -> None:
    answer = visit("colleague").post("/sign-out", **headers)
    assert answer.status_code == (303 if taken else 403)


def test_by_https_cookies_and_pages_are_for_https_alone(tmp_path: Path, sqlite_template: bytes, clock: Clock) -> None:
    (tmp_path / "record.db").write_bytes(sqlite_template)
    url = "https://hub.mill-lane.example"
    with services_on(f"sqlite:///{tmp_path}/record.db", tmp_path, clock, public_url=url) as services:
        visitor = Visitor(services, url=url)
        visitor.user = add_user(services, ["colleague"])
        answer = visitor.sign_in()
        assert answer.status_code == 303
        (cookie,) = answer.headers.get_list("set-cookie")
        assert cookie.startswith("__Host-firstcontact=")
        assert cookie.endswith("; Path=/; HttpOnly; SameSite=Lax; Secure")
        assert answer.headers["strict-transport-security"].startswith("max-age=")
        assert visitor.get("/account").status_code == 200
        assert visitor.post("/sign-out", origin=url).status_code == 303


def test_a_fault_is_a_page_without_a_word_of_it(visit: Visit, services: Services) -> None:
    visitor = visit("colleague")
    with begin_write(services.record) as record:
        record.exec_driver_sql("drop table sessions")
    answer = visitor.get("/account")
    assert (answer.status_code, "Something went wrong here" in answer.text) == (500, True)
    assert "sessions" not in answer.text


def test_every_page_forbids_a_browser_what_it_does_not_need(visit: Visit) -> None:
    for answer in (
        visit().get("/"),
        visit().get("/nothing"),
        visit().get("/account"),
        visit("colleague").get("/account"),
    ):
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert answer.headers["x-frame-options"] == "DENY"
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["referrer-policy"] == "same-origin"
        assert "strict-transport-security" not in answer.headers
        assert "<script" not in answer.text
        assert " style=" not in answer.text
