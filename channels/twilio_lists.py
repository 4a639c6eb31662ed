"""What Twilio's REST API lists of an account, page after page: its calls, recordings, transcripts and messages."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import urljoin, urlsplit

import httpx
import orjson

from channels.http_sending import put_off
from channels.twilio_sender import TwilioConfig

PAGE_SIZE: Final = 500
MOST_PAGES: Final = 2_000
"""A list that is longer goes round in a circle."""

_NOT_OURS: Final = frozenset({401, 403})
Row = dict[str, Any]


class ListingError(Exception):
    """The list could not be read to its end: a short code for why, and after how many seconds to try again, if told."""

    def __init__(self, reason: str, after: float | None = None) -> None:
        """Take both."""
        super().__init__(reason)
        self.reason, self.after = reason, after


@dataclass(frozen=True, slots=True)
class Lists:
    """The lists of one account; a client given is used and left open."""

    config: TwilioConfig
    client: httpx.Client

    @property
    def account(self) -> str:
        """The account's own id."""
        return self.config.account_sid

    @property
    def root(self) -> str:
        """Where everything of the account lies."""
        return f"{self.config.base_url}/2010-04-01/Accounts/{self.account}"

    def every(self, resource: str, name: str = "", **since: datetime) -> Iterator[Row]:
        """Every row of a list, newest first as they come; `name` is what the answer calls them. Raises ListingError.

        `since` is from when on, by the provider's name of the field, such as StartTime.
        """
        query = {f"{field}>": _moment(at) for field, at in since.items()} | {"PageSize": str(PAGE_SIZE)}
        url, params = f"{self.root}/{resource}.json", query
        for _ in range(MOST_PAGES):
            page = self._read(url, params)
            rows = page.get(name or resource.rpartition("/")[2].lower())
            if not isinstance(rows, list) or "next_page_uri" not in page:
                raise ListingError("answer-unreadable")
            yield from (row for row in rows if isinstance(row, dict))
            if not page["next_page_uri"]:
                return
            url, params = self._next(url, str(page["next_page_uri"])), {}
        raise ListingError("list-without-end")

    def one(self, resource: str) -> Row | None:
        """One of them, such as Calls/CA…; None where there is none such. Raises ListingError."""
        try:
            return self._read(f"{self.root}/{resource}.json", {})
        except ListingError as error:
            if error.reason == "http-404":
                return None
            raise

    def _next(self, url: str, following: str) -> str:
        """The address of the next page; only below the account's own, as we sign in there."""
        found = urljoin(url, following)
        if urlsplit(found)[:2] != urlsplit(url)[:2] or not found.startswith(f"{self.root}/"):
            raise ListingError("address-refused")
        return found

    def _read(self, url: str, params: Mapping[str, str]) -> Row:
        token = self.config.auth_token.partition(",")[0].strip()
        try:
            response = self.client.get(
                url,
                params=params or None,
                auth=(self.account, token),
                timeout=self.config.timeout_seconds,
                follow_redirects=False,
            )
        except httpx.TimeoutException:
            raise ListingError("timeout") from None
        except (httpx.HTTPError, httpx.InvalidURL):
            raise ListingError("unreachable") from None
        if later := put_off(response):
            raise ListingError(later.reason, later.retry_after)
        if not response.is_success:
            unknown = response.status_code in _NOT_OURS
            raise ListingError("not-authorised" if unknown else f"http-{response.status_code}")
        return _json(response)


def _json(response: httpx.Response) -> Row:
    try:
        found = orjson.loads(response.content)
    except orjson.JSONDecodeError:
        raise ListingError("answer-unreadable") from None
    if not isinstance(found, dict):
        raise ListingError("answer-unreadable")
    return found


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
