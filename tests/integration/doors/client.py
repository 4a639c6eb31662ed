"""A caller at the doors of a running engine: signs as a provider does, and remembers every word it has said."""

import itertools
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import httpx

from tests.servers.process import PATIENCE, until
from tests.servers.provider import TOKEN, signature

ACCOUNT, OURS = "AC1", "+441632960000"
SMS, VOICE = "/channels/twilio/sms", "/channels/twilio/voice"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
KEPT = httpx.Limits(keepalive_expiry=None)
"""Else one of several threads may close what another has just been given: httpcore looks at its age alone."""
_numbers = itertools.count(1)


def fresh(prefix: str) -> str:
    """An id that no other test uses."""
    return f"{prefix}{next(_numbers):032d}"


def stranger() -> str:
    """A number that nobody has written from."""
    return f"+4477009{next(_numbers):05d}"


@dataclass(slots=True)
class Doors:
    """The engine's address, an API key, its record's file, and what has been said to it, which no log may repeat."""

    url: str
    key: str
    record: Path
    said: set[str] = field(default_factory=set)
    http: httpx.Client = field(default_factory=lambda: httpx.Client(timeout=PATIENCE, limits=KEPT))

    @property
    def keyed(self) -> dict[str, str]:
        """The headers of a request with the key."""
        return {"Authorization": f"Bearer {self.key}"}

    def form(self, path: str, fields: Mapping[str, str], **how: Any) -> httpx.Response:
        """Post a form, signed for the URL `signed_for`, the one called unless told; `signed` is the whole header."""
        self.said.update(fields.get(name, "") for name in ("From", "To", "Body"))
        url = self.url + path
        made = how.get("signed", signature(how.get("signed_for", url), fields, how.get("token", TOKEN)))
        headers = FORM | ({"X-Twilio-Signature": made} if made else {}) | how.get("headers", {})
        return self.http.post(url, content=urlencode(fields), headers=headers)

    def text(self, body: str = "My tap is dripping", **fields: str) -> httpx.Response:
        """Send a text, genuine and new unless told otherwise."""
        return self.form(SMS, text_fields(body) | fields)

    def call(self, sid: str, place: str = "", **fields: str) -> httpx.Response:
        """Tell of something that happened on a call; of whom, the id of the call says."""
        told = {
            "AccountSid": ACCOUNT,
            "CallSid": sid,
            "CallStatus": "in-progress",
            "From": "+4477009" + sid[-5:],
            "To": OURS,
        }
        return self.form(f"{VOICE}/{place}".rstrip("/"), told | fields)

    def api(self, method: str, path: str, **how: Any) -> httpx.Response:
        """Ask the API, with the key unless other `headers` are given."""
        how.setdefault("headers", self.keyed)
        return self.http.request(method, f"{self.url}/api/v1{path}", **how)

    def get(self, path: str, **query: str | int) -> Any:
        """What the API has there."""
        answer = self.api("GET", path, params=query)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def contact(self, contact_id: str) -> dict[str, Any]:
        """A contact as the API shows it."""
        return dict(self.get(f"/contacts/{contact_id}"))

    def decided(self, contact_id: str) -> dict[str, Any]:
        """The same, once it has been decided."""
        until(lambda: self.contact(contact_id)["state"] == "decided", f"contact {contact_id} is decided")
        return self.contact(contact_id)

    def stored(self, conversation: str) -> list[dict[str, Any]]:
        """The contacts that are stored of a provider's conversation."""
        return list(self.get("/contacts", conversation=conversation)["contacts"])

    def refusals(self, door: str, reason: str) -> float:
        """How many requests were refused at this door for this reason."""
        return self._counted(f'refusals_total{{door="{door}",reason="{reason}"}}')

    def media(self, outcome: str) -> float:
        """How many files of texts, or texts with files, this became of."""
        return self._counted(f'media_total{{outcome="{outcome}"}}')

    def _counted(self, figure: str) -> float:
        found = re.search(rf"^{re.escape(f'firstcontact_{figure}')} (.+)$", self.metrics(), re.MULTILINE)
        return float(found[1]) if found else 0.0

    def metrics(self) -> str:
        """The page of figures."""
        return self.http.get(f"{self.url}/metrics").text


def text_fields(body: str = "My tap is dripping") -> dict[str, str]:
    """The fields of a new text."""
    return {"AccountSid": ACCOUNT, "Body": body, "From": stranger(), "MessageSid": fresh("SM"), "To": OURS}


def contact_of(answer: httpx.Response) -> str:
    """The id of the contact that a webhook was answered for."""
    assert answer.status_code == 200, answer.text
    return str(answer.headers["x-firstcontact-contact"])
