"""What is larger than any request's line and headers are: answered 431 while it comes in, and not kept."""

import contextlib
import socket
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest

from router.processes.heads import HEAD
from tests.integration.doors.client import Doors

LINE = b"GET /health/live HTTP/1.1\r\n"
HOST = b"host: here\r\nconnection: close\r\n"
ENDLESS = [b"a" * 65536] * 256


def headers(size: int) -> Iterator[bytes]:
    """A request whose headers have some so many bytes, in many lines."""
    yield LINE + HOST
    yield from (b"x-%04d: %s\r\n" % (number, b"a" * 1000) for number in range(size // 1010))
    yield b"\r\n"


def trailers(after: bytes) -> Iterator[bytes]:
    """A text whose body is whole, and then headers again."""
    yield b"POST /channels/twilio/sms HTTP/1.1\r\nhost: here\r\ntransfer-encoding: chunked\r\n\r\n0\r\n"
    yield after
    yield from ENDLESS


@pytest.mark.parametrize(
    "pieces,status",
    [
        (headers(HEAD // 2), b"200"),
        ([LINE, *(bytes([letter]) for letter in HOST), b"\r\n"], b"200"),
        (headers(2 * HEAD), b"431"),
        (headers(16 * 2**20), b"431"),
        ([LINE + HOST + b"x: ", *ENDLESS], b"431"),
        ([LINE + HOST + b"x", *ENDLESS], b"431"),
        ([b"GET /health/live?", *ENDLESS], b"431"),
        ([LINE + HOST + b"x: " + b"a" * 2 * HEAD + b"\r\n\r\n"], b"431"),
        (trailers(b"x: "), b"431"),
    ],
    ids=["half", "a byte at a time", "twice", "a thousandfold", "value", "name", "line", "at once", "trailer"],
)
def test_a_head_has_a_limit(doors: Doors, pieces: Iterator[bytes], status: bytes) -> None:
    where = urlsplit(doors.url)
    with socket.create_connection((where.hostname, where.port), 60) as caller:
        answer = _told(caller, pieces)
    assert answer.split(b" ", 2)[1] == status


def test_who_sends_more_is_counted_and_told(doors: Doors) -> None:
    before, where = doors.refusals("http", "head-too-large"), urlsplit(doors.url)
    with socket.create_connection((where.hostname, where.port), 60) as caller:
        answer = _told(caller, [LINE + HOST + b"x: ", *ENDLESS])
        assert b"larger than this server takes" in answer
    assert doors.refusals("http", "head-too-large") == before + 1


def _told(caller: socket.socket, pieces: Iterator[bytes] | list[bytes]) -> bytes:
    """Say all this, as long as anybody listens; what is answered first."""
    with contextlib.suppress(OSError):  # it may be cut off, once it is answered
        for piece in pieces:
            caller.sendall(piece)
    return caller.recv(65536)
