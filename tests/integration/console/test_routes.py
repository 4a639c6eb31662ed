"""Every route has its authorisation in one list, and the list is what is really served."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import pytest

from router.accounts import Role
from router.console.rendering import STATIC_PATH, static
from router.console.routes import EVERYBODY, ROUTES, SIGNED_IN, Route
from router.services import Services
from router.store.keys import SCOPES
from router.web.access import needs
from router.web.app import create_app
from tests.integration.console.visitor import Visitor

Visit = Callable[..., Visitor]
PUBLIC = {
    ("GET", "/"),
    ("GET", "/sign-in"),
    ("POST", "/sign-in"),
    ("GET", "/link/{token}"),
    ("POST", "/link/{token}"),
    ("GET", STATIC_PATH + "{digest}/{name}"),
}
"""What anybody may reach. Whoever adds to it says why in the same commit."""

MACHINES = {
    "/api/v1/openapi.json",
    "/chat",
    "/chat/",
    "/chat/files/{name}",
    "/chat/ws",
    "/health/live",
    "/health/ready",
    "/metrics",
}
"""What is not the console's and takes no key; everything else that FastAPI serves is under /api/v1 and takes one."""

GUARDED = [route for route in ROUTES if route.needs is not EVERYBODY]
NAMES = [f"{route.method} {route.path}" for route in GUARDED]


def served(services: Services) -> Iterator[tuple[str, str]]:
    """Each method and path that the console's application answers."""
    for route in create_app(services).console.app.routes:
        methods: set[str] = getattr(route, "methods", set())
        yield from ((method, getattr(route, "path", "")) for method in methods - {"HEAD"})


def at(route: Route) -> str:
    return route.path.replace("{", "").replace("}", "")


def test_what_is_served_is_what_is_listed(services: Services) -> None:
    listed = [(route.method, route.path) for route in ROUTES]
    assert len(set(listed)) == len(listed)
    assert set(served(services)) == {*listed, ("GET", STATIC_PATH + "{digest}/{name}")}


def test_only_what_is_listed_here_is_open_to_everybody(services: Services) -> None:
    guarded = {(route.method, route.path) for route in GUARDED}
    assert set(served(services)) - guarded == PUBLIC


def test_what_machines_ask_for_is_listed_or_takes_a_key(services: Services) -> None:
    found = list(machines(create_app(services).pages.routes))
    assert len(found) > len(MACHINES)
    for route in found:
        assert route.path in MACHINES or (route.path.startswith("/api/v1/") and takes_key(route.dependant)), route.path


def machines(routes: Iterable[Any]) -> Iterator[Any]:
    """The routes that FastAPI serves, also those of the routers that are included."""
    for route in routes:
        inside = getattr(route, "original_router", None)
        yield from machines(inside.routes) if inside is not None else [route]


def takes_key(dependant: Any) -> bool:
    return any(needs(key).__qualname__ == each.call.__qualname__ for each in dependant.dependencies for key in SCOPES)


@pytest.mark.parametrize("route", GUARDED, ids=NAMES)
def test_nobody_is_let_in_unsigned(visit: Visit, route: Route) -> None:
    visitor = visit()
    answer = visitor.send(route.method, at(route), data={"form_token": visitor.form_token()})
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/sign-in?next=%2F")


@pytest.mark.parametrize("route", GUARDED, ids=NAMES)
def test_the_wrong_role_is_refused_and_the_right_one_let_in(visit: Visit, route: Route) -> None:
    wrong = set(Role) - set(route.needs or ())
    assert wrong or route.needs == SIGNED_IN
    for role in wrong:
        visitor = visit(role)
        answer = visitor.send(route.method, at(route), data={"form_token": visitor.form_token()})
        assert answer.status_code == 403
        assert "You may not see this page" in answer.text
    for role in route.needs or ():
        visitor = visit(role)
        assert visitor.send(route.method, at(route), data={"form_token": "no"}).status_code in ALLOWED[route.method]


ALLOWED = {"GET": (200, 303, 404), "POST": (403,)}
"""What somebody who may gets of made-up ids, and of a form without its token."""


@pytest.mark.parametrize("route", [route for route in GUARDED if route.method == "POST"], ids=lambda route: route.path)
def test_no_form_is_taken_without_its_token(visit: Visit, route: Route) -> None:
    visitor = visit(*Role)
    for data in ({}, {"form_token": ""}, {"form_token": "0" * 64}, {"form_token": visit(*Role).form_token()}):
        answer = visitor.send("POST", at(route), data=data)
        assert (answer.status_code, "This form is no longer good" in answer.text) == (403, True)


@pytest.mark.parametrize("path", ["/nothing", "/account/nothing", "/users/", "/static/0/nothing.css"])
def test_what_there_is_not_is_not_found(visit: Visit, path: str) -> None:
    assert visit().get(path).status_code == 404


@pytest.mark.parametrize("method,path", [("DELETE", "/sign-in"), ("GET", "/sign-out"), ("PUT", "/")])
def test_what_is_asked_for_wrongly_is_refused(visit: Visit, method: str, path: str) -> None:
    assert visit().send(method, path).status_code == 405


def test_a_file_of_ours_is_kept_for_good_by_its_own_address_alone(visit: Visit) -> None:
    visitor = visit()
    address = static("console.css")
    kept = visitor.get(address)
    assert (kept.status_code, kept.headers["content-type"]) == (200, "text/css; charset=utf-8")
    assert "immutable" in kept.headers["cache-control"]
    other = visitor.get(address.replace(address.split("/")[2], "0" * 16))
    assert (other.content, other.headers["cache-control"]) == (kept.content, "no-store")
