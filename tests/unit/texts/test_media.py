"""Files of texts: from where they are fetched and how, which are taken in, and what is said of the others."""

from collections.abc import Callable
from hashlib import sha256

import httpx
import pytest

from channels import twilio_media
from channels.inbound import Attachment
from channels.media_kinds import fits, kind_of
from channels.twilio_media import Account, NotFetched

PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 20
JPEG = b"\xff\xd8\xff\xe0" + b"0" * 20
MP4 = b"\x00\x00\x00\x18ftypmp42" + b"0" * 20
ACCOUNT = Account("AC1", "new-token, old-token")
FILE = "https://api.twilio.com/2010-04-01/Accounts/AC1/Messages/MM1/Media/ME1"
CDN = "https://mms.twiliocdn.com/AC1/one?Signature=x"
SIGNED_IN = httpx.BasicAuth("AC1", "new-token")._auth_header
PUBLIC = "93.184.216.34"
LIMIT = 1_000

Handler = Callable[[httpx.Request], httpx.Response]


def fetch(
    handler: Handler, url: str = FILE, declared: str = "image/png", address: str = PUBLIC, account: Account = ACCOUNT
) -> tuple[Attachment | NotFetched, list[httpx.Request]]:
    """What comes of fetching a file from a provider that answers so, and the requests that it got."""
    requests: list[httpx.Request] = []

    def handle(request: httpx.Request) -> httpx.Response:
        requests.append(request)
        return handler(request)

    client = httpx.Client(transport=httpx.MockTransport(handle))
    found = twilio_media.fetch(url, declared, "file-1", account, client, LIMIT, lambda _: (address,))
    return found, requests


def leading_to(target: str, content: bytes = PNG) -> Handler:
    """A provider that redirects from its API, as it does, and serves the file elsewhere."""

    def handle(request: httpx.Request) -> httpx.Response:
        if request.headers["host"] == "api.twilio.com" and "Media" in request.url.path:
            return httpx.Response(307, headers={"location": target})
        return httpx.Response(200, content=content)

    return handle


def test_file_is_fetched_signed_in_at_the_api_and_there_alone() -> None:
    found, requests = fetch(leading_to(CDN))
    assert found == Attachment("file-1.png", "image/png", sha256(PNG).hexdigest(), len(PNG), PNG)
    assert [request.headers.get("authorization") for request in requests] == [SIGNED_IN, None]
    # To the address that was looked at, under the name that it has, so that the name cannot come to mean another.
    assert [request.url.host for request in requests] == [PUBLIC, PUBLIC]
    assert [request.headers["host"] for request in requests] == ["api.twilio.com", "mms.twiliocdn.com"]
    assert [request.extensions["sni_hostname"] for request in requests] == ["api.twilio.com", "mms.twiliocdn.com"]


@pytest.mark.parametrize(
    "url",
    [
        "http://api.twilio.com/x",
        "https://api.twilio.com:8443/x",
        "https://twilio.com.evil.example/x",
        "https://eviltwilio.com/x",
        "https://user:password@api.twilio.com/x",
        "https://127.0.0.1/x",
        "https://[::1]/x",
        "https://localhost/x",
        "https://169.254.169.254/latest/meta-data",
        "https://s3.amazonaws.com/anybody/x",
        "file:///etc/passwd",
        "ftp://api.twilio.com/x",
        "https://api.twilio.com:port/x",
        "//api.twilio.com/x",
        "",
        "not an address",
    ],
)
def test_nothing_is_asked_for_anywhere_else(url: str) -> None:
    found, requests = fetch(lambda _: httpx.Response(200, content=PNG), url)
    assert found == NotFetched("address-refused")
    assert requests == []


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.0.0.8",
        "192.168.1.1",
        "172.16.0.1",
        "169.254.169.254",
        "0.0.0.0",
        "::1",
        "fd00::1",
        "fe80::1%eth0",
        "::ffff:10.0.0.8",
        "100.64.0.1",
        "224.0.0.1",
    ],
)
def test_name_of_the_provider_that_leads_inside_is_not_followed(address: str) -> None:
    found, requests = fetch(lambda _: httpx.Response(200, content=PNG), address=address)
    assert found == NotFetched("address-refused")
    assert requests == []


@pytest.mark.parametrize(
    "target, asked",
    [
        ("http://mms.twiliocdn.com/x", 1),
        ("https://evil.example/x", 1),
        ("http://127.0.0.1:6379/x", 1),
        ("https://bucket.s3.amazonaws.com/x", 1),
        ("https://s3-external-1.amazonaws.com/media.twiliocdn.com/x", 2),
        ("/elsewhere", 2),
    ],
)
def test_where_a_redirect_may_lead(target: str, asked: int) -> None:
    found, requests = fetch(leading_to(target))
    assert len(requests) == asked
    assert isinstance(found, Attachment) is (asked == 2)
    assert all("authorization" not in request.headers for request in requests[1:])


def test_redirects_have_an_end() -> None:
    found, requests = fetch(lambda _: httpx.Response(302, headers={"location": FILE}))
    assert found == NotFetched("too-many-redirects")
    assert len(requests) == 5


def test_api_that_was_set_up_may_be_on_this_machine() -> None:
    account = Account("AC1", "token", "http://127.0.0.1:9000")
    found, requests = fetch(lambda _: httpx.Response(200, content=PNG), "http://127.0.0.1:9000/m", account=account)
    assert isinstance(found, Attachment)
    assert "authorization" in requests[0].headers
    assert fetch(lambda _: httpx.Response(200, content=PNG), "http://127.0.0.1:9001/m", account=account)[1] == []


@pytest.mark.parametrize(
    "response, outcome",
    [
        (httpx.Response(200, content=b"0" * 1_001), NotFetched("too-large")),
        (httpx.Response(200, content=PNG, headers={"content-length": "5000"}), NotFetched("too-large")),
        (httpx.Response(200, content=b"MZ\x90\x00"), NotFetched("type-not-allowed")),
        (httpx.Response(200, content=b"<html><script>"), NotFetched("type-not-allowed")),
        (httpx.Response(200, content=b"<svg xmlns='http://www.w3.org/2000/svg'/>"), NotFetched("type-not-allowed")),
        (httpx.Response(200, content=b""), NotFetched("type-not-allowed")),
        (httpx.Response(200, content=b"%PDF-1.7"), NotFetched("not-what-it-says")),
        (httpx.Response(404), NotFetched("http-404", again=True)),
        (httpx.Response(401), NotFetched("http-401", again=True)),
        (httpx.Response(410), NotFetched("http-410")),
        (httpx.Response(429), NotFetched("too-many", again=True)),
        (httpx.Response(503), NotFetched("http-503", again=True)),
    ],
)
def test_what_is_not_taken_in_and_whether_it_is_tried_again(response: httpx.Response, outcome: NotFetched) -> None:
    assert fetch(lambda _: response)[0] == outcome


@pytest.mark.parametrize("error", [httpx.ConnectError("no"), httpx.ReadError("cut"), httpx.ReadTimeout("slow")])
def test_network_that_fails_is_tried_again(error: httpx.HTTPError) -> None:
    def fail(_: httpx.Request) -> httpx.Response:
        raise error

    found, _ = fetch(fail)
    assert isinstance(found, NotFetched)
    assert found.again


@pytest.mark.parametrize(
    "content, declared, kind, taken",
    [
        (PNG, "image/png", "image/png", True),
        (PNG, "image/jpeg", "image/png", True),
        (JPEG, "", "image/jpeg", True),
        (JPEG, "application/octet-stream", "image/jpeg", True),
        (JPEG, "IMAGE/JPEG; name=x", "image/jpeg", True),
        (b"GIF89a....", "image/gif", "image/gif", True),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", "image/webp", "image/webp", True),
        (b"\x00\x00\x00\x18ftypheic", "image/heic", "image/heic", True),
        (MP4, "video/mp4", "video/mp4", True),
        (MP4, "audio/mp4", "video/mp4", True),
        (b"\x00\x00\x00\x18ftyp3gp4", "video/3gpp", "video/3gpp", True),
        (b"\x00\x00\x00\x18ftypM4A ", "audio/mp4", "audio/mp4", True),
        (b"OggS....", "audio/ogg", "audio/ogg", True),
        (b"#!AMR\n", "audio/amr", "audio/amr", True),
        (b"ID3\x03", "audio/mpeg", "audio/mpeg", True),
        (b"%PDF-1.4", "application/pdf", "application/pdf", True),
        (b"BEGIN:VCARD\r\n", "text/x-vcard", "text/vcard", True),
        (b"%PDF-1.4", "image/png", "application/pdf", False),
        (PNG, "application/pdf", "image/png", False),
        (MP4, "image/jpeg", "video/mp4", False),
        (b"PK\x03\x04", "application/zip", "", False),
        (b"\x7fELF", "application/octet-stream", "", False),
    ],
)
def test_kind_is_told_by_the_content(content: bytes, declared: str, kind: str, taken: bool) -> None:
    assert kind_of(content) == kind
    assert (bool(kind) and fits(declared, kind)) is taken


def test_credentials_are_not_shown() -> None:
    assert "token" not in repr(ACCOUNT)
