"""The servers that tests start say what is missing, keep what they were told through a kill, and leave nothing."""

import os
import socket
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest

from tests.servers.postgres import postgres_server
from tests.servers.process import find, made_once, wait_a_moment
from tests.servers.redis import redis_server


def ask(port: int, command: bytes) -> bytes:
    with socket.create_connection(("127.0.0.1", port), timeout=60) as connection:
        connection.sendall(command)
        return connection.recv(100)


def test_a_missing_program_says_what_to_install(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match=r"need no-such-server.*apt-get install it"):
        find(["no-such-server"], [tmp_path], "apt-get install it")


def test_what_is_made_once_is_made_once_for_many_who_ask_at_the_same_time() -> None:
    ready, made = Barrier(8), list[object]()

    @made_once
    def make() -> object:
        wait_a_moment()
        made.append(object())
        return made[-1]

    def ask_for_it() -> object:
        ready.wait()
        return make()

    with ThreadPoolExecutor(ready.parties) as pool:
        found = [each.result() for each in [pool.submit(ask_for_it) for _ in range(ready.parties)]]
    assert found == made * ready.parties


def test_redis_keeps_what_it_was_told_through_a_kill() -> None:
    with redis_server() as redis:
        assert ask(redis.port, b"SET a 1\r\n") == b"+OK\r\n"
        assert ask(redis.port, b"SAVE\r\n") == b"+OK\r\n"
        redis.server.restart()
        assert ask(redis.port, b"GET a\r\n") == b"$1\r\n1\r\n"
        redis.flush()
        assert ask(redis.port, b"GET a\r\n") == b"$-1\r\n"


@pytest.mark.parametrize("start", [redis_server, postgres_server])
def test_a_server_is_gone_afterwards(start: object) -> None:
    with start() as started:  # type: ignore[operator]
        pid = started.server.process.pid
        os.kill(pid, 0)
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", started.port), timeout=1)


@pytest.mark.parametrize("times", [1, 2])
def test_killing_what_is_down_does_nothing(times: int) -> None:
    with redis_server() as redis:
        for _ in range(times):
            redis.server.kill()
        redis.server.start()
