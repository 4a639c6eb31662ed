"""The provider's lists, page after page: only below the account's own address, and never half of one."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import httpx
import pytest

from channels.adapter import Malformed
from channels.twilio_listed import begun, moment
from channels.twilio_lists import ListingError, Lists
from channels.twilio_sender import TwilioConfig

BASE, ACCOUNT = "https://api.provider.example", "AC1"
ROOT = f"/2010-04-01/Accounts/{ACCOUNT}"
FIRST, SECOND = [{"sid": "CA1"}, {"sid": "CA2"}], [{"sid": "CA3"}]


def lists(answers: Mapping[str, Any], asked: list[httpx.Request]) -> Lists:
    """Lists of an account that answers each target with this JSON, or with this response."""

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        said = answers[request.url.raw_path.decode()]
        return said if isinstance(said, httpx.Response) else httpx.Response(200, json=said)

    client = httpx.Client(transport=httpx.MockTransport(answer))
    return Lists(TwilioConfig(ACCOUNT, "new,old", "", BASE), client)


def test_pages_follow_each_other_signed_in_with_the_newest_token() -> None:
    asked: list[httpx.Request] = []
    following = f"{ROOT}/Calls.json?PageSize=500&Page=1&PageToken=PA9"
    since = f"{ROOT}/Calls.json?StartTime%3E=2026-03-03T09%3A00%3A00Z&PageSize=500"
    answers = {
        since: {"calls": FIRST, "next_page_uri": following},
        following: {"calls": SECOND, "next_page_uri": None},
    }
    at = datetime(2026, 3, 3, 10, 0, tzinfo=timezone(timedelta(hours=1)))
    assert [row["sid"] for row in lists(answers, asked).every("Calls", StartTime=at)] == ["CA1", "CA2", "CA3"]
    assert {request.headers["authorization"] for request in asked} == {"Basic QUMxOm5ldw=="}


@pytest.mark.parametrize(
    "following",
    [
        "https://elsewhere.example/2010-04-01/Accounts/AC1/Calls.json",
        "//elsewhere.example/2010-04-01/Accounts/AC1/Calls.json",
        "/2010-04-01/Accounts/AC2/Calls.json",
        "/2010-04-01/Accounts/AC1",
        "http://api.provider.example/2010-04-01/Accounts/AC1/Calls.json",
    ],
)
def test_nobody_else_is_signed_in_to(following: str) -> None:
    asked: list[httpx.Request] = []
    first = {f"{ROOT}/Calls.json?PageSize=500": {"calls": FIRST, "next_page_uri": following}}
    with pytest.raises(ListingError, match="address-refused"):
        list(lists(first, asked).every("Calls"))
    assert len(asked) == 1


@pytest.mark.parametrize(
    "said, reason, after",
    [
        (httpx.Response(200, content=b'{"calls": [{"sid": "CA'), "answer-unreadable", None),
        ({"calls": FIRST}, "answer-unreadable", None),
        ({"next_page_uri": None}, "answer-unreadable", None),
        (httpx.Response(200, json=[1]), "answer-unreadable", None),
        (httpx.Response(429, headers={"retry-after": "7"}), "too-many", 7.0),
        (httpx.Response(503), "http-503", None),
        (httpx.Response(401), "not-authorised", None),
        (httpx.Response(302, headers={"location": "https://elsewhere.example"}), "http-302", None),
        (httpx.Response(400), "http-400", None),
    ],
)
def test_what_is_no_whole_page_is_none(said: Any, reason: str, after: float | None) -> None:
    with pytest.raises(ListingError) as raised:
        list(lists({f"{ROOT}/Calls.json?PageSize=500": said}, []).every("Calls"))
    assert (raised.value.reason, raised.value.after) == (reason, after)


def test_one_that_is_not_there_is_none() -> None:
    assert lists({f"{ROOT}/Calls/CA1.json": httpx.Response(404)}, []).one("Calls/CA1") is None


@pytest.mark.parametrize(
    "written, at",
    [
        ("Tue, 03 Mar 2026 10:00:00 +0000", datetime(2026, 3, 3, 10, 0, tzinfo=UTC)),
        ("Tue, 03 Mar 2026 10:00:00 +0100", datetime(2026, 3, 3, 9, 0, tzinfo=UTC)),
        ("yesterday", None),
        ("", None),
        (None, None),
        (7, None),
    ],
)
def test_a_moment_is_read_or_is_none(written: object, at: datetime | None) -> None:
    assert moment({"start_time": written}, "start_time") == at


@pytest.mark.parametrize("left_out", ["sid", "to", "start_time"])
def test_a_call_of_which_something_is_missing_is_refused(left_out: str) -> None:
    row = {
        "sid": "CA1",
        "from": "+447700900123",
        "to": "+441632960000",
        "start_time": "Tue, 03 Mar 2026 10:00:00 +0000",
    }
    assert begun(row).event == "CA1:call"
    with pytest.raises(Malformed):
        begun({name: value for name, value in row.items() if name != left_out})
