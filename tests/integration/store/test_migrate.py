"""The tables come to the newest revision once, whoever starts first, and are then what schema.py says."""

import subprocess
import sys
from collections.abc import Iterator

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import Engine, inspect, text

from router.store import migrate
from router.store.engine import begin_read, begin_write, make_engine
from router.store.schema import metadata

UPGRADE = """
import sys
from router.store.engine import make_engine
from router.store.migrate import upgrade
print(upgrade(make_engine(sys.argv[1])))
"""


@pytest.fixture
def empty(empty_url: str) -> Iterator[Engine]:
    engine = make_engine(empty_url)
    yield engine
    engine.dispose()


def test_upgrade_is_done_once(empty: Engine) -> None:
    assert not migrate.is_current(empty)
    assert migrate.upgrade(empty)
    assert migrate.is_current(empty)
    assert not migrate.upgrade(empty)


def test_revisions_make_what_the_schema_says(store: Engine) -> None:
    with begin_write(store) as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []


def test_four_processes_starting_at_once_agree(empty_url: str) -> None:
    command = [sys.executable, "-c", UPGRADE, empty_url]
    starting = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(4)]
    said = sorted(process.communicate(timeout=60)[0].strip() for process in starting)
    assert said == ["False", "False", "False", "True"]


def test_a_record_of_a_newer_version_is_refused(store: Engine) -> None:
    with begin_write(store) as connection:
        connection.execute(text("update alembic_version set version_num = '9999'"))
    with pytest.raises(migrate.NewerRecordError, match="revision 9999"):
        migrate.upgrade(store)


def test_a_failing_revision_leaves_nothing_behind(empty: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    def half(config: Config, revision: str) -> None:
        connection = config.attributes["connection"]
        connection.execute(text("create table half_made (id integer)"))
        raise RuntimeError(revision)

    monkeypatch.setattr(migrate.command, "upgrade", half)
    with pytest.raises(RuntimeError, match="head"):
        migrate.upgrade(empty)
    with begin_read(empty) as connection:
        assert inspect(connection).get_table_names() == []


def test_foreign_keys_hold_again_after_an_upgrade(empty: Engine) -> None:
    migrate.upgrade(empty)
    with begin_write(empty) as connection:
        if connection.dialect.name == "sqlite":
            assert connection.execute(text("pragma foreign_keys")).scalar() == 1
