"""A call that goes on, in a real browser by the keyboard alone: the simulated provider holds it and puts it through."""

import asyncio
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page

from router.demo.outside import Outside, outside
from router.demo.provider.people import Person, Reaction, in_turn
from router.demo.provider.simulator import Leg, ring
from router.settings import Settings
from tests.browser.conftest import Signed
from tests.browser.test_pages import FOCUSED, WIDTHS, assert_no_barrier, complaints_of
from tests.integration.doors.conftest import HOURS, OFFICE
from tests.integration.line.test_handing import HUB
from tests.integration.line.test_waiting import OURS, REPAIRS, files
from tests.servers.process import free_port, until
from tests.servers.serving import Serving

pytestmark = pytest.mark.slow
ACCOUNT, TOKEN = "AC" + "2" * 32, "a-token-of-a-browser"
CALLER = "+447700900201"
SPEED = 4.0
LONG = 100_000.0
MOST_KEYS = 60
IS_NOWHERE = "() => document.activeElement === document.body"
"""After the last part of a page, the tab key leads out of it, and then to the first."""

IS_SEEN = """() => { const style = getComputedStyle(document.activeElement);
    const outlined = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0;
    return outlined || style.boxShadow !== 'none' || document.activeElement === document.body; }"""


@pytest.fixture(scope="module")
def world() -> Iterator[Outside]:
    with outside(1, SPEED) as made:
        yield made


@pytest.fixture(scope="module")
def serving(tmp_path_factory: pytest.TempPathFactory, world: Outside) -> Iterator[Serving]:
    """The engine for a landlord whose teams are always there, with that provider; two telephones are answered."""
    folder = tmp_path_factory.mktemp("calls")
    (folder / "landlord").mkdir()
    text = files()["landlord.yaml"].decode()
    assert OFFICE in text
    (folder / "landlord/landlord.yaml").write_text(text.replace(OFFICE, HOURS))
    port = free_port()
    settings = {
        "FIRSTCONTACT_DATA": str(folder / "data"),
        "FIRSTCONTACT_CONFIG": str(folder / "landlord"),
        "FIRSTCONTACT_PORT": str(port),
        "FIRSTCONTACT_TWILIO_API": world.api_url,
        "FIRSTCONTACT_SMS_FROM": OURS,
        "TWILIO_ACCOUNT_SID": ACCOUNT,
        "TWILIO_AUTH_TOKEN": TOKEN,
    }
    running = Serving(settings, folder / "log")
    try:
        running.start()
        known = {"twilio_account_sid": ACCOUNT, "twilio_auth_token": TOKEN, "sms_from": OURS}
        world.begin(Settings.model_validate({"port": port, "secret_key": "for tests", **known}))
        assert world.phones is not None
        world.phones.exchange.people |= {number: Person(number, takes, talks=LONG) for number in (HUB, REPAIRS)}
        yield running
    finally:
        running.stop()


def takes(_: str) -> Reaction:
    """A colleague takes every call, by the key that they are told."""
    return Reaction("1")


def rings(world: Outside) -> Leg:
    """Somebody rings and presses the key for a repair."""

    async def begin() -> Leg:
        assert world.phones is not None
        return ring(world.phones.exchange, Person(CALLER, in_turn("2"), talks=LONG, patience=LONG), OURS)

    assert world.loop is not None
    return asyncio.run_coroutine_threadsafe(begin(), world.loop).result()


def tab_to(page: Page, words: str) -> None:
    """Go on by the tab key to what has these words; wherever it comes by, it can be seen where it is."""
    for _ in range(MOST_KEYS):
        page.keyboard.press("Tab")
        assert page.evaluate(IS_SEEN), page.evaluate(FOCUSED)
        if words in page.evaluate(FOCUSED) and not page.evaluate(IS_NOWHERE):
            return
    raise AssertionError(f"the tab key does not lead to {words}")


def looks_again(page: Page, shows: Callable[[], bool], what: str) -> None:
    """Follow *Look again* by the keyboard until the page shows something."""

    def looked() -> bool:
        if shows():
            return True
        tab_to(page, "Look again")
        with page.expect_navigation():
            page.keyboard.press("Enter")
        return shows()

    until(looked, what)


def enter(page: Page, words: str) -> None:
    """Go to what has these words by the tab key, and press enter."""
    tab_to(page, words)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def test_a_call_is_talked_over_and_put_through_by_the_keyboard_alone(signed: Signed, world: Outside) -> None:
    page = signed.page()
    said = complaints_of(page)
    rings(world)
    page.goto("/calls")
    looks_again(page, lambda: page.get_by_text("Talking").is_visible(), "the caller talks to Repairs")
    enter(page, "07700 900201")
    consult = page.get_by_role("link", name="Talk to another team first")
    looks_again(page, consult.is_visible, "it is known on which line the colleague talks")
    enter(page, "Talk to another team first")
    enter(page, "Hold the caller, and ring them")
    assert "govuk-error-summary" in page.evaluate(FOCUSED)
    tab_to(page, "Choose a team")
    page.keyboard.press("Enter")
    assert 'id="to"' in page.evaluate(FOCUSED)
    page.keyboard.type("The Hub")
    tab_to(page, 'id="reason"')
    page.keyboard.press("Space")
    tab_to(page, 'id="note"')
    page.keyboard.type("It is about the rent.")
    enter(page, "Hold the caller, and ring them")
    page.get_by_role("alert").get_by_text("The caller is on hold").wait_for()
    looks_again(page, lambda: page.get_by_text("The Hub is in the call.").is_visible(), "the Hub has answered")
    for width in WIDTHS.values():
        assert_no_barrier(page, width)
    enter(page, "Put the caller through to them, and leave")
    page.get_by_role("alert").get_by_text("The caller goes on with the other team").wait_for()
    through = page.locator("dd").get_by_text("The Hub", exact=True)
    looks_again(page, through.is_visible, "the caller is with the Hub")
    assert page.get_by_text("01632 960001").is_visible()
    enter(page, "/enquiries/")
    assert page.locator("dd").get_by_text("The Hub", exact=True).is_visible()
    assert page.get_by_text("The caller was put through from Repairs to The Hub").is_visible()
    assert [each for each in said if "422" not in each] == []  # that of the form without a team
    page.close()


def test_a_call_is_marked_as_coming_by_text_relay_by_the_keyboard_alone(signed: Signed, world: Outside) -> None:
    page = signed.page()
    rings(world)
    page.goto("/calls")
    looks_again(page, lambda: page.get_by_role("link", name="07700 900201").count() > 0, "the call is there")
    enter(page, "07700 900201")
    enter(page, "This call by itself")
    enter(page, "It came by text relay")
    assert page.get_by_text("to ring back, dial 1 8 0 0 2").is_visible()
    for width in WIDTHS.values():
        assert_no_barrier(page, width)
    enter(page, "It did not come by text relay")
    assert page.get_by_text("to ring back, dial").count() == 0
    page.close()
