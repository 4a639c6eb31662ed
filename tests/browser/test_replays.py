"""A supervisor replays a draft and learns from misroutes in a browser: without JavaScript, and without barriers."""

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from router import clients
from router.acting import Ordered, act
from router.enquiry import orders
from router.enquiry.actions import Actor
from router.services import Services
from router.settings import Settings
from router.store import replays
from router.store.engine import begin_read
from router.store.ids import new_id
from tests.browser.conftest import Signed
from tests.browser.test_pages import WIDTHS, assert_no_barrier, complaints_of
from tests.browser.test_rules import enter, follow, signed_in_without_javascript, write
from tests.landlord import shown, take_in
from tests.messages import text_message
from tests.servers.process import until

pytestmark = pytest.mark.slow
BOSS = Actor("user:boss", everywhere=True)
PESTS = ("rats in my kitchen", "mice in my loft", "rats again", "mice and rats", "rats, please help", "rats here")
LONG = timedelta(days=1)
CHANGE = "Assets to Neighbourhoods"


@pytest.fixture(scope="module")
def services(signed: Signed, morning: tuple[Path, str, str]) -> Iterator[Services]:
    """Services on the record of the running engine."""
    del signed
    with closing(clients.build(Settings(data=morning[0], secret_key="for tests"))) as built:
        yield built


@pytest.fixture(scope="module")
def misrouted(services: Services) -> None:
    """Six customers whose pests went to Assets and were passed on to Neighbourhoods as misroutes."""
    for number, text in enumerate(PESTS):
        said = text_message(f"There are {text}", f"+4477009005{number:02}", at=datetime.now(UTC))
        contact = take_in(services, said).contact_id
        until(lambda contact=contact: shown(services, contact)["decision"] is not None, "the contact is decided")
        enquiry = shown(services, contact)["decision"]["enquiry"]["id"]
        act(services, Ordered(enquiry, orders.Transfer("neighbourhoods", "wrong-team"), BOSS, new_id()))


@pytest.fixture(scope="module")
def plain(browser: Browser, signed: Signed) -> Iterator[Page]:
    """The page of somebody who is signed in and whose browser runs no JavaScript."""
    with signed_in_without_javascript(browser, signed) as page:
        yield page


def wait_for_it(services: Services, kind: str, page: Page) -> None:
    """Wait until the record says that it is done, and follow the link that says how far it is, if there is one yet."""

    def is_done() -> bool:
        with begin_read(services.record) as record:
            return bool(replays.latest(record, kind, 1)[0]["state"] == replays.DONE)

    until(is_done, "the replay is done")
    link = page.get_by_role("link", name="See how far it is now")
    if link.count():
        with page.expect_navigation():
            link.click()


@pytest.fixture(scope="module")
def replayed(plain: Page, services: Services, misrouted: None) -> str:
    """The address of a draft that was changed and replayed, by keyboard alone."""
    del misrouted
    page = plain
    page.goto("/rules")
    write(page, "What do you want to change?", "Pests go to Neighbourhoods, replayed")
    enter(page)
    draft = page.url
    page.get_by_text("All rules in their order").click()
    follow(page, "pests")
    rule = page.locator("#text").input_value()
    write(page, "pests", rule.replace("team: assets", "team: neighbourhoods"))
    follow(page, "Save and check")
    follow(page, "Draft")
    follow(page, "Replay past contacts")
    follow(page, "Replay")
    wait_for_it(services, replays.REPLAY, page)
    return draft


@pytest.fixture(scope="module")
def learned(plain: Page, services: Services, misrouted: None) -> str:
    """The address of what was learnt from misroutes, by keyboard alone."""
    del misrouted
    page = plain
    page.goto("/rules")
    follow(page, "Learn from misroutes")
    address = page.url
    follow(page, "Look at misroutes")
    wait_for_it(services, replays.LEARNING, page)
    return address


def result_of(services: Services) -> str:
    """The address of the replay that was made last."""
    with begin_read(services.record) as record:
        return f"/rules/replays/{replays.latest(record, replays.REPLAY, 1)[0]['id']}"


def under_way(services: Services, replayed: str) -> str:
    """The address of one like it that somebody has half done."""
    now = services.clock()
    half_done = {"id": new_id(), "state": replays.RUNNING, "done": 3, "total": 10, "lease_until": now + LONG}
    with begin_read(services.record) as record:
        row = replays.get(record, replayed.rpartition("/")[2])
    assert row is not None
    services.writer.submit(replays.add, row | half_done | {"files": None, "result": None, "finished_at": None}).result()
    return f"/rules/replays/{half_done['id']}"


@pytest.fixture(scope="module")
def places(services: Services, replayed: str, learned: str) -> dict[str, str]:
    """Where each page is that is looked at."""
    result = result_of(services)
    return {
        "asking": f"{replayed}/replay",
        "under way": under_way(services, result),
        "result": result,
        "learnt": learned,
        "all": "/rules/replays",
    }


def test_a_draft_is_replayed_by_keyboard_alone(plain: Page, places: dict[str, str]) -> None:
    page = plain
    page.goto(places["result"])
    page.get_by_role("heading", name="contacts would have another owner").wait_for()
    follow(page, CHANGE)
    page.get_by_role("heading", name=CHANGE).wait_for()
    assert page.get_by_text("There are rats here").count() == 1


def test_how_far_it_is_is_asked_for_by_keyboard_alone(plain: Page, places: dict[str, str]) -> None:
    plain.goto(places["under way"])
    follow(plain, "See how far it is now")
    assert plain.get_by_text("3 of 10 contacts are done.").is_visible()


def test_a_proposal_is_accepted(plain: Page, learned: str) -> None:
    plain.goto(learned)
    plain.get_by_role("button", name="Accept: open a draft with it").first.click()
    plain.get_by_text("The check is content").wait_for()


@pytest.mark.parametrize("name", ["asking", "under way", "result", "change", "learnt", "all"])
def test_page_has_no_barrier(tab: Page, places: dict[str, str], name: str) -> None:
    said = complaints_of(tab)
    tab.goto(places["result" if name == "change" else name])
    if name == "change":
        tab.get_by_role("link", name=CHANGE).click()
        tab.get_by_role("heading", name=CHANGE).wait_for()
    for details in tab.locator("details").all():
        details.evaluate("each => each.open = true")
    for width in WIDTHS.values():
        assert_no_barrier(tab, width)
    assert said == []
