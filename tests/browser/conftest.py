"""A browser and a running engine for the tests of pages: the sample landlord, with a morning's contacts."""

import re
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from sqlalchemy import update

from channels.email import read
from channels.inbound import Kind
from router import clients
from router.acting import Ordered, act
from router.enquiry.actions import Actor
from router.enquiry.orders import Reply
from router.importing import read_customers
from router.publishable import check
from router.publishing import By, publish
from router.services import Services
from router.settings import Settings, sample_folder
from router.store import people
from router.store.engine import begin_write
from router.store.migrate import upgrade
from router.store.schema import outbox, parts
from rules.folder import read_folder
from tests.integration.console.live_calls import going_on
from tests.landlord import route_all, shown, take_in
from tests.messages import mail, text_message
from tests.servers.process import find, free_port
from tests.servers.serving import Serving

ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
CUSTOMERS = Path(__file__).parents[1] / "cases/customers/sample.csv"
INSTALL = "apt-get install chromium (macOS: brew install chromium)"
FIRST_LINK = re.compile(r"http://127\.0\.0\.1:\d+/link/\S+")
NAME, EMAIL, PASSWORD = "Alex Best", "alex@harbour-row.example", "three words quite apart"
HARD_TO_SHOW = "<script>document.title = 'broken'</script> <h1>big</h1> & " + "wide" * 100 + "\n\nمرحبا 😀\n"

MAIL = b"""From: Jo Hill <jo.hill@home.example>
To: repairs@harbour-row.example
Subject: Boiler
Message-ID: <boiler@home.example>
Content-Type: text/html; charset=utf-8

<script>document.title = 'broken'</script><img src="https://tracker.example/dot.png" alt="a boiler">
<table width="900"><tr><td><font size="4">Our boiler is <b>broken</b></font></td></tr></table>
<form action="https://evil.example/"><button>Send</button></form><a href="https://shop.example/">This one</a>
"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """The system's Chromium, the one without windows if it is there: it takes two thirds of the time.

    It ends with the module, as nothing else can have an event loop beside it.
    """
    names = ["chromium-headless-shell", "chromium", "chromium-browser", "google-chrome"]
    program = find(names, [Path("/snap/bin")], INSTALL)
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=program, args=list(ARGUMENTS))
        yield started
        started.close()


@pytest.fixture(scope="module")
def morning(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str, str]:
    """A data folder with the sample landlord, its customers and contacts that are hard to show; the ids of a
    text and of a mail with HTML."""
    data = tmp_path_factory.mktemp("pages") / "data"
    data.mkdir()
    with closing(clients.build(Settings(data=data, secret_key="for tests"))) as services:
        upgrade(services.record)
        checked = check(read_folder(sample_folder()))
        publish(services.writer, checked, "folder", By("tests", "first", services.clock()))
        for customer in read_customers(CUSTOMERS.read_bytes(), checked.ruleset, services.clock()).customers:
            services.writer.submit(people.write, customer).result()
        now = datetime.now(UTC)
        gas = take_in(services, text_message("I can smell gas in my kitchen", "+447700900102", at=now))
        hard = take_in(services, mail(HARD_TO_SHOW, subject="Rats <b>again</b>", received_at=now))
        html = take_in(services, read(MAIL, now))
        take_in(services, mail("I am away", "away@home.example", kind=Kind.AUTOMATIC_REPLY, received_at=now))
        for number in range(30):
            take_in(services, text_message("There are rats in my loft", f"+4477009001{number:02d}", at=now))
        route_all(services)
        _with_banners(services, hard.contact_id)
        going_on(services, live={"recording": "on"})
    return data, gas.contact_id, html.contact_id


def _with_banners(services: Services, contact_id: str) -> None:
    """Give the enquiry of a contact what else its page can show: a quoted reference, a reply that waits, a failure."""
    enquiry = shown(services, contact_id)["decision"]["enquiry"]
    with begin_write(services.record) as record:
        quoted = record.exec_driver_sql(f"select reference from enquiries where id <> '{enquiry['id']}'").scalar()
        added = f"I was given {quoted}"
        record.execute(update(parts).where(parts.c.contact_id == contact_id).values(text=parts.c.text + added))
        row = {"kind": "email", "status": "5.1.1", "intent_id": None, "contact_id": contact_id}
        people.mark_failing(record, [row | {"value": "tenant@home.example", "since": services.clock()}])
    act(services, Ordered(enquiry["id"], Reply("We come on Friday."), Actor("user:ana", everywhere=True), "1"))
    with begin_write(services.record) as record:
        waits = update(outbox).where(outbox.c.purpose == "reply")
        record.execute(waits.values(not_before=services.clock() + timedelta(days=1)))


@pytest.fixture(scope="module")
def serving(morning: tuple[Path, str, str]) -> Iterator[Serving]:
    """The engine on that record."""
    data = morning[0]
    settings = {"FIRSTCONTACT_DATA": str(data), "FIRSTCONTACT_PORT": str(free_port())}
    # A provider that nothing reaches: so pages offer what needs one.
    settings |= {
        "TWILIO_ACCOUNT_SID": "AC1",
        "TWILIO_AUTH_TOKEN": "none",
        "FIRSTCONTACT_TWILIO_API": "http://127.0.0.1:9",
    }
    running = Serving(settings, data.with_name("log"))
    try:
        yield running.start()
    finally:
        running.stop()


@dataclass(frozen=True, slots=True)
class Signed:
    """Somebody who is signed in: the first administrator, who may see every page."""

    context: BrowserContext
    url: str

    def page(self) -> Page:
        """A new page of theirs."""
        return self.context.new_page()


@pytest.fixture(scope="module")
def signed(browser: Browser, serving: Serving) -> Iterator[Signed]:
    """The first administrator, made by the link that the engine prints, with the keyboard alone."""
    found = FIRST_LINK.search(serving.said())
    assert found, serving.said()
    context = browser.new_context(base_url=serving.url)
    page = context.new_page()
    page.goto(found[0])
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")  # the skip link
    for typed in (NAME, EMAIL, PASSWORD, PASSWORD):
        page.keyboard.press("Tab")
        page.keyboard.type(typed)
    page.keyboard.press("Enter")
    page.wait_for_url("**/queue#main-content")  # a browser keeps where the skip link led
    page.close()
    yield Signed(context, serving.url)
    context.close()


@pytest.fixture(scope="module")
def tab(signed: Signed) -> Iterator[Page]:
    """A tab of theirs in which page after page is looked at: a new one for each costs more than the looking."""
    page = signed.page()
    yield page
    page.close()


@pytest.fixture(scope="module")
def strange_tab(browser: Browser, serving: Serving) -> Iterator[Page]:
    """The same of somebody who is not signed in."""
    with browser.new_context(base_url=serving.url) as context:
        yield context.new_page()
