"""Requests between us and other systems: a signature over what is sent and when, so that a copy is worth nothing."""

import hashlib
import hmac
from collections.abc import Iterator, Mapping
from typing import Final

TIMESTAMP: Final = "X-Firstcontact-Timestamp"
SIGNATURE: Final = "X-Firstcontact-Signature"
TOLERANCE_SECONDS: Final = 300
"""How far the sender's clock may be from ours; what is older than that may have been recorded and sent again."""

_VERSION: Final = "v1="
_LONGEST: Final = 12


def stamp(secrets: str, body: bytes, timestamp: int) -> dict[str, str]:
    """The headers that vouch for a body sent at a moment (seconds since 1970).

    There is a signature for each of the secrets, which are separated by commas: while one replaces another, both sign.
    """
    macs = ",".join(_VERSION + mac for mac in _macs(secrets, str(timestamp), body))
    return {TIMESTAMP: str(timestamp), SIGNATURE: macs}


def fault(secrets: str, headers: Mapping[str, str], body: bytes, now: float) -> str:
    """Why a request is not genuine: unsigned, wrong-signature or stale; "" where it is. Header names are lower case."""
    timestamp, given = headers.get(TIMESTAMP.lower(), "").strip(), headers.get(SIGNATURE.lower(), "")
    if not timestamp or not given:
        return "unsigned"
    claimed = [each.strip().removeprefix(_VERSION).encode("utf-8", "replace") for each in given.split(",")]
    expected = [mac.encode() for mac in _macs(secrets, timestamp, body)]
    if not any(hmac.compare_digest(mac, each) for mac in expected for each in claimed):
        return "wrong-signature"
    in_time = timestamp.isdecimal() and len(timestamp) < _LONGEST and abs(now - int(timestamp)) <= TOLERANCE_SECONDS
    return "" if in_time else "stale"


def several(secrets: str) -> tuple[str, ...]:
    """The secrets of a setting that may hold more than one, separated by commas."""
    return tuple(each.strip() for each in secrets.split(",") if each.strip())


def _macs(secrets: str, timestamp: str, body: bytes) -> Iterator[str]:
    covered = timestamp.encode("utf-8", "replace") + b"." + body
    yield from (hmac.new(secret.encode(), covered, hashlib.sha256).hexdigest() for secret in several(secrets))
