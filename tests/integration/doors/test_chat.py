"""The chat's door: a WebSocket on which no line is lost and none doubled, whatever becomes of the connection."""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from channels.chat import FRAME
from tests.integration.doors.client import Doors, fresh

PATIENCE = 60.0
Frame = dict[str, Any]


class Window:
    """One chat window: what it sends, and every frame that it gets."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket
        self.got: list[Frame] = []
        self.session = self.wait("session")["session"]

    def say(self, text: str, line: str = "") -> str:
        """Send a line; its id."""
        line = line or fresh("L")
        self.send(json.dumps({"type": "line", "id": line, "text": text}))
        return line

    def send(self, raw: str | bytes) -> None:
        self.socket.send(raw)

    def wait(self, kind: str, **wanted: object) -> Frame:
        """The first frame of this kind, got already or still to come, that has these values."""
        deadline = time.monotonic() + PATIENCE
        while True:
            for frame in self.got:
                if frame["type"] == kind and wanted.items() <= frame.items():
                    return frame
            self.got.append(json.loads(self.socket.recv(timeout=max(deadline - time.monotonic(), 0.0))))

    def lines(self) -> list[str]:
        """The text of every line that it was shown, in the order they came."""
        return [frame["text"] for frame in self.got if frame["type"] == "line"]


@contextmanager
def window(doors: Doors, session: str = "", after: str = "") -> Iterator[Window]:
    address = f"{doors.url.replace('http', 'ws', 1)}/chat/ws?session={session}&after={after}"
    with connect(address) as socket:
        yield Window(socket)


def id_of(session: str) -> str:
    """The conversation that a session's token stands for."""
    return session.partition(".")[0]


def test_line_is_stored_owned_and_acknowledged_in_the_window(doors: Doors) -> None:
    with window(doors) as chat:
        line = chat.say("There are rats in my loft")
        doors.said.add("There are rats in my loft")
        seq = chat.wait("stored", id=line)["seq"]
        assert chat.wait("line", **{"from": "you"}) | {"at": ""} == {
            "type": "line",
            "seq": seq,
            "id": line,
            "from": "you",
            "text": "There are rats in my loft",
            "at": "",
        }
        assert chat.wait("owner")["name"] == "Repairs"
        assert "Repairs has it, reference" in chat.wait("line", **{"from": "us"})["text"]
    (contact,) = doors.stored(id_of(chat.session))
    assert (contact["channel"], contact["state"], contact["journey"]) == ("chat", "decided", "pests")


def test_greeting_waits_for_what_it_is_about(doors: Doors) -> None:
    with window(doors) as chat:
        chat.wait("stored", id=chat.say("Hello"))
        (contact,) = doors.stored(id_of(chat.session))
        assert (contact["state"], contact["owner"]["key"]) == ("in-progress", "hub")
        chat.say("I can smell gas in my kitchen")
        assert chat.wait("owner")["team"] == "emergency"


def test_reconnecting_after_a_line_loses_and_doubles_nothing(doors: Doors) -> None:
    with window(doors) as chat:
        first = chat.wait("stored", id=chat.say("My tap is dripping"))["seq"]
        last = chat.wait("line", **{"from": "us"})["seq"]
    with window(doors, chat.session, last) as again:
        assert again.session == chat.session
        again.wait("stored", id=again.say("And it is getting worse"))
        again.wait("line", text="And it is getting worse")
        assert again.lines() == ["And it is getting worse"]
    with window(doors, chat.session, first) as behind:
        behind.wait("line", text="And it is getting worse")
        assert [frame["from"] for frame in behind.got if frame["type"] == "line"] == ["us", "you"]
    with window(doors, chat.session, "nonsense%01") as anew:
        anew.wait("line", text="And it is getting worse")
        assert len(anew.lines()) == len({frame["seq"] for frame in anew.got if frame["type"] == "line"}) == 3


def test_line_that_is_sent_again_is_one_part(doors: Doors) -> None:
    with window(doors) as chat:
        line = chat.say("The boiler is broken")
        seq = chat.wait("stored", id=line)["seq"]
    with window(doors, chat.session) as again:
        for _ in range(3):
            again.say("The boiler is broken", line)
        again.wait("stored", id=again.say("that is all"))
        assert {frame["seq"] for frame in again.got if frame["type"] == "stored" and frame["id"] == line} == {seq}
    (contact,) = doors.stored(id_of(chat.session))
    said = [part["text"] for part in doors.contact(contact["id"])["parts"] if not part["from_us"]]
    assert said == ["The boiler is broken", "that is all"]


def test_two_windows_on_one_session_see_the_same(doors: Doors) -> None:
    with window(doors) as one, window(doors, one.session) as other:
        for number in range(5):
            (one if number % 2 else other).say(f"The tap drips, number {number}")
        for number in range(5):
            for each in (one, other):
                each.wait("line", text=f"The tap drips, number {number}")
        for each in (one, other):
            each.wait("line", **{"from": "us"})
            assert len(each.lines()) == len(set(each.lines())) == 6
    assert len(doors.stored(id_of(one.session))) == 1


@pytest.mark.parametrize(
    "forged", ["", "x", "a.b", "{session}.{wrong}", "{session}", ".{signature}", "{session}.%00", "%F0%9F%90%80.🐀"]
)
def test_session_that_was_not_given_out_gets_a_new_one(doors: Doors, forged: str) -> None:
    with window(doors) as chat:
        chat.wait("stored", id=chat.say("This is between us"))
    session, _, signature = chat.session.partition(".")
    token = forged.format(session=session, signature=signature, wrong="0" * len(signature))
    with window(doors, token) as other:
        assert other.session not in (chat.session, token)
        other.wait("stored", id=other.say("My tap is dripping"))
        other.wait("line", text="My tap is dripping")
        assert "This is between us" not in other.lines()


@pytest.mark.parametrize(
    "raw,field",
    [
        ("not json", "frame"),
        ("[]", "frame"),
        ("null", "frame"),
        ("[" * 5000, "frame"),
        (b"\xff\xfe\x00", "frame"),
        ("", "frame"),
        ("{}", "type"),
        ('{"type": "shout"}', "type"),
        ('{"type": 7}', "type"),
        ('{"type": "line", "text": "x"}', "id"),
        ('{"type": "line", "id": "1"}', "text"),
        ('{"type": "line", "id": "1", "text": {}}', "text"),
        ('{"type": "line", "id": "1", "text": "\\ud800"}', "frame"),
        ('{"type": "line", "id": "1", "text": "   "}', "text"),
    ],
)
def test_frame_that_cannot_be_read_is_refused_and_the_chat_goes_on(doors: Doors, raw: str | bytes, field: str) -> None:
    counted = doors.refusals("chat", "malformed")
    with window(doors) as chat:
        chat.send(raw)
        assert chat.wait("refused")["field"] == field
        chat.wait("stored", id=chat.say("My tap is dripping"))
    assert doors.refusals("chat", "malformed") == counted + 1


@pytest.mark.parametrize("text", ["😀" * 5000, "ש" * 9000, "a\x00b\x1bc", "x" * 60_000])
def test_line_of_any_text_is_taken(doors: Doors, text: str) -> None:
    with window(doors) as chat:
        chat.wait("stored", id=chat.say(text))
        kept = chat.wait("line", **{"from": "you"})["text"]
        assert kept == text.replace("\x00", "").replace("\x1b", "")


def test_line_in_bytes_is_a_line_too(doors: Doors) -> None:
    with window(doors) as chat:
        chat.send(json.dumps({"type": "line", "id": "b1", "text": "My tap is dripping"}).encode())
        chat.wait("stored", id="b1")


def test_frame_that_is_too_large_ends_the_connection_and_nothing_else(doors: Doors) -> None:
    with window(doors) as chat:
        chat.wait("stored", id=chat.say("My tap is dripping"))
        chat.say("x" * FRAME * 4)
        with pytest.raises(ConnectionClosed):
            chat.wait("refused")
    with window(doors, chat.session) as again:
        again.wait("line", text="My tap is dripping")


def test_goodbye_ends_the_contact(doors: Doors) -> None:
    with window(doors) as chat:
        chat.wait("stored", id=chat.say("Hello"))
        chat.send('{"type": "bye"}')
        chat.wait("stored", id=None)
    (contact,) = doors.stored(id_of(chat.session))
    assert contact["ended_at"] is not None
    assert doors.decided(contact["id"])["owner"]["key"] == "hub"


@pytest.mark.parametrize(
    "path,kind",
    [
        ("/chat", "text/html"),
        ("/chat/", "text/html"),
        ("/chat/files/chat.js", "text/javascript"),
        ("/chat/files/chat.css", "text/css"),
    ],
)
def test_page_and_what_it_is_made_of(doors: Doors, path: str, kind: str) -> None:
    answer = doors.http.get(doors.url + path)
    assert (answer.status_code, answer.headers["content-type"].partition(";")[0]) == (200, kind)
    assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("name", ["chat.html", "../chat.py", "%2e%2e/chat.py", "chat.js%00", ""])
def test_no_other_file_is_given_out(doors: Doors, name: str) -> None:
    assert doors.http.get(f"{doors.url}/chat/files/{name}").status_code == 404
