"""In the browser: files with a reply, taking it back, what a customer quotes, what fails, and what machines sent."""

import re
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

import pytest

from channels.inbound import Kind
from router.console.words import HAPPENINGS
from router.enquiry.happenings import EventKind as Happening
from router.services import Services
from router.store import enquiries, outbox, people
from router.store.engine import begin_read
from tests.integration.console.visitor import Clock, Visitor
from tests.landlord import route_all, shown, take_in
from tests.messages import mail

Visit = Callable[..., Visitor]
KEY = re.compile(r'name="key" value="(\w+)"')
REPLY_ID = re.compile(r'name="reply" value="(\w+)"')
PDF = b"%PDF-1.7 a plan"
PNG = b"\x89PNG\r\n\x1a\n rest"


@pytest.fixture
def enquiry(services: Services) -> dict[str, Any]:
    """An enquiry of Repairs, by email."""
    accepted = take_in(services, mail("my boiler is broken"))
    route_all(services)
    id_ = shown(services, accepted.contact_id)["decision"]["enquiry"]["id"]
    with begin_read(services.record) as record:
        return enquiries.get(record, [id_])[0]


def replies(services: Services, enquiry: Mapping[str, Any]) -> list[dict[str, Any]]:
    with begin_read(services.record) as record:
        return [row for row in outbox.of(record, enquiry_id=enquiry["id"]) if row["purpose"] == "reply"]


def send(visitor: Visitor, enquiry: Mapping[str, Any], text: str, *files: tuple[str, bytes]) -> Any:
    """Fill in the form of a reply as a browser does that has files in it."""
    path = f"/enquiries/{enquiry['reference']}/actions/reply"
    page = visitor.get(path).text
    assert 'enctype="multipart/form-data"' in page
    fields = {"form_token": visitor.form_token(), "key": KEY.findall(page)[0], "text": text}
    chosen = [("files", (name, content, "application/octet-stream")) for name, content in files]
    return visitor.send("POST", path, data=fields, files=chosen or [("files", ("", b"", "application/octet-stream"))])


def test_files_go_with_the_reply(services: Services, visit: Visit, enquiry: dict[str, Any]) -> None:
    ana = visit("colleague", teams=("repairs",))
    answer = send(ana, enquiry, "Here is the plan.", ("C:\\plans\\Küche.pdf", PDF), ("photo.PNG", PNG))
    assert answer.status_code == 303, answer.text
    [row] = replies(services, enquiry)
    named = [(each["name"], each["media_type"], each["size"]) for each in row["values"]["attachments"]]
    assert named == [("Küche.pdf", "application/pdf", len(PDF)), ("photo.PNG", "image/png", len(PNG))]
    assert row["values"]["text"] == "Here is the plan."
    page = ana.follow(answer).text
    assert "Küche.pdf (1 KB)" in page


@pytest.mark.parametrize(
    "files, said",
    [
        ([], ""),
        ([("run.exe", b"MZ")], "run.exe is not of a kind that may be sent"),
        ([("plan.pdf", b"MZ not a plan")], "plan.pdf is not what its name says"),
        ([("plan.pdf", b"")], "plan.pdf is empty"),
        ([("notes.txt", b"a\0b")], "notes.txt is not what its name says"),
        ([("no-ending", b"x")], "no-ending is not of a kind"),
        ([(f"{number}.pdf", PDF) for number in range(6)], "Add at most 5 files"),
        ([(f"{number}.pdf", b"%PDF-" + b"x" * 4_000_000) for number in range(2)], "7 MB together"),
    ],
)
def test_what_may_not_be_sent_is_said_and_nothing_is_lost(
    services: Services, visit: Visit, enquiry: dict[str, Any], files: list[tuple[str, bytes]], said: str
) -> None:
    ana = visit("colleague", teams=("repairs",))
    answer = send(ana, enquiry, "Here is the plan.", *files)
    assert answer.status_code == (422 if said else 303)
    assert said in answer.text
    assert len(replies(services, enquiry)) == (0 if said else 1)
    if said:
        assert "Here is the plan." in answer.text


def test_too_much_at_once_is_refused_before_it_is_read(
    services: Services, visit: Visit, enquiry: dict[str, Any]
) -> None:
    ana = visit("colleague", teams=("repairs",))
    answer = send(ana, enquiry, "Here", ("plan.pdf", b"%PDF-" + b"x" * (11 * 2**20)))
    assert answer.status_code == 413
    assert not replies(services, enquiry)


def test_a_reply_can_be_taken_back_and_changed_without_javascript(
    services: Services, visit: Visit, enquiry: dict[str, Any], clock: Clock
) -> None:
    ana = visit("colleague", teams=("repairs",))
    page = ana.follow(send(ana, enquiry, "We come on Firday.", ("plan.pdf", PDF))).text
    assert "Your reply has not left yet" in page
    address = f"/enquiries/{enquiry['reference']}/actions/undo"
    reply = REPLY_ID.findall(page)[0]
    answer = ana.post(address, {"reply": reply, "key": "k1"})
    assert answer.status_code == 303
    page = ana.follow(answer).text
    assert "We come on Firday." in page
    assert "It had plan.pdf" in page
    assert [row["state"] for row in replies(services, enquiry)] == ["withdrawn"]
    page = ana.get(f"/enquiries/{enquiry['reference']}").text
    assert "Your reply has not left yet" not in page
    assert "The reply was taken back before it left" in page
    # Once it has begun to leave there is nothing to take back.
    ana.follow(send(ana, enquiry, "We come on Friday."))
    clock.move(timedelta(seconds=11))
    with services.record.begin() as connection:
        claimed = outbox.claim(connection, 50, clock(), timedelta(seconds=15))
    late = [(row, clock() + timedelta(minutes=1)) for row in claimed]
    assert all(services.writer.submit(outbox.begin, each).result() for each in late)
    last = replies(services, enquiry)[-1]["key"].partition(":")[2]
    answer = ana.post(address, {"reply": last, "key": "k2"})
    assert (answer.status_code, "has left already" in answer.text) == (422, True)


def test_another_teams_colleague_cannot_take_it_back(services: Services, visit: Visit, enquiry: dict[str, Any]) -> None:
    page = visit("colleague", teams=("repairs",))
    reply = REPLY_ID.findall(page.follow(send(page, enquiry, "On Friday.")).text)[0]
    answer = visit("colleague", teams=("complaints",)).post(
        f"/enquiries/{enquiry['reference']}/actions/undo", {"reply": reply}
    )
    assert answer.status_code == 422
    assert [row["state"] for row in replies(services, enquiry)] == ["pending"]


def test_a_reference_that_is_quoted_is_linked_by_one_press(
    services: Services, visit: Visit, enquiry: dict[str, Any]
) -> None:
    right = enquiry["reference"]
    wrong = right[:-1] + ("3" if right[-1] != "3" else "4")
    accepted = take_in(services, mail(f"About {right} and {wrong}: rats in my loft", "sam@other.example"))
    route_all(services)
    own = shown(services, accepted.contact_id)["decision"]["enquiry"]
    ana = visit("colleague", teams=("repairs",))
    for path in (f"/contacts/{accepted.contact_id}", f"/enquiries/{own['reference']}"):
        page = ana.get(path).text
        assert f"Link {right}" in page
        assert f"Link {wrong}" not in page
    # Quoting it grants nothing: it is another enquiry until a colleague links them.
    assert own["id"] != enquiry["id"]
    form = {"to": right, "how": "related", "key": "k1"}
    assert ana.post(f"/enquiries/{own['reference']}/actions/link", form).status_code == 303
    page = ana.get(f"/enquiries/{own['reference']}").text
    assert f"Link {right}" not in page
    assert "Linked with" in page


def test_an_address_that_fails_is_shown_until_a_colleague_says_that_it_works(
    services: Services, visit: Visit, enquiry: dict[str, Any]
) -> None:
    services.writer.submit(_fail, "tenant@home.example").result()
    ana = visit("colleague", teams=("repairs",))
    path = f"/enquiries/{enquiry['reference']}"
    page = ana.get(path).text
    assert "What we sent to tenant@home.example came back" in page
    fields = {"kind": "email", "value": "tenant@home.example", "back": path}
    answer = ana.post("/addresses/works-again", fields)
    assert (answer.status_code, answer.headers["location"]) == (303, path)
    assert "came back" not in ana.get(path).text
    assert ana.post("/addresses/works-again", fields).status_code == 404
    with begin_read(services.record) as record:
        [event] = record.exec_driver_sql("select actor from events where kind = 'address-works-again'").all()
    assert event[0] == f"user:{ana.user['id']}"


@pytest.mark.parametrize("back", ["https://evil.example/", "//evil.example", "/enquiries//evil", "", "\\\\evil"])
def test_it_leads_nowhere_else(services: Services, visit: Visit, back: str) -> None:
    services.writer.submit(_fail, "tenant@home.example").result()
    answer = visit("colleague").post(
        "/addresses/works-again", {"kind": "email", "value": "tenant@home.example", "back": back}
    )
    assert answer.headers["location"] == "/queue"


def _fail(connection: Any, values: list[str]) -> list[None]:
    row = {"kind": "email", "status": "5.1.1", "intent_id": None, "contact_id": None}
    rows = [row | {"value": value, "since": Clock().now} for value in values]
    people.mark_failing(connection, rows)
    return [None] * len(values)


def test_what_a_machine_sent_is_listed_and_a_person_can_say_that_a_person_did(services: Services, visit: Visit) -> None:
    accepted = take_in(services, mail("my boiler is broken", "web@forms.example", kind=Kind.AUTOMATIC_REPLY))
    route_all(services)
    ana = visit("colleague", teams=("hub",))
    assert "/machines" in ana.get("/queue").text
    assert f"/contacts/{accepted.contact_id}" in ana.get("/machines").text
    assert "A person wrote this" in ana.get(f"/contacts/{accepted.contact_id}").text
    assert ana.post(f"/contacts/{accepted.contact_id}/by-person").status_code == 303
    route_all(services)
    view = shown(services, accepted.contact_id)
    assert (view["decision"]["how"], view["owner"]["key"]) == ("opened", "repairs")
    assert f"/contacts/{accepted.contact_id}" not in ana.get("/machines").text
    assert "A person wrote this" not in ana.get(f"/contacts/{accepted.contact_id}").text
    assert ana.post(f"/contacts/{accepted.contact_id}/by-person").status_code == 404


def test_every_kind_of_event_has_its_words() -> None:
    assert set(Happening) <= set(HAPPENINGS)
