"""Fixtures for every test that needs the record or a queue: real servers, started once a session and only if wanted."""

import gc
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import settings
from sqlalchemy import Engine

from router.store.engine import make_engine
from router.store.migrate import upgrade
from router.store.writer import Writer
from tests.effort import PROFILE
from tests.servers.postgres import Postgres, postgres_server
from tests.servers.redis import Redis, redis_server

RECORDS = ("sqlite", "postgresql")

# httpx looks for this package, which is not installed, on the whole path again with each request to an application.
sys.modules.setdefault("sniffio", None)  # type: ignore[arg-type]

# The quick part stays quick; the whole suite, `make test`, tries more, and `make soak` as much as is worth waiting for.
# They try the same each time, so that what fails was broken by the change at hand; `search` looks for what nobody has
# seen yet.
settings.register_profile("quick", max_examples=15, deadline=None, derandomize=True)
settings.register_profile("whole", max_examples=40, deadline=None, derandomize=True)
settings.register_profile("thorough", max_examples=100, deadline=None, derandomize=True)
settings.register_profile("search", max_examples=5_000, deadline=None)
settings.load_profile(PROFILE)


def pytest_configure() -> None:
    """While the tests are imported nothing becomes free that is worth looking for."""
    gc.disable()


def pytest_collection_finish() -> None:
    """What is loaded by now stays: leave it out of every search for what can be freed."""
    gc.collect()
    gc.freeze()
    gc.enable()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes long begins first, so that no long file is left over at the end for one process alone."""
    items.sort(key=lambda item: item.get_closest_marker("slow") is None)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    with postgres_server() as server:
        yield server


@pytest.fixture(scope="session")
def redis() -> Iterator[Redis]:
    with redis_server() as server:
        yield server


@pytest.fixture
def redis_url(redis: Redis) -> str:
    """An empty Redis."""
    redis.flush()
    return redis.url


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """An SQLite file with every table and nothing in them."""
    file = tmp_path_factory.mktemp("template") / "record.db"
    _migrate(f"sqlite:///{file}")
    return file.read_bytes()


@pytest.fixture(scope="session")
def postgres_record(postgres: Postgres) -> str:
    """The name of a database with every table, which is emptied for each test that uses it."""
    name = postgres.create()
    _migrate(postgres.url(name))
    return name


@pytest.fixture(scope="session")
def postgres_empty(postgres: Postgres) -> str:
    """The name of a database that is cleared of everything for each test that uses it."""
    return postgres.create()


def _migrate(url: str) -> None:
    engine = make_engine(url)
    upgrade(engine)
    engine.dispose()


@pytest.fixture(params=RECORDS)
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database of either kind without any table."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/empty.db"
        return
    postgres, name = request.getfixturevalue("postgres"), request.getfixturevalue("postgres_empty")
    postgres.clear(name)
    yield postgres.url(name)


@pytest.fixture(params=RECORDS)
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A record of either kind with every table and nothing in them: what uses it runs on both."""
    if request.param == "sqlite":
        file = tmp_path / "record.db"
        file.write_bytes(request.getfixturevalue("sqlite_template"))
        yield f"sqlite:///{file}"
        return
    postgres, name = request.getfixturevalue("postgres"), request.getfixturevalue("postgres_record")
    postgres.empty(name)
    yield postgres.url(name)


@pytest.fixture
def store(store_url: str) -> Iterator[Engine]:
    """The engine of `store_url`."""
    engine = make_engine(store_url)
    yield engine
    engine.dispose()


@pytest.fixture
def writer(store: Engine) -> Iterator[Writer]:
    """A writer on `store`, closed at the end."""
    with closing(Writer(store)) as writer:
        yield writer
