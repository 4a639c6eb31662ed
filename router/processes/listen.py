"""Binds the server's address before anything else starts, so that an address in use is a plain message."""

import contextlib
import errno
import socket
import time

RETRY_SECONDS = 1.0
RETRY_EVERY = 0.05
BACKLOG = 2048


def listen(host: str, port: int) -> socket.socket:
    """A listening socket. An address that is in use is tried for a second, as its last owner may just be ending.

    Raises OSError when the address cannot be had.
    """
    deadline = time.monotonic() + RETRY_SECONDS
    while True:
        try:
            return _bind(host, port)
        except OSError as error:
            if error.errno != errno.EADDRINUSE or time.monotonic() > deadline:
                raise
        time.sleep(RETRY_EVERY)


def _bind(host: str, port: int) -> socket.socket:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    family, kind, protocol, _, address = found[0]
    with contextlib.ExitStack() as on_error:
        bound = on_error.enter_context(socket.socket(family, kind, protocol))
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind(address)
        bound.listen(BACKLOG)
        on_error.pop_all()
    return bound
