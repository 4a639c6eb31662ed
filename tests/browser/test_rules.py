"""A supervisor changes a rule and rolls it back in a browser: by keyboard alone, without JavaScript or barriers."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from router import clients
from router.settings import Settings
from tests.browser.conftest import EMAIL, PASSWORD, Signed
from tests.browser.test_pages import WIDTHS, assert_no_barrier, assert_opens_without_barrier
from tests.landlord import shown, take_in
from tests.messages import text_message
from tests.servers.process import until

pytestmark = pytest.mark.slow
FILE = "rules-owner.yaml"
NAME = """() => { const on = document.activeElement;
    return ((on.labels && on.labels[0] ? on.labels[0].innerText : '') || on.innerText || '').trim() }"""
MOST_TABS = 400


def tab_to(page: Page, name: str) -> None:
    """Press the tab key until what is called so has the focus."""
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        if str(page.evaluate(NAME)).startswith(name):
            return
    raise AssertionError(f"{name} is not reached by the tab key on {page.url}")


def follow(page: Page, name: str) -> None:
    """Go to a link or button by the keyboard, use it, and be where it leads."""
    tab_to(page, name)
    enter(page)


def enter(page: Page) -> None:
    """Press the enter key, and be where that leads."""
    with page.expect_navigation():
        page.keyboard.press("Enter")


def write(page: Page, name: str, text: str) -> None:
    """Go to a field by the keyboard, and write a text in place of what it has."""
    tab_to(page, name)
    page.keyboard.press("Control+A")
    page.keyboard.insert_text(text)


def owner_of(data: Path, text: str, sender: str, owner: str) -> None:
    """Wait until a text that comes in now is owned by this team, as the running engine decides."""
    with closing(clients.build(Settings(data=data, secret_key="for tests"))) as services:
        contact = take_in(services, text_message(text, sender, at=datetime.now(UTC))).contact_id
        until(lambda: shown(services, contact)["decision"] is not None, "the contact is decided")
        assert shown(services, contact)["owner"]["key"] == owner


@contextmanager
def signed_in_without_javascript(browser: Browser, signed: Signed) -> Iterator[Page]:
    """The page of somebody who is signed in and whose browser runs no JavaScript."""
    with browser.new_context(base_url=signed.url, java_script_enabled=False) as context:
        page = context.new_page()
        page.goto("/rules")
        write(page, "Email address", EMAIL)
        write(page, "Password", PASSWORD)
        enter(page)
        yield page


@pytest.fixture
def plain(browser: Browser, signed: Signed) -> Iterator[Page]:
    with signed_in_without_javascript(browser, signed) as page:
        yield page


def test_a_rule_is_changed_and_rolled_back_by_keyboard_alone(plain: Page, morning: tuple[Path, str, str]) -> None:
    page = plain
    write(page, "What do you want to change?", "Pests go to Neighbourhoods")
    enter(page)
    page.get_by_role("heading", name="Pests go to Neighbourhoods").wait_for()

    draft = page.url
    tab_to(page, "All rules in their order")
    page.keyboard.press("Enter")
    follow(page, "pests")
    rule = page.locator("#text").input_value()
    assert rule.strip().startswith("- rule: pests")
    write(page, "pests", rule.replace("team: assets", "team: neighborhoods"))
    follow(page, "Save and check")
    page.get_by_role("heading", name="The check finds mistakes").wait_for()
    follow(page, f"{FILE}, line ")
    line = page.url.partition("#")[2]
    assert "There is no team" in page.locator(f"#{line}").inner_text()

    page.goto(page.url.partition("#")[0])
    write(page, "pests", rule.replace("team: assets", "team: neighbourhoods"))
    follow(page, "Save and check")
    page.get_by_text("The check finds no mistakes").wait_for()
    follow(page, "Draft")

    follow(page, "Try a contact")
    write(page, "What they say", "There are rats in my kitchen")
    follow(page, "Try it")
    page.get_by_text("Another owner").wait_for()

    page.goto(draft)
    follow(page, "Publish")
    write(page, "Why", "They asked for it")
    follow(page, "Publish")
    page.get_by_text("Version 2 is live").wait_for()
    owner_of(morning[0], "There are rats in my loft", "+447700900777", "neighbourhoods")

    follow(page, "Undo: go back to version 1")
    write(page, "Why", "It was better before")
    follow(page, "Go back to version 1")
    page.get_by_text("Version 3 is live, with the rules of version 1").wait_for()
    owner_of(morning[0], "There are mice in my loft", "+447700900778", "assets")


@pytest.fixture(scope="module")
def drafts(signed: Signed) -> dict[str, str]:
    """Drafts: one as it was begun, one changed, one with a mistake, one with an example that fails."""
    changes = {
        "begun": ("", ""),
        "changed": ("team: assets", "team: neighbourhoods"),
        "wrong": ("team: assets", "team: neighborhoods, piority: high"),
        "failing": ("there are rats in my kitchen", "the bins are full"),
    }
    page = signed.page()
    found = {}
    for name, (old, new) in changes.items():
        page.goto("/rules")
        page.get_by_label("What do you want to change?").fill(name)
        page.get_by_role("button", name="Start a draft").click()
        found[name] = page.url
        page.get_by_text("All rules in their order").click()
        page.get_by_role("link", name="pests", exact=True).click()
        page.locator("#text").fill(page.locator("#text").input_value().replace(old, new))
        page.get_by_role("button", name="Save and check").click()
        found[f"{name} rule"] = page.url
    page.close()
    return found


PAGES = (
    "/rules",
    "/rules/history",
    "/rules/versions/1",
    f"/rules/versions/1/file?name={FILE}",
    "/rules/try",
    "begun",
    "begun/publish",
    "begun/discard",
    f"begun/file?name={FILE}",
    f"begun/remove?name={FILE}",
    "changed",
    "changed rule",
    "changed/difference",
    "changed/publish",
    "wrong",
    "wrong rule",
    "wrong/difference",
    "wrong/publish",
    "failing",
    "failing rule",
)


@pytest.mark.parametrize("path", PAGES)
def test_page_has_no_barrier(tab: Page, drafts: dict[str, str], path: str) -> None:
    name, _, rest = path.partition("/")
    assert_opens_without_barrier(tab, f"{drafts[name]}{f'/{rest}' if rest else ''}" if name else path)


def test_what_was_tried_has_no_barrier(signed: Signed, drafts: dict[str, str]) -> None:
    page = signed.page()
    page.goto(f"/rules/try?draft={drafts['changed'].rpartition('/')[2]}")
    page.get_by_label("What they say").fill("There are rats in my kitchen")
    page.get_by_label("A customer, as described below").check()
    page.get_by_text("The customer", exact=True).click()
    page.get_by_label("Text relay").check()
    page.get_by_role("button", name="Try it").click()
    for width in WIDTHS.values():
        assert_no_barrier(page, width)
    page.close()
