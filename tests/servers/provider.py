"""A telephony provider for tests: takes texts over its REST API, keeps them, and fails when told to."""

import base64
import hashlib
import hmac
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import parse_qsl
from xml.etree import ElementTree as ET

from tests.servers.http import Handler, listening

ACCOUNT, TOKEN, NUMBER = "AC" + "1" * 32, "a-token-for-tests", "+441632960000"
BASIC = base64.b64encode(f"{ACCOUNT}:{TOKEN}".encode()).decode()


@dataclass(slots=True)
class Provider:
    """What it was asked to send, and what it answers: a status other than 201 is a failure."""

    url: str
    sent: list[dict[str, str]] = field(default_factory=list)
    calls: list[dict[str, str]] = field(default_factory=list)
    status: int = 201
    standing: str = "active"
    media: dict[str, tuple[int, bytes]] = field(default_factory=dict)
    """The files that it keeps, by name: its status and content. It redirects to where they lie, as its API does."""

    asked: list[tuple[str, bool]] = field(default_factory=list)
    """Where files were asked for, and whether by somebody who signed in."""

    code: int = 21610
    """Of its error, where it fails."""

    def pressed(self, number: int, key: str = "") -> tuple[str, dict[str, str], str]:
        """What it posts once a key was pressed on one of its calls, or none: the address, the form, the signature."""
        call = self.calls[number]
        gather = list(ET.fromstring(call["Twiml"]).iter("Gather"))[-1]
        form = {"CallSid": f"CA{number + 1:032d}", "AccountSid": ACCOUNT, "From": call["From"], "To": call["To"]}
        form |= {"CallStatus": "in-progress", "Direction": "outbound-api"} | ({"Digits": key} if key else {})
        return gather.attrib["action"], form, signature(gather.attrib["action"], form)


@contextmanager
def provider() -> Iterator[Provider]:
    """A running provider on a free port."""
    kept = Provider("")

    class Answers(Handler):
        def get(self) -> None:
            """Say how the account stands, to whoever signs in as it."""
            if "/Media/" in self.path or self.path.startswith("/kept/"):
                return self._media()
            signed_in = self.headers["authorization"] == f"Basic {BASIC}" and self.path.endswith(f"{ACCOUNT}.json")
            said = {"sid": ACCOUNT, "status": kept.standing} if signed_in else {}
            return self._answer(200 if signed_in else 401, said)

        def _media(self) -> None:
            signed_in = self.headers["authorization"] == f"Basic {BASIC}"
            name = self.path.rpartition("/")[2]
            kept.asked.append((self.path, signed_in))
            status, content = kept.media.get(name, (404, b""))
            if "/Media/" in self.path and status == 200:
                return self.say(307 if signed_in else 401, headers={"location": f"/kept/{name}"})
            return self.say(status, content, "application/octet-stream")

        def post(self) -> None:
            body = self.posted()
            # Whoever was asking may have died half-way, and asked for nothing.
            if len(body) < int(self.headers["content-length"]):
                self.close_connection = True
                return
            kind, asked = ("CA", kept.calls) if self.path.endswith("/Calls.json") else ("SM", kept.sent)
            if kept.status == 201:
                asked.append(dict(parse_qsl(body.decode())))
            self._answer(kept.status, {"sid": f"{kind}{len(asked):032d}", "code": kept.code})

        def _answer(self, status: int, said: Mapping[str, object]) -> None:
            self.say(status, json.dumps(said).encode())

    with listening(Answers) as port:
        kept.url = f"http://127.0.0.1:{port}"
        yield kept


def signature(url: str, fields: Mapping[str, str], token: str = TOKEN) -> str:
    """What the provider puts into X-Twilio-Signature for a form."""
    said = url + "".join(name + fields[name] for name in sorted(fields))
    return base64.b64encode(hmac.new(token.encode(), said.encode(), hashlib.sha1).digest()).decode()
