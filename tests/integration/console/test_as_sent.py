"""An email as it was sent: its HTML on a page of its own that nothing in it can act on."""

import re
from collections.abc import Callable
from datetime import timedelta

from channels.email import read
from router.console import as_sent
from router.scheduler import let_go
from router.services import Services
from tests.integration.console.visitor import Clock, Visitor
from tests.landlord import TUESDAY, route_all, take_in

Visit = Callable[..., Visitor]
HTML = """<h2 onclick="x()">Our <b>boiler</b></h2><script>alert(1)</script><style>p{color:red}</style>
<img src="https://tracker.example/dot.png" alt="a boiler"><img src="data:image/png;base64,iVBORw0KGgo=">
<form action="https://evil.example/"><input name="password"><button>Send</button></form>
<iframe src="https://evil.example/"></iframe><a href="javascript:x()">this</a><a href="https://shop.example/">that</a>
<p style="background:url(https://tracker.example/)">It is cold</p><base href="https://evil.example/"></main>"""
MAIL = f"""From: Jo <script> Hill <jo@home.example>
To: repairs@mill-lane.example
Subject: Boiler
Message-ID: <boiler@home.example>
MIME-Version: 1.0
Content-Type: text/html; charset=utf-8

{HTML}
""".encode()
PLAIN = MAIL.replace(b"text/html", b"text/plain").replace(b"<boiler@", b"<plain@")
DIRECTIVES = {
    "default-src 'none'",
    "img-src data:",
    "form-action 'none'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
    "sandbox allow-popups allow-popups-to-escape-sandbox",
}


def taken_in(services: Services, raw: bytes) -> str:
    """The id of the contact that a mail became."""
    accepted = take_in(services, read(raw, TUESDAY))
    route_all(services)
    return accepted.contact_id


def test_the_mail_is_shown_and_nothing_of_it_acts(visit: Visit, services: Services) -> None:
    id_ = taken_in(services, MAIL)
    visitor = visit("colleague")
    assert f'href="/contacts/{id_}/as-sent"' in visitor.get(f"/contacts/{id_}").text
    answer = visitor.get(f"/contacts/{id_}/as-sent")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")
    for kept in (
        "<h2>Our <b>boiler</b></h2>",
        "<p>It is cold</p>",
        'alt="a boiler"',
        'src="data:image/png;base64,iVBORw0KGgo="',
        'href="https://shop.example/"',
    ):
        assert kept in answer.text
    for gone in ("<script", "onclick", "tracker.example", "evil.example", "<form", "<input", "<iframe", "javascript"):
        assert gone not in answer.text
    assert (answer.text.count("</main>"), answer.text.count("<style>")) == (1, 1)


def test_the_page_may_fetch_run_and_send_nothing(visit: Visit, services: Services) -> None:
    answer = visit("colleague").get(f"/contacts/{taken_in(services, MAIL)}/as-sent")
    policy = {each.strip() for each in answer.headers["content-security-policy"].split(";")}
    [style] = policy - DIRECTIVES
    assert policy >= DIRECTIVES
    assert re.fullmatch(r"style-src 'sha256-[A-Za-z0-9+/=]{44}'", style)
    assert f"<style>{as_sent.STYLE}</style>" in answer.text
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert (answer.headers["x-frame-options"], answer.headers["cache-control"]) == ("DENY", "no-store")


def test_an_enquiry_leads_to_the_mail_by_itself(visit: Visit, services: Services) -> None:
    id_ = taken_in(services, MAIL)
    visitor = visit("colleague", teams=("repairs",))
    enquiry = re.search(r'href="(/enquiries/[^"]+)"', visitor.get(f"/contacts/{id_}").text)
    assert enquiry
    assert f'href="/contacts/{id_}">This email by itself' in visitor.get(enquiry[1]).text


def test_there_is_none_of_a_mail_without_html_nor_of_one_that_is_kept_no_longer(
    visit: Visit, services: Services, clock: Clock
) -> None:
    plain, html = taken_in(services, PLAIN), taken_in(services, MAIL)
    visitor = visit("colleague")
    assert visitor.get(f"/contacts/{html}/as-sent").status_code == 200
    assert visitor.get(f"/contacts/{plain}/as-sent").status_code == 404
    assert "as-sent" not in visitor.get(f"/contacts/{plain}").text
    clock.move(timedelta(days=services.settings.raw_mail_days + 1))
    assert let_go(services) == 2
    visitor = visit("colleague")
    for id_ in (plain, html, "nothing"):
        assert "as-sent" not in visitor.get(f"/contacts/{id_}").text
        answer = visitor.get(f"/contacts/{id_}/as-sent")
        assert (answer.status_code, "kept no longer" in answer.text) == (404, True)
