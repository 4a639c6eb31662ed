"""A mail server for tests that hangs up: at a command, in the middle of a message, or after it has all of one."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress


class Dropping:
    """Hangs up `at`: greeting, MAIL, RCPT, DATA, inside (the message is not whole), or end (it is)."""

    def __init__(self, at: str) -> None:
        self.at = at
        self.messages = 0
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        threading.Thread(target=self._run, daemon=True).start()

    def close(self) -> None:
        self._socket.close()

    def _run(self) -> None:
        with suppress(OSError):
            while True:
                connection, _ = self._socket.accept()
                with connection, suppress(OSError):
                    self._speak(connection)

    def _speak(self, connection: socket.socket) -> None:
        if self.at == "greeting":
            return
        connection.sendall(b"220 here\r\n")
        lines = connection.makefile("rb")
        for line in lines:
            word = line.split()[0].upper().decode() if line.split() else ""
            if word == self.at:
                return
            if word == "DATA":
                connection.sendall(b"354 go on\r\n")
                if self.at == "inside":
                    lines.read(200)
                    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
                    return
                while lines.readline() not in (b".\r\n", b""):
                    pass
                self.messages += 1
                return  # it has the message, and nobody will know
            connection.sendall(b"250 OK\r\n")


@contextmanager
def dropping_server(at: str) -> Iterator[Dropping]:
    """A running one on a free port."""
    server = Dropping(at)
    try:
        yield server
    finally:
        server.close()
