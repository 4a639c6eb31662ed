"""Every page in a real browser: without any barrier that axe-core knows of, at 400% zoom, by keyboard alone."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page
from playwright.sync_api import Route as PlaywrightRoute

from router.console import lengths
from tests.browser.conftest import EMAIL, PASSWORD, Signed
from tests.servers.serving import Serving

pytestmark = pytest.mark.slow
AXE = (Path(__file__).parent / "assets/axe.min.js").read_text(encoding="utf-8")
AUDIT = """rules => axe.run(document, {resultTypes: ['violations'], ...(rules && {runOnly: rules})}).then(found =>
    found.violations.map(each => each.id + ': ' + each.nodes.map(node => node.target.join(' ')).join(', ')))"""
SHAPE = """() => ({
    tooWide: document.documentElement.scrollWidth - document.documentElement.clientWidth,
    tablesTooWide: [...document.querySelectorAll('main table')].filter(each =>
        each.scrollWidth > document.querySelector('main').clientWidth).length,
    headings: document.querySelectorAll('h1').length,
    mains: document.querySelectorAll('main').length,
    language: document.documentElement.lang,
    hasTitle: document.title.trim() !== '',
})"""
GOOD_SHAPE = {"tooWide": 0, "tablesTooWide": 0, "headings": 1, "mains": 1, "language": "en", "hasTitle": True}
FOCUSED = "() => document.activeElement.outerHTML"
FOCUSABLE = """() => [...document.querySelectorAll(
    'a[href], button, input:not([type=hidden]), select, textarea, summary')].map(each => each.outerHTML)"""
WIDTHS = {"desktop": 1280, "400%": 320}
BRIGHTNESS = "() => Math.max(...getComputedStyle(document.body).backgroundColor.match(/\\d+/g).slice(0, 3))"

OPEN_TO_ALL = ("/", "/sign-in", "/link/nothing", "/nothing", "/chat")
PAGES = (
    "/queue",
    "/queue?team=assets",
    "/search",
    "/search?q=07700900102",
    "/search?q=nobody@home.example",
    "enquiry",
    "enquiry that is hard to show",
    "customer",
    "contact",
    "mail",
    *(f"enquiry/actions/{action}" for action in ("take", "transfer", "reply", "resolve", "promise-callback")),
    "/calls",
    "call",
    *(f"call/actions/{action}" for action in ("consult", "transfer")),
    "/machines",
    "/figures",
    "/figures?report=calls",
    "/users",
    "/users/new",
    "person",
    "/account",
    "/nothing",
)


@pytest.fixture(scope="module")
def places(signed: Signed, morning: tuple[Path, str, str]) -> dict[str, str]:
    """The addresses of pages that have an id in theirs, found by following links."""
    page = signed.page()
    customer = found_at(page, "/search?q=07700900102", "main a[href^='/customers/']")
    found = {
        "customer": customer,
        "enquiry": found_at(page, customer, "main a[href^='/enquiries/']"),
        "enquiry that is hard to show": found_at(page, "/search?q=tenant@home.example", "main a[href^='/enquiries/']"),
        "contact": f"/contacts/{morning[1]}",
        "mail": f"/contacts/{morning[2]}",
        "call": found_at(page, "/calls", "main table a[href^='/calls/']"),
        "person": found_at(page, "/users", "main table a[href^='/users/']"),
    }
    page.close()
    return found


def found_at(page: Page, path: str, selector: str) -> str:
    """Where the first such link on a page leads."""
    page.goto(path)
    return page.locator(selector).first.get_attribute("href") or ""


def complaints_of(page: Page) -> list[str]:
    """What the browser complains of on a page, such as something that its policy forbids."""
    said: list[str] = []

    def hear(message: ConsoleMessage) -> None:
        if message.type == "error" and "404" not in message.text:
            said.append(message.text)

    page.on("console", hear)
    return said


def assert_no_barrier(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(AXE)
    assert page.evaluate(AUDIT) == []
    assert page.evaluate(SHAPE) == GOOD_SHAPE
    if width == WIDTHS["desktop"]:
        page.emulate_media(color_scheme="dark")
        assert page.evaluate(AUDIT, ["color-contrast"]) == [], "in the dark, where nothing but its colours is otherwise"
        page.emulate_media(color_scheme="light")


def assert_opens_without_barrier(page: Page, address: str) -> None:
    """Open a page as on a desktop, and look at it at every width."""
    page.set_viewport_size({"width": WIDTHS["desktop"], "height": 800})
    said = complaints_of(page)
    page.goto(address)
    for width in WIDTHS.values():
        assert_no_barrier(page, width)
    assert said == []


@pytest.mark.parametrize("path", OPEN_TO_ALL)
def test_page_that_is_open_to_all_has_no_barrier(strange_tab: Page, path: str) -> None:
    assert_opens_without_barrier(strange_tab, path)


@pytest.mark.parametrize("name", PAGES)
def test_page_has_no_barrier(tab: Page, places: dict[str, str], name: str) -> None:
    place, _, action = name.partition("/") if name.startswith(("enquiry/", "call/")) else (name, "", "")
    assert_opens_without_barrier(tab, places.get(place, place) + (f"/{action}" if action else ""))


def test_the_page_that_is_hard_to_show_shows_everything(signed: Signed, places: dict[str, str]) -> None:
    page = signed.page()
    page.goto(places["enquiry that is hard to show"])
    for name in ("Undo", "It works again"):
        assert page.get_by_role("button", name=name).is_visible()
    assert page.get_by_role("button", name="Link ").is_visible()
    page.close()


def test_a_mail_as_it_was_sent_fetches_and_runs_nothing(signed: Signed, places: dict[str, str]) -> None:
    page = signed.page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(places["mail"] + "/as-sent")
    # No script runs in that page, a test's neither: the browser itself is asked what it shows.
    shown = page.context.new_cdp_session(page).send("Page.getNavigationHistory")["entries"][-1]
    assert shown["title"] == "Email from Jo Hill, as it was sent"
    assert asked == [page.url]
    page.close()


def test_a_mail_as_it_was_sent_has_no_barrier(signed: Signed, places: dict[str, str]) -> None:
    page = signed.page()
    said = complaints_of(page)
    page.route("**/as-sent", without_sandbox)
    page.goto(places["mail"])
    page.get_by_role("link", name="As it was sent").click()
    page.get_by_text("Our boiler is broken").wait_for()
    for width in WIDTHS.values():
        assert_no_barrier(page, width)
    assert page.locator("script, form, button, img[src]").count() == 0
    assert said == []
    page.get_by_role("link", name="Back to the contact").click()
    page.get_by_role("heading", name="What was said").wait_for()
    page.close()


def without_sandbox(route: PlaywrightRoute) -> None:
    """Serve the page with all of its policy but the sandbox, in which a test cannot look around."""
    answer = route.fetch()
    policy = answer.headers["content-security-policy"]
    kept = "; ".join(each for each in policy.split("; ") if not each.startswith("sandbox"))
    assert kept != policy
    route.fulfill(response=answer, headers={**answer.headers, "content-security-policy": kept})


@pytest.mark.parametrize("name", ["/queue", "enquiry", "/figures"])
def test_a_phone_shows_what_a_page_is_about_without_scrolling(tab: Page, places: dict[str, str], name: str) -> None:
    tab.set_viewport_size({"width": WIDTHS["400%"], "height": 568})
    tab.goto(places.get(name, name))
    box = tab.get_by_role("heading", level=1).bounding_box()
    assert box is not None
    assert box["y"] + box["height"] < 568 * 2 / 3


def test_how_to_serve_a_caller_stands_before_what_can_be_done(tab: Page, places: dict[str, str]) -> None:
    tab.goto(places["call"])
    assert tab.locator("main h2").all_inner_texts()[:2] == ["How to serve them", "What you can do"]


def test_pages_are_dark_for_who_wants_them_dark_and_light_on_paper(tab: Page) -> None:
    tab.goto("/queue")
    tab.emulate_media(color_scheme="dark")
    assert tab.evaluate(BRIGHTNESS) < 64
    tab.emulate_media(media="print", color_scheme="dark")
    assert tab.evaluate(BRIGHTNESS) == 255
    tab.emulate_media(media="screen", color_scheme="light")
    assert tab.evaluate(BRIGHTNESS) == 255


@pytest.mark.parametrize("name", ["/queue", "enquiry", "call", "/users/new"])
def test_everything_is_reached_by_the_tab_key(tab: Page, places: dict[str, str], name: str) -> None:
    tab.goto(places.get(name, name))
    wanted = tab.evaluate(FOCUSABLE)
    reached = []
    for _ in wanted:
        tab.keyboard.press("Tab")
        reached.append(tab.evaluate(FOCUSED))
    assert reached == wanted
    assert "Skip to main content" in reached[0]


def test_what_is_wrong_is_where_the_focus_is(browser: Browser, serving: Serving) -> None:
    with browser.new_context(base_url=serving.url) as context:
        page = context.new_page()
        page.goto("/sign-in")
        page.get_by_role("button", name="Sign in").click()
        assert page.title().startswith("Error: ")
        assert "govuk-error-summary" in page.evaluate(FOCUSED)
        for width in WIDTHS.values():
            assert_no_barrier(page, width)
        page.get_by_role("link", name="Enter your email address").click()
        assert 'id="email"' in page.evaluate(FOCUSED)


def test_it_works_without_javascript(browser: Browser, signed: Signed) -> None:
    with browser.new_context(base_url=signed.url, java_script_enabled=False) as context:
        page = context.new_page()
        page.goto("/queue?team=assets")
        page.get_by_label("Email address").fill(EMAIL)
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        assert page.url.endswith("/queue?team=assets")
        page.get_by_label("Who has it").select_option("nobody")
        page.get_by_role("button", name="Show").click()
        page.get_by_role("link", name="Next page").click()
        page.get_by_role("link", name="Pests").first.click()
        page.get_by_text("What else was looked at").click()
        assert page.get_by_text("Worked out again just now, it comes out the same.").is_visible()
        page.get_by_role("link", name="People").click()
        page.get_by_role("link", name="Add somebody").click()
        page.get_by_label("Name").fill("Jo Hill")
        page.get_by_label("Email address").fill("jo@harbour-row.example")
        page.get_by_label("Assets").check()
        page.get_by_role("button", name="Add them").click()
        assert page.get_by_text("Give Jo Hill this link").is_visible()
        page.get_by_role("button", name="Sign out").click()
        page.get_by_text("You have signed out.").wait_for()


SAID = (
    "We come tomorrow.",
    "x" * 160,
    "It’s “done” – " + "x" * 60,
    "Łucja " + "x" * 80,
    "😀" * 40,
    "€" * 200,
    "x" * 1_300,
)


def test_length_of_a_reply_is_the_same_while_it_is_typed_and_when_it_is_asked_for(signed: Signed) -> None:
    page = signed.page()
    said = complaints_of(page)
    enquiry = found_at(page, "/queue?team=assets", "main a[href^='/enquiries/']")
    for text in SAID:
        page.goto(f"{enquiry}/actions/reply")
        box = page.locator("#length")
        around = lengths.Frame(box.get_attribute("data-before") or "", box.get_attribute("data-after") or "")
        expected = lengths.told(around, text)
        page.get_by_label("Your reply").fill(text)
        page.locator("#length-says").get_by_text(expected["says"], exact=True).wait_for()
        assert page.locator("#length-because").inner_text() == expected["because"]
        page.get_by_role("button", name="Check the length").click()
        page.locator("#length-says").get_by_text(expected["says"], exact=True).wait_for()
    for width in WIDTHS.values():
        assert_no_barrier(page, width)
    assert said == []
    page.close()


def test_what_a_customer_wrote_is_words_and_nothing_else(signed: Signed, places: dict[str, str]) -> None:
    page = signed.page()
    page.goto(places["enquiry that is hard to show"])
    assert page.locator("main script, main h1 ~ h1, .fc-words b").count() == 0
    assert "broken" not in page.title()
    assert page.get_by_text("<script>").first.is_visible()
    assert page.locator(".fc-words").get_by_text("Rats <b>again</b>").is_visible()
    page.close()


OTHERWISE = {
    "0808 157 0100": "tel:+448081570100",
    "01632 960100": "tel:+441632960100",
    "hello@harbour-row.example": "mailto:hello@harbour-row.example",
}


def test_the_chat_window_without_javascript_takes_no_words_that_would_be_lost(
    browser: Browser, serving: Serving
) -> None:
    with browser.new_context(base_url=serving.url, java_script_enabled=False) as context:
        page = context.new_page()
        page.goto("/chat")
        assert "This chat needs JavaScript." in page.locator("body").inner_text()
        for name, leads_to in OTHERWISE.items():
            link = page.get_by_role("link", name=name)
            assert (link.is_visible(), link.get_attribute("href")) == (True, leads_to)
        assert page.get_by_role("link", name="0800 111 999").is_visible()
        assert [page.locator(each).is_visible() for each in ("#state", "#log", "#form")] == [False] * 3


def test_the_chat_window_works_under_its_policy(browser: Browser, serving: Serving) -> None:
    with browser.new_context(base_url=serving.url) as context:
        page = context.new_page()
        said = complaints_of(page)
        page.goto("/chat")
        page.get_by_label("Your message").fill("My tap is dripping")
        page.get_by_role("button", name="Send").click()
        page.get_by_role("log").get_by_text("My tap is dripping").wait_for()
        page.locator("#lines .you:not(.unsent)").wait_for()
        assert said == []
