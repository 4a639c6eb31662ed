"""A supervisor replays a draft and learns from misroutes in a browser: without JavaScript, and without barriers."""

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from router import clients
from router.acting import Ordered, act
from router.enquiry import orders
from router.enquiry.actions import Actor
from router.settings import Settings
from router.store.ids import new_id
from tests.browser.conftest import EMAIL, PASSWORD, Signed
from tests.browser.test_pages import WIDTHS, assert_no_barrier, complaints_of
from tests.browser.test_rules import enter, follow, write
from tests.landlord import shown, take_in
from tests.messages import text_message
from tests.servers.process import until

pytestmark = pytest.mark.slow
BOSS = Actor("user:boss", everywhere=True)
PESTS = ("rats in my kitchen", "mice in my loft", "rats again", "mice and rats", "rats, please help", "rats here")


@pytest.fixture(scope="module")
def misrouted(signed: Signed, morning: tuple[Path, str, str]) -> None:
    """Six customers whose pests went to Assets and were passed on to Neighbourhoods as misroutes."""
    del signed
    with closing(clients.build(Settings(data=morning[0], secret_key="for tests"))) as services:
        for number, text in enumerate(PESTS):
            said = text_message(f"There are {text}", f"+4477009005{number:02}", at=datetime.now(UTC))
            contact = take_in(services, said).contact_id
            until(lambda contact=contact: shown(services, contact)["decision"] is not None, "the contact is decided")
            enquiry = shown(services, contact)["decision"]["enquiry"]["id"]
            act(services, Ordered(enquiry, orders.Transfer("neighbourhoods", "wrong-team"), BOSS, new_id()))


@pytest.fixture
def plain(browser: Browser, signed: Signed) -> Iterator[Page]:
    """The page of somebody who is signed in and whose browser runs no JavaScript."""
    with browser.new_context(base_url=signed.url, java_script_enabled=False) as context:
        page = context.new_page()
        page.goto("/rules")
        write(page, "Email address", EMAIL)
        write(page, "Password", PASSWORD)
        enter(page)
        yield page


def wait_for_it(page: Page) -> None:
    """Follow the link that says how far it is until it is done."""

    def is_done() -> bool:
        link = page.get_by_role("link", name="See how far it is now")
        if not link.count():
            return True
        with page.expect_navigation():
            link.click()
        return False

    until(is_done, "the replay is done")


def test_a_draft_is_replayed_by_keyboard_alone(plain: Page, misrouted: None) -> None:
    del misrouted
    page = plain
    write(page, "What do you want to change?", "Pests go to Neighbourhoods, replayed")
    enter(page)
    page.get_by_text("All rules in their order").click()
    follow(page, "pests")
    rule = page.locator("#text").input_value()
    write(page, "pests", rule.replace("team: assets", "team: neighbourhoods"))
    follow(page, "Save and check")
    follow(page, "Draft")
    follow(page, "Replay past contacts")
    follow(page, "Replay")
    wait_for_it(page)
    page.get_by_role("heading", name="contacts would have another owner").wait_for()
    follow(page, "Assets to Neighbourhoods")
    page.get_by_role("heading", name="Assets to Neighbourhoods").wait_for()
    assert page.get_by_text("There are rats here").count() == 1


def test_a_proposal_is_accepted(plain: Page, misrouted: None) -> None:
    del misrouted
    page = plain
    page.goto("/rules")
    follow(page, "Learn from misroutes")
    follow(page, "Look at misroutes")
    wait_for_it(page)
    page.get_by_role("button", name="Accept: open a draft with it").first.click()
    page.get_by_text("The check is content").wait_for()


def test_the_pages_have_no_barrier(signed: Signed, misrouted: None) -> None:
    del misrouted
    page = signed.page()
    said = complaints_of(page)
    page.goto("/rules")
    page.get_by_label("What do you want to change?").fill("Without barriers")
    page.get_by_role("button", name="Start a draft").click()
    page.get_by_text("All rules in their order").click()
    page.get_by_role("link", name="pests", exact=True).click()
    page.locator("#text").fill(page.locator("#text").input_value().replace("team: assets", "team: neighbourhoods"))
    page.get_by_role("button", name="Save and check").click()
    page.get_by_role("link", name="Draft", exact=True).click()
    page.get_by_role("link", name="Replay past contacts").click()
    assert_no_barriers(page)
    with page.expect_navigation():
        page.get_by_role("button", name="Replay", exact=True).click()
    assert_no_barriers(page)
    wait_for_it(page)
    for details in page.locator("details").all():
        details.evaluate("each => each.open = true")
    assert_no_barriers(page)
    page.get_by_role("link", name="Assets to Neighbourhoods").click()
    assert_no_barriers(page)
    page.goto("/rules/learning")
    with page.expect_navigation():
        page.get_by_role("button", name="Look at misroutes").click()
    wait_for_it(page)
    for details in page.locator("details").all():
        details.evaluate("each => each.open = true")
    assert_no_barriers(page)
    page.goto("/rules/replays")
    assert_no_barriers(page)
    assert said == []
    page.close()


def assert_no_barriers(page: Page) -> None:
    for width in WIDTHS.values():
        assert_no_barrier(page, width)
