"""The embedded Redis: private, keeping what it has through a kill, starting even on files that it cannot read."""

import os
import signal
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
from redis import Redis
from redis.exceptions import RedisError

from router.processes import embedded_redis
from router.processes.crew import Command, Crew
from router.processes.embedded_redis import UnsafeFolderError
from router.settings import Settings, load
from tests.servers.process import runs, until

PROGRAMS = sorted({program for program in (embedded_redis.find(), embedded_redis._bundled()) if program})


@pytest.fixture(params=PROGRAMS)
def program(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.delenv("REDIS_URL", raising=False)
    return load(data=tmp_path / "data")


def command_for(program: str, settings: Settings) -> Command:
    return embedded_redis.command(
        program, settings.redis_socket, settings.data / "redis", settings.run_folder / "redis.log"
    )


@pytest.fixture
def crew(program: str, settings: Settings) -> Iterator[Crew]:
    crew = Crew([command_for(program, settings)])
    yield crew
    crew.stop(10)


def answering(crew: Crew, settings: Settings) -> None:
    def look() -> bool:
        crew.tend()
        return embedded_redis.answers(settings.redis_socket)

    until(look, "it answers")


@pytest.fixture
def client(settings: Settings) -> Iterator["Redis"]:
    with Redis.from_url(settings.queue_url) as client:
        yield client


def kept(client: "Redis") -> bool:
    try:
        return bool(client.get("name") == b"value")
    except RedisError:
        return False


def test_it_listens_on_a_private_socket_and_nowhere_else(crew: Crew, settings: Settings, client: "Redis") -> None:
    answering(crew, settings)
    assert stat.S_IMODE(settings.redis_socket.stat().st_mode) == 0o700
    assert stat.S_IMODE(settings.redis_socket.parent.stat().st_mode) == 0o700
    assert list(client.config_get("port").values()) in ([b"0"], ["0"])


def test_what_it_has_outlives_a_kill(crew: Crew, settings: Settings, client: "Redis") -> None:
    answering(crew, settings)
    client.config_set("appendfsync", "always")
    client.set("name", "value")
    first = crew.pids()["redis"]
    os.kill(first, signal.SIGKILL)
    until(lambda: crew.tend() and kept(client), "it is back with what it kept")
    assert crew.pids()["redis"] != first


def test_what_it_has_outlives_a_stop(crew: Crew, settings: Settings, client: "Redis") -> None:
    answering(crew, settings)
    client.set("name", "value")
    assert crew.stop(10)
    until(lambda: crew.tend() and kept(client), "it is back with what it kept")


def test_files_that_it_cannot_read_are_set_aside(crew: Crew, settings: Settings, client: "Redis") -> None:
    for name in ("appendonly.aof", "appendonlydir/appendonly.aof.manifest"):
        file = settings.data / "redis" / name
        file.parent.mkdir(exist_ok=True)
        file.write_bytes(b"*3 this is no such file\r\n" * 100)
    answering(crew, settings)
    assert client.set("name", "value")
    assert (settings.data / "redis.unreadable" / "appendonly.aof").exists()


def test_one_that_is_left_over_is_told_to_end(crew: Crew, settings: Settings) -> None:
    answering(crew, settings)
    pid = crew.pids()["redis"]
    embedded_redis.end_left_over(settings.redis_socket)
    until(lambda: not runs(pid), "it has ended")
    assert not embedded_redis.answers(settings.redis_socket)


@pytest.mark.parametrize("folder", ["long" * 40, "with a blank", "ünïcode"])
def test_it_can_be_reached_wherever_the_data_folder_is(program: str, tmp_path: Path, folder: str) -> None:
    settings = load(data=tmp_path / folder)
    crew = Crew([command_for(program, settings)])
    try:
        answering(crew, settings)
        with Redis.from_url(settings.queue_url) as client:
            assert client.ping()
    finally:
        crew.stop(10)


def test_a_socket_is_not_put_where_others_could_take_it(program: str, settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    settings.data.mkdir()
    settings.run_folder.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(UnsafeFolderError):
        command_for(program, settings)


def test_without_any_program_there_is_none(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert embedded_redis.find() == embedded_redis._bundled()
