"""HTTP as uvicorn and httptools speak it, with a limit to a request's line and headers, which they do not have."""

from httptools import HttpParserError
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from router import metrics

HEAD = 64 * 1024
"""Bytes of a request's line with its headers and trailers: what a provider sends is a tenth of it."""

SAYS = b"The request's line and headers are larger than this server takes."
ANSWER = b"HTTP/1.1 431 Request Header Fields Too Large\r\ncontent-type: text/plain; charset=utf-8\r\n"
ANSWER += b"connection: close\r\ncontent-length: %d\r\n\r\n" % len(SAYS) + SAYS
LINGER = 2.0


class BoundedHeads(HttpToolsProtocol):
    """Answers 431 and hangs up as soon as a head is over the limit; nothing of it is kept."""

    _size = 0
    """Of the line and headers so far."""
    _unfinished = 0
    """What has come since the parser last made something of it, which it keeps until it has a header as a whole."""

    _refused = False

    def data_received(self, data: bytes) -> None:
        """Parse what has come, unless that would be of no use."""
        if self._refused:
            return
        self._unfinished += len(data)
        super().data_received(data)
        if self._unfinished > HEAD and not self.transport.is_closing():
            self._refuse()

    def on_message_begin(self) -> None:
        """Begin another request, as pipelined ones do in the middle of what has come."""
        super().on_message_begin()
        self._size = self._unfinished = 0

    def on_url(self, url: bytes) -> None:
        """Take a piece of the request's address."""
        self._grow(len(url))
        super().on_url(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take a header, or a trailer."""
        self._grow(len(name) + len(value))
        super().on_header(name, value)

    def on_body(self, body: bytes) -> None:
        """Take a piece of the body, whose limit the application has."""
        self._unfinished = 0
        super().on_body(body)

    def send_400_response(self, msg: str) -> None:
        """Answer what cannot be parsed any further."""
        if self._size > HEAD:
            self._refuse()
        else:
            super().send_400_response(msg)

    def _grow(self, size: int) -> None:
        self._unfinished = 0
        self._size += size
        if self._size > HEAD:
            raise HttpParserError  # ends the parsing; the answer follows as for whatever cannot be parsed

    def _refuse(self) -> None:
        """Answer, and hang up a little later: who is still sending would else be cut off before reading it."""
        self._refused = True
        metrics.refused("http", "head-too-large")
        cycle = self.cycle
        if cycle is None or not cycle.response_started or cycle.response_complete:  # type: ignore[redundant-expr] # None at first
            self.transport.write(ANSWER)
        self.loop.call_later(LINGER, self.transport.close)
