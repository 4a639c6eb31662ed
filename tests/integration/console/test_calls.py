"""The pages of calls that go on: colleagues see those of their teams, how far each is, what to know of the caller."""

from collections.abc import Callable

import pytest
from sqlalchemy import update

from router.console.words import PRIORITIES
from router.services import Services
from router.store import people
from router.store.engine import begin_write
from router.store.schema import enquiries
from rules.folder import read_folder
from tests.integration.console.live_calls import going_on
from tests.integration.console.visitor import Visitor
from tests.landlord import FOLDER, TUESDAY, publish_small
from tests.messages import TENANT

Visit = Callable[..., Visitor]
INTERPRETS = """
  interpreter: {number: "+448081570190", code: "4711#"}
"""
ADJUSTMENTS = """adjustments:
  speaks: {name: Interpreter, means: They need an interpreter., interpreter: customer}
  relay: {name: Text relay, means: They call by text relay., call_prefix: "18002"}
"""


@pytest.fixture
def with_needs(services: Services) -> None:
    """A customer who needs an interpreter and uses text relay, and a landlord with an interpreting service."""
    files = dict(read_folder(FOLDER))
    text = files["landlord.yaml"].decode().replace("\ncalls:\n", "\ncalls:" + INTERPRETS, 1)
    files["landlord.yaml"] = text.replace("adjustments:\n", ADJUSTMENTS, 1).encode()
    publish_small(services, files)
    ada = {
        "id": f"{1:026d}",
        "kind": "tenant",
        "source_digest": "",
        "changed_at": TUESDAY,
        "reference": "T-1",
        "name": "Ada Bell",
        "language": "pl",
        "facts": {},
        "preferences": [],
        "adjustments": {"speaks": "", "relay": ""},
        "points": [("phone", TENANT, "")],
    }
    services.writer.submit(people.write, ada).result()


@pytest.mark.parametrize(
    "stage,words",
    [("waiting", "number 1 in the queue"), ("connecting", "Being put through"), ("talking", "talking since")],
)
def test_a_colleague_sees_how_far_a_call_is_and_with_which_telephone(
    services: Services, visit: Visit, stage: str, words: str
) -> None:
    contact = going_on(services, stage=stage)
    colleague = visit("colleague", teams=("repairs",))
    assert f"/calls/{contact['id']}" in colleague.get("/calls").text
    page = colleague.get(f"/calls/{contact['id']}").text
    assert words in page
    assert ("01632 960002" in page) == (stage != "waiting")
    assert contact["decision"]["enquiry"]["reference"] in page


def test_a_caller_on_hold_is_not_said_to_be_talked_to(services: Services, visit: Visit) -> None:
    contact = going_on(services, live={"talk": {"mode": "held"}})
    colleague = visit("colleague", teams=("repairs",))
    for address in ("/calls", f"/calls/{contact['id']}", f"/contacts/{contact['id']}"):
        page = colleague.get(address).text
        assert ("on hold" in page.lower(), ">Talking<" in page, "now: talking" in page) == (True, False, False), address


@pytest.mark.parametrize("priority,named", [("emergency", True), ("high", True), ("normal", False), ("low", False)])
def test_the_list_names_what_is_pressing(services: Services, visit: Visit, priority: str, named: bool) -> None:
    going_on(services)
    with begin_write(services.record) as record:
        record.execute(update(enquiries).values(priority=priority))
    page = visit("colleague", teams=("repairs",)).get("/calls").text
    assert any(name in page for name, _ in PRIORITIES.values()) == named
    assert not named or PRIORITIES[priority][0] in page


@pytest.mark.parametrize("about", ["contact", "enquiry"])
def test_the_pages_of_its_contact_and_enquiry_lead_to_a_call_while_it_goes_on(
    services: Services, visit: Visit, about: str
) -> None:
    contact = going_on(services)
    reference = contact["decision"]["enquiry"]["reference"]
    address = f"/contacts/{contact['id']}" if about == "contact" else f"/enquiries/{reference}"
    assert f"/calls/{contact['id']}" in visit("colleague").get(address).text
    going_on(services, "CA2", stage="over")
    assert visit("colleague").get(address).text.count("/calls/") == 1


@pytest.mark.usefixtures("with_needs")
@pytest.mark.parametrize("teams,told", [(("repairs",), True), (("hub",), False)])
def test_what_to_know_of_the_caller_is_shown_and_the_code_only_to_their_team(
    services: Services, visit: Visit, teams: tuple[str, ...], told: bool
) -> None:
    contact = going_on(services)
    page = visit("colleague", teams=teams).get(f"/calls/{contact['id']}").text
    for words in ("Ada Bell", "Polish", "0808 157 0190", "18002", "They call by text relay."):
        assert words in page
    assert ("4711#" in page) == told


def test_calls_of_other_teams_and_calls_that_are_over_are_not_listed(services: Services, visit: Visit) -> None:
    contact, over = going_on(services), going_on(services, "CA2", stage="over")
    assert f"/calls/{contact['id']}" not in visit("colleague", teams=("hub",)).get("/calls").text
    page = visit("supervisor").get("/calls").text
    assert f"/calls/{contact['id']}" in page
    assert f"/calls/{over['id']}" not in page
    assert visit("supervisor").get(f"/calls/{over['id']}").status_code == 404
