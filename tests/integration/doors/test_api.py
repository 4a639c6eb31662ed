"""The API's door: keys and scopes, one shape for every error, and contacts written down by other systems."""

import json
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from channels.bounds import TEXT
from tests.integration.doors.client import Doors, fresh, stranger
from tests.integration.doors.keys import make_key

JSON = {"Content-Type": "application/json"}
VISIT = {"channel": "visit", "from": {"name": "Sam Sample", "phone": "07700 900123"}, "text": "My tap is dripping"}


def visit(**changes: Any) -> dict[str, Any]:
    """A visit to reception by somebody new."""
    number = stranger()
    return {**VISIT, "from": {"name": "Sam Sample", "phone": number}, **changes}


@pytest.mark.parametrize("path", ["/contacts", "/contacts/01k", "/enquiries", "/enquiries/01k"])
@pytest.mark.parametrize(
    "headers,status",
    [
        ({}, 401),
        ({"Authorization": "Bearer fck_wrong"}, 401),
        ({"Authorization": "Bearer"}, 401),
        ({"Authorization": "Basic dXNlcjpwYXNz"}, 401),
        ({"Authorization": "Bearer " + "x" * 5000}, 401),
        ({"Authorization": b"Bearer \xff\xfe"}, 401),
    ],
)
def test_without_a_valid_key_nothing_is_shown(doors: Doors, path: str, headers: Mapping[str, Any], status: int) -> None:
    answer = doors.api("GET", path, headers=headers)
    assert (answer.status_code, set(answer.json())) == (status, {"detail"})
    assert answer.headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize(
    "scopes,method,path,status",
    [
        (("read",), "GET", "/contacts", 200),
        (("read",), "POST", "/contacts", 403),
        (("write",), "POST", "/contacts", 201),
        (("write",), "GET", "/contacts", 403),
        (("write",), "GET", "/contacts/01k", 403),
        (("write",), "GET", "/enquiries/01k", 403),
        (("write",), "GET", "/reports", 403),
        (("write",), "GET", "/reports/times", 403),
        ((), "GET", "/reports/times", 403),
        ((), "GET", "/contacts", 403),
    ],
)
def test_key_opens_what_its_scopes_say(
    doors: Doors, scopes: tuple[str, ...], method: str, path: str, status: int
) -> None:
    headers = {"Authorization": f"Bearer {make_key(doors.record, 'scoped', *scopes)}"}
    answer = doors.api(method, path, headers=headers, json=visit() if method == "POST" else None)
    assert answer.status_code == status
    if status == 403:
        assert "scope" in answer.json()["detail"]


def test_key_that_was_withdrawn_is_refused(doors: Doors) -> None:
    key = make_key(doors.record, "withdrawn", "read", revoked=True)
    assert doors.api("GET", "/contacts", headers={"Authorization": f"Bearer {key}"}).status_code == 401


def test_visit_is_stored_located_and_decided(doors: Doors) -> None:
    given = visit(reference=fresh("reception-"))
    doors.said.update((given["from"]["name"], given["from"]["phone"], given["text"]))
    answer = doors.api("POST", "/contacts", json=given)
    stored = answer.json()
    assert (answer.status_code, stored["repeated"]) == (201, False)
    assert answer.headers["location"] == f"/api/v1/contacts/{stored['id']}"
    contact = doors.decided(stored["id"])
    assert (contact["owner"]["key"], contact["channel"]) == ("repairs", "visit")
    assert contact["sender"]["value"] == given["from"]["phone"]
    enquiry = doors.get(f"/enquiries/{contact['decision']['enquiry']['reference'].lower().replace('-', ' ')}")
    assert enquiry["reference"] == doors.get(f"/enquiries/{enquiry['id']}")["reference"]
    assert [each["id"] for each in enquiry["contacts"]] == [contact["id"]]
    assert enquiry["history"][0]["kind"] == "opened"  # what becomes of its messages follows in its own time


def test_same_reference_again_is_the_same_contact(doors: Doors) -> None:
    given = visit(reference=fresh("reception-"))
    with ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(lambda _: doors.api("POST", "/contacts", json=given), range(10)))
    assert sorted(answer.status_code for answer in answers) == [200] * 9 + [201]
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert len(doors.stored(given["reference"])) == 1


@pytest.mark.parametrize(
    "change,named",
    [
        ({"channel": "fax"}, "channel"),
        ({"channel": ""}, "channel"),
        ({"channel": 7}, "channel"),
        ({"text": ""}, "text"),
        ({"text": ["x"]}, "text"),
        ({"from": "Sam"}, "from"),
        ({"from": {}}, "from"),
        ({"from": {"phone": 7}}, "from.phone"),
        ({"from": {"fax": "x"}}, "from.fax"),
        ({"about": {"name": " "}}, "about"),
        ({"received_at": "yesterday"}, "received_at"),
        ({"received_at": "2026-03-02T09:30:00"}, "received_at"),
        ({"received_at": "2126-03-02T09:30:00Z"}, "received_at"),
        ({"received_at": "0001-01-01T00:00:00+14:00"}, "received_at"),
        ({"received_at": "0001-01-02T00:00:00Z"}, "received_at"),
        ({"facts": []}, "facts"),
        ({"facts": {"journey": None}}, "facts.journey"),
        ({"chanel": "visit"}, "channel"),
    ],
)
def test_wrong_field_is_named(doors: Doors, change: dict[str, Any], named: str) -> None:
    answer = doors.api("POST", "/contacts", json={**visit(), **change})
    assert (answer.status_code, set(answer.json())) == (422, {"detail"})
    assert named in answer.json()["detail"]


@pytest.mark.parametrize(
    "body,status",
    [
        (b"", 422),
        (b"{", 422),
        (b"[]", 422),
        (b"\xff\xfe", 422),
        (b"[" * 10_000, 422),
        (b'{"channel": "visit", "text": "' + b"x" * (10 * 2**20) + b'"}', 413),
    ],
    ids=["empty", "cut", "list", "no-utf8", "deep", "over-the-limit"],
)
def test_body_that_cannot_be_read(doors: Doors, body: bytes, status: int) -> None:
    headers = {"Authorization": f"Bearer {doors.key}", **JSON}
    answer = doors.api("POST", "/contacts", content=body, headers=headers)
    assert (answer.status_code, set(answer.json())) == (status, {"detail"})


@pytest.mark.parametrize(
    "text,kept,marks",
    [
        (" " * 2**20 + "tap", None, ["text-cut"]),
        ("水管漏水 😀 \u0000\u0007tap", "水管漏水 😀 tap", []),
        ("x" * (9 * 2**20), "x" * TEXT, ["text-cut"]),
    ],
    ids=["spaces", "scripts", "nine-megabytes"],
)
def test_any_text_is_taken_within_the_limits(doors: Doors, text: str, kept: str | None, marks: list[str]) -> None:
    stored = doors.api("POST", "/contacts", json=visit(text=text)).json()
    part = doors.contact(stored["id"])["parts"][0]
    assert part["marks"] == marks
    assert len(part["text"]) == TEXT if kept is None else part["text"] == kept


@pytest.mark.parametrize(
    "given,marks",
    [
        ({"from": {"name": "Somebody"}}, ["name-only"]),
        ({"from": None}, ["sender-missing"]),
        ({"from": {"phone": "ask her daughter"}}, ["number-unreadable"]),
        ({"to": "+441632960999"}, ["recipient-unknown"]),
        ({"to": "nobody@elsewhere.example"}, ["recipient-unknown"]),
        ({"to": "REPAIRS@Mill-Lane.example"}, []),
    ],
)
def test_doubtful_contact_is_taken_in_and_marked(doors: Doors, given: dict[str, Any], marks: list[str]) -> None:
    stored = doors.api("POST", "/contacts", json=visit(text="I have a question", **given)).json()
    contact = doors.decided(stored["id"])
    assert contact["decision"]["marks"] == marks
    assert contact["owner"]["key"] == ("hub" if marks else "repairs")


def test_pages_follow_one_another(doors: Doors) -> None:
    ids = [doors.api("POST", "/contacts", json=visit(channel="portal")).json()["id"] for _ in range(5)]
    seen: list[str] = []
    page = doors.get("/contacts", channel="portal", limit=2)
    while page["contacts"]:
        seen += [contact["id"] for contact in page["contacts"]]
        if page["next_before"] is None:
            break
        page = doors.get("/contacts", channel="portal", limit=2, before=page["next_before"])
    assert seen[:5] == ids[::-1]
    assert len(seen) == len(set(seen))


@pytest.mark.parametrize(
    "query,expected",
    [
        ({"team": "nobody"}, 200),
        ({"channel": "fax"}, 200),
        ({"before": "zzz"}, 200),
        ({"state": "decided", "team": "repairs"}, 200),
        ({"state": "lost"}, 422),
        ({"limit": "0"}, 422),
        ({"limit": "201"}, 422),
        ({"limit": "many"}, 422),
        ({"before": "a\x00b"}, 422),
        ({"team": "x" * 400}, 422),
    ],
)
def test_list_by(doors: Doors, query: dict[str, str], expected: int) -> None:
    answer = doors.api("GET", "/contacts", params=query)
    assert answer.status_code == expected
    if expected == 422:
        assert next(iter(query)) in answer.json()["detail"]
    for contact in answer.json().get("contacts", ()):
        assert all(contact[name] == value for name, value in query.items() if name == "state")


@pytest.mark.parametrize(
    "method,path,status",
    [
        ("GET", "/contacts/01k00000000000000000000000", 404),
        ("GET", "/contacts/" + "x" * 90, 404),
        ("GET", "/contacts/%F0%9F%90%80", 404),
        ("GET", "/contacts/%00", 422),
        ("GET", "/contacts/" + "x" * 200, 422),
        ("GET", "/enquiries/2222-2222-2", 404),
        ("GET", "/enquiries/nonsense", 404),
        ("DELETE", "/contacts", 405),
        ("PUT", "/contacts/01k", 405),
        ("GET", "/nothing", 404),
        ("GET", "/contacts/", 404),
    ],
)
def test_what_is_not_there_is_said_in_one_shape(doors: Doors, method: str, path: str, status: int) -> None:
    answer = doors.api(method, path)
    assert (answer.status_code, set(answer.json())) == (status, {"detail"})
    assert isinstance(answer.json()["detail"], str)


def test_documents_say_nothing_of_what_was_sent(doors: Doors) -> None:
    answer = doors.api("POST", "/contacts", json=visit(**{"from": {"phone": ["07700 900999"]}}))
    assert "900999" not in answer.text
    assert json.loads(answer.text)["detail"].startswith("from.phone")


def opened(doors: Doors) -> dict[str, Any]:
    """An enquiry of Repairs that a visit has just opened."""
    stored = doors.api("POST", "/contacts", json=visit()).json()
    reference = doors.decided(stored["id"])["decision"]["enquiry"]["reference"]
    return dict(doors.get(f"/enquiries/{reference}"))


def test_an_enquiry_is_worked_on_until_it_is_resolved(doors: Doors) -> None:
    enquiry = opened(doors)
    path = f"/enquiries/{enquiry['reference']}/actions"
    noted = {"action": "note", "text": "Rang twice"}
    for _ in range(2):
        answer = doors.api("POST", path, json=noted, headers=doors.keyed | {"Idempotency-Key": "once"})
        assert answer.status_code == 200, answer.text
    for order in (
        {"action": "take", "colleague": "ana"},
        {"action": "transfer", "to": "hub", "reason": "wrong-team"},
        {"action": "resolve", "how": "done", "at_first_contact": False, "seen": enquiry["seen"]},
    ):
        answer = doors.api("POST", path, json=order)
        assert answer.status_code == 200, answer.text
    ended = doors.get(f"/enquiries/{enquiry['id']}")
    kinds = [event["kind"] for event in ended["history"] if event["kind"] != "message-to-person"]  # in its own time
    assert kinds == ["opened", "noted", "taken", "transferred", "resolved"]
    assert (ended["state"], ended["owner"]["key"]) == ("resolved", "hub")
    assert enquiry["id"] in [each["id"] for each in doors.get("/enquiries", team="hub", state="resolved")["enquiries"]]


SOMEBODY_ELSES = {"name": "a.pdf", "media_type": "application/pdf", "digest": "ab" * 32, "size": 3}


@pytest.mark.parametrize(
    "order,status,said",
    [
        ({"action": "resume"}, 409, "not waiting"),
        ({"action": "transfer", "to": "moon", "reason": "wrong-team"}, 409, "no such team"),
        ({"action": "dance"}, 422, "action"),
        ({"action": "note"}, 422, "text"),
        ({"action": "wait", "until": "soon", "on": "date", "why": "x"}, 422, "until"),
        ({"action": "reply", "text": "x", "attachments": [SOMEBODY_ELSES]}, 422, "did not come with this enquiry"),
        ({}, 422, "action"),
        ([], 422, ""),
    ],
)
def test_an_order_that_cannot_be_done_is_refused_with_the_reason(
    doors: Doors, order: object, status: int, said: str
) -> None:
    answer = doors.api("POST", f"/enquiries/{opened(doors)['id']}/actions", json=order)
    assert answer.status_code == status
    assert said in answer.json()["detail"]


def test_an_order_that_is_too_large_is_refused(doors: Doors) -> None:
    before = doors.refusals("api", "too-large")
    answer = doors.api("POST", "/enquiries/01k/actions", json={"action": "note", "text": "x" * (10 * 2**20)})
    assert answer.status_code == 413
    assert doors.refusals("api", "too-large") == before + 1


def test_orders_need_an_enquiry_and_a_key_that_may_write(doors: Doors) -> None:
    note = {"action": "note", "text": "x"}
    assert doors.api("POST", "/enquiries/01k/actions", json=note).status_code == 404
    headers = {"Authorization": f"Bearer {make_key(doors.record, 'reader', 'read')}"}
    assert doors.api("POST", "/enquiries/01k/actions", json=note, headers=headers).status_code == 403
