"""One request to a provider over HTTP, and what its failing means: nothing here raises for what a network does."""

import time
from email.utils import parsedate_to_datetime
from typing import Any

import httpx

from channels.senders import Temporary

TOO_MANY = 429
_LATER = frozenset({408, TOO_MANY})
"""The client errors that another try may get past, whoever gives them."""

_LONGEST_WAIT = 86_400


def posted(client: httpx.Client | None, url: str, **request: Any) -> httpx.Response | Temporary:
    """Post, and give the answer, or why there was none; a client given is used and left open. Follows no redirect."""
    try:
        return (client or httpx).post(url, follow_redirects=False, **request)
    except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.InvalidURL, httpx.UnsupportedProtocol):
        return Temporary("unreachable")
    except httpx.HTTPError as error:
        # The request may have arrived, and the message with it.
        return Temporary("timeout" if isinstance(error, httpx.TimeoutException) else "no-answer")


def put_off(response: httpx.Response, also: frozenset[int] = frozenset()) -> Temporary | None:
    """When to try again, where the answer means that another try is of use; `also` are more such client errors."""
    status = response.status_code
    if status in _LATER | also or status >= httpx.codes.INTERNAL_SERVER_ERROR:
        return Temporary("too-many" if status == TOO_MANY else f"http-{status}", _retry_after(response))
    return None


def _retry_after(response: httpx.Response) -> float | None:
    """Seconds, from a number of them or a date; no longer than a day."""
    written = response.headers.get("retry-after", "").strip()
    if written.isascii() and written.isdigit():
        return float(min(int(written[:6]), _LONGEST_WAIT))
    try:
        seconds = parsedate_to_datetime(written).timestamp() - time.time()
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return min(max(seconds, 0.0), float(_LONGEST_WAIT))
