"""Which URL was called: the public one, the word of a proxy that is trusted, and our own, in that order."""

from ipaddress import ip_network
from pathlib import Path
from typing import Any

import pytest

from router.http_callers import Callers, headers_of
from router.settings import Settings

PROXY, STRANGER = ("10.0.0.7", 5000), ("192.0.2.9", 5000)
PUBLIC = "https://contact.example"
OWN = "http://inside:8000"


def settings(public_url: str = "") -> Settings:
    return Settings(data=Path("unused"), public_url=public_url, trusted_proxies=(ip_network("10.0.0.0/8"),))


def scope(client: object = PROXY, query: bytes = b"", **changes: Any) -> dict[str, Any]:
    path = "/channels/twilio/sms"
    return {
        "type": "http",
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": query,
        "client": client,
        "headers": [],
        **changes,
    }


FORWARDED = {"x-forwarded-proto": "https", "x-forwarded-host": "hub.example"}


@pytest.mark.parametrize(
    "client,public,headers,expected",
    [
        (STRANGER, "", {}, [OWN]),
        (STRANGER, PUBLIC, {}, [PUBLIC, OWN]),
        (STRANGER, "", FORWARDED, [OWN]),
        (STRANGER, "", {"forwarded": "proto=https;host=hub.example"}, [OWN]),
        (PROXY, "", FORWARDED, ["https://hub.example", OWN]),
        (PROXY, PUBLIC, FORWARDED, [PUBLIC, "https://hub.example", OWN]),
        (PROXY, "", {"x-forwarded-proto": "https"}, ["https://inside:8000", OWN]),
        (PROXY, "", {"x-forwarded-proto": " https , http"}, ["https://inside:8000", OWN]),
        (
            PROXY,
            "",
            FORWARDED | {"x-forwarded-port": "8443"},
            ["https://hub.example", "https://hub.example:8443", OWN],
        ),
        (PROXY, "", FORWARDED | {"x-forwarded-port": "none"}, ["https://hub.example", OWN]),
        (PROXY, "", {"forwarded": 'Proto=https; HOST="hub.example:8443"'}, ["https://hub.example:8443", OWN]),
        (
            PROXY,
            "",
            {"forwarded": "for=1.2.3.4;proto=https;host=a.example, host=b.example"},
            ["https://a.example", OWN],
        ),
        (PROXY, "", {"forwarded": "for=1.2.3.4, for=10.0.0.8;proto=https;host=a.example"}, ["https://a.example", OWN]),
        (
            PROXY,
            "",
            {"forwarded": 'for="[2001:db8::1]:47";proto=https; host = "a.example"'},
            ["https://a.example", OWN],
        ),
        (PROXY, "", {"forwarded": 'by="a;host=b.example,c";proto=https;host=a.example'}, ["https://a.example", OWN]),
        (PROXY, "", {"forwarded": 'host="[2001:db8::1]:8443";proto=https'}, ["https://[2001:db8::1]:8443", OWN]),
        (PROXY, "", {"forwarded": "for=1.2.3.4"} | FORWARDED, ["https://hub.example", OWN]),
        (STRANGER, "", {"forwarded": "host=a.example"} | FORWARDED, [OWN]),
        (PROXY, "", {"forwarded": "proto=https;host=std.example"} | FORWARDED, ["https://std.example", OWN]),
        (PROXY, "", {"forwarded": "nonsense;;=,"}, [OWN]),
        (None, "", FORWARDED, ["https://hub.example", OWN]),
        (("unix", 0), "", FORWARDED, [OWN]),
        (("::1", 1), "", FORWARDED, [OWN]),
    ],
)
def test_urls_that_may_have_been_called(
    client: object, public: str, headers: dict[str, str], expected: list[str]
) -> None:
    urls = Callers(settings(public)).urls(scope(client), {"host": "inside:8000", **headers})
    assert list(urls) == [base + "/channels/twilio/sms" for base in expected]


@pytest.mark.parametrize(
    "changes,tail",
    [
        ({"query_string": b"step=2&a=%20"}, "/channels/twilio/sms?step=2&a=%20"),
        ({"raw_path": b"/channels/twilio/%73ms"}, "/channels/twilio/%73ms"),
    ],
)
def test_path_and_query_are_as_they_came(changes: dict[str, Any], tail: str) -> None:
    assert Callers(settings()).urls(scope(**changes), {"host": "h"})[0] == "http://h" + tail


def test_server_that_gives_no_raw_path() -> None:
    bare = scope()
    del bare["raw_path"]
    assert Callers(settings()).urls(bare, {}) == ("http:///channels/twilio/sms",)


def test_headers_are_joined_where_repeated() -> None:
    headers = [(b"x-a", b"1"), (b"host", b"h"), (b"x-a", b"\xff")]
    assert headers_of({"headers": headers}) == {"x-a": "1, \xff", "host": "h"}


@pytest.mark.parametrize(
    "client,headers,network",
    [
        (("192.0.2.9", 1), {}, "192.0.2.9/32"),
        (("192.0.2.9", 1), {"x-forwarded-for": "198.51.100.1"}, "192.0.2.9/32"),
        (PROXY, {"x-forwarded-for": "198.51.100.1"}, "198.51.100.1/32"),
        (PROXY, {"x-forwarded-for": "made-up, 198.51.100.1, 10.0.0.8"}, "198.51.100.1/32"),
        (PROXY, {"x-forwarded-for": "203.0.113.5, 198.51.100.1"}, "198.51.100.1/32"),
        (PROXY, {"x-forwarded-for": "10.0.0.9, 10.0.0.8"}, "10.0.0.9/32"),
        (PROXY, {"x-forwarded-for": "2001:db8:1:2:3::4"}, "2001:db8:1:2::/64"),
        (PROXY, {}, "10.0.0.7/32"),
        (None, {"x-forwarded-for": "198.51.100.1"}, "198.51.100.1/32"),
        (None, {}, ""),
        (("testclient", 1), {}, ""),
        (PROXY, {"x-forwarded-for": ",,, ,"}, "10.0.0.7/32"),
    ],
)
def test_a_caller_is_where_the_last_proxy_of_ours_saw_them(
    client: object, headers: dict[str, str], network: str
) -> None:
    sent = [(name.encode(), value.encode()) for name, value in headers.items()]
    asked = scope(client, headers=sent)
    assert Callers(settings()).network(asked, headers_of(asked)) == network
