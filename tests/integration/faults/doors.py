"""The doors as customers and providers use them: each sends a part again and again until it is answered 2xx."""

import http.client
import json
import threading
from collections.abc import Mapping
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlencode, urlsplit

from websockets.exceptions import WebSocketException
from websockets.sync.client import ClientConnection, connect

from channels.email import parse
from router import intake
from router.services import Services
from router.store.trouble import OverloadedError, UnavailableError
from tests.integration.faults.ledger import Ledger, Wanted
from tests.servers.forked import commands
from tests.servers.provider import ACCOUNT, NUMBER, signature
from tests.servers.serving import environment

FORM, JSON = "application/x-www-form-urlencoded", "application/json"
SECONDS = 60.0
TRY_AGAIN = (0, 502, 503)
"""What tells a client to come again: no answer at all, or that there is none; 502 is a proxy's word, never ours."""

TEMPORARY = 75
ROOT = Path("/")
Answer = tuple[int, Mapping[str, str], bytes]


class StoppedError(Exception):
    """The test is over, and this client has not been answered."""


class Client:
    """One client with a connection of its own, opened anew whenever it breaks."""

    def __init__(self, url: str, seconds: float = SECONDS) -> None:
        self._url, self._seconds = urlsplit(url), seconds
        self._connection: http.client.HTTPConnection | None = None

    def post(self, path: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        """Post once; status 0 when there was no answer."""
        try:
            if self._connection is None:
                address = self._url.hostname or "", self._url.port
                self._connection = http.client.HTTPConnection(*address, timeout=self._seconds)
            self._connection.request("POST", path, body, dict(headers))
            with closing(self._connection.getresponse()) as answer:
                return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()
        except (OSError, http.client.HTTPException):
            self.close()
            return 0, {}, b""

    def post_signed(self, path: str, fields: Mapping[str, str]) -> Answer:
        """Post a form once, as the provider signs it."""
        url = f"{self._url.scheme}://{self._url.netloc}{path}"
        signed = {"Content-Type": FORM, "X-Twilio-Signature": signature(url, fields)}
        return self.post(path, urlencode(fields).encode(), signed)

    def close(self) -> None:
        """Let go of the connection."""
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()


@dataclass(frozen=True, slots=True)
class Doors:
    """What one client thread needs to make contacts of any channel; `services` is what a mail server's pipe has."""

    client: Client
    ledger: Ledger
    url: str
    key: str
    services: Services
    settings: Mapping[str, str]
    stop: threading.Event = field(default_factory=threading.Event)

    def make(self, wanted: Wanted) -> None:
        """Make a contact: return once every part of it was answered 2xx."""
        match wanted.channel:
            case "sms":
                self._text(wanted)
            case "phone":
                self._call(wanted)
            case "email":
                self._mail(wanted)
            case "chat":
                _Chat(self, wanted).converse()
            case _:
                self._write_down(wanted)

    def pause(self, wanted: Wanted, why: object) -> None:
        """Wait a little before the next try, which there is because of this; StoppedError when there is none."""
        self.ledger.again(wanted, why)
        if self.stop.wait(0.02):
            raise StoppedError

    def _text(self, wanted: Wanted) -> None:
        fields = posted(wanted) | {"MessageSid": wanted.key, "Body": wanted.texts[0]}
        contact = self._signed("/channels/twilio/sms", fields, wanted)
        self.ledger.stored(wanted, ("message", wanted.texts[0]), contact)

    def _call(self, wanted: Wanted) -> None:
        fields = posted(wanted) | {"CallSid": wanted.key}
        for place, part, more in (
            ("", "call", {"CallStatus": "ringing"}),
            ("/menu", "menu-choice", {"CallStatus": "in-progress", "Digits": wanted.menu}),
            ("/status", "call-status", {"CallStatus": "completed"}),
        ):
            contact = self._signed(f"/channels/twilio/voice{place}", fields | more, wanted)
            self.ledger.stored(wanted, (part, ""), contact)

    def _signed(self, path: str, fields: Mapping[str, str], wanted: Wanted) -> str:
        """Post until it is stored; gives the id of the contact."""
        while True:
            status, headers, _ = self.client.post_signed(path, fields)
            if status == 200 and "x-firstcontact-contact" in headers:
                return headers["x-firstcontact-contact"]
            if status == 200 and wanted.channel == "phone":
                self.ledger.put_through(wanted)
            elif status not in TRY_AGAIN:
                self.ledger.note(wanted, f"{path} was answered {status}")
            self.pause(wanted, f"{path} was answered {status}")

    def _write_down(self, wanted: Wanted) -> None:
        said = {"channel": wanted.channel, "from": {"phone": wanted.sender}, "text": wanted.texts[0]}
        body = json.dumps(said | {"reference": wanted.key}).encode()
        headers = {"Content-Type": JSON, "Authorization": f"Bearer {self.key}"}
        while True:
            status, _, answer = self.client.post("/api/v1/contacts", body, headers)
            if status in (200, 201):
                return self.ledger.stored(wanted, ("message", wanted.texts[0]), json.loads(answer)["id"])
            if status not in TRY_AGAIN:
                self.ledger.note(wanted, f"the API answered {status}: {answer[:200]!r}")
            self.pause(wanted, f"the API answered {status}")

    def _mail(self, wanted: Wanted) -> None:
        """Hand a mail in as `firstcontact deliver` does, without a process for each."""
        while True:
            try:
                accepted = intake.submit(self.services, parse(_raw(wanted), datetime.now(UTC))).result()
            except (UnavailableError, OverloadedError) as trouble:
                self.pause(wanted, trouble)
            else:
                self.services.wake()
                return self._mailed(wanted, accepted.contact_id)

    def _mailed(self, wanted: Wanted, contact: str) -> None:
        conversation = parse(_raw(wanted), datetime.now(UTC)).conversation
        self.ledger.stored(wanted, ("message", wanted.texts[0]), contact, conversation)

    def deliver(self, wanted: Wanted) -> None:
        """Hand a mail in through the command, as a mail server's pipe does; it asks to come again by its exit code."""
        while True:
            done = commands().run("deliver", stdin=_raw(wanted), environment=environment(self.settings), folder=ROOT)
            if done.code == 0:
                return self._mailed(wanted, done.out.split()[0])
            if done.code != TEMPORARY:
                self.ledger.note(wanted, f"deliver ended with {done.code}: {done.err[-500:]}")
            self.pause(wanted, f"deliver ended with {done.code}")


class _Chat:
    """One chat window: it connects again under its session, and says again what was not acknowledged."""

    def __init__(self, doors: Doors, wanted: Wanted) -> None:
        self._doors, self._wanted = doors, wanted
        self._token = ""
        self._socket: ClientConnection | None = None
        self._open = ExitStack()

    def converse(self) -> None:
        """Say hello and every line, each until it is stored, the first one again, and leave."""
        with self._open:
            self._say({"type": "hello"}, ("chat-opened", ""))
            lines = list(enumerate(self._wanted.texts))
            for number, text in (*lines, lines[0]):
                self._say({"type": "line", "id": str(number), "text": text}, ("chat-line", text))

    def _say(self, frame: Mapping[str, str], said: tuple[str, str]) -> None:
        while not self._said(frame):
            self._doors.pause(self._wanted, f"{frame['type']} was not stored")
        self._doors.ledger.stored(self._wanted, said, conversation=self._token.partition(".")[0])

    def _said(self, frame: Mapping[str, str]) -> bool:
        try:
            socket = self._connected()
            socket.send(json.dumps(frame))
            while True:
                answer = json.loads(socket.recv(SECONDS))
                if answer["type"] in ("later", "refused"):
                    return self._later(answer)
                if answer["type"] == "stored" and answer["id"] == frame.get("id"):
                    return True
        except (OSError, WebSocketException):
            self._leave()
            return False

    def _later(self, answer: Mapping[str, str]) -> bool:
        if answer["type"] == "refused":
            self._doors.ledger.note(self._wanted, f"the chat refused a line: {answer['problem']}")
        return False

    def _connected(self) -> ClientConnection:
        if self._socket is None:
            url = f"ws{self._doors.url.removeprefix('http')}/chat/ws?session={self._token}"
            opened = connect(url, open_timeout=SECONDS, close_timeout=1, compression=None, proxy=None)
            self._socket = self._open.enter_context(opened)
            token = json.loads(self._socket.recv(SECONDS))["session"]
            if self._token not in ("", token):
                self._doors.ledger.note(self._wanted, "the chat's session was not known any more")
            self._token = token
        return self._socket

    def _leave(self) -> None:
        self._socket = None
        self._open.close()


def posted(wanted: Wanted) -> dict[str, str]:
    """What the provider posts of whoever it is about."""
    return {"AccountSid": ACCOUNT, "From": wanted.sender, "To": NUMBER}


def _raw(wanted: Wanted) -> bytes:
    lines = (
        f"From: {wanted.sender}",
        "To: hub@mill-lane.example",
        "Subject: My home",
        f"Message-ID: <{wanted.key}>",
        "Date: Tue, 03 Mar 2026 10:00:00 +0000",
        "",
        wanted.texts[0],
    )
    return "\r\n".join(lines).encode()
