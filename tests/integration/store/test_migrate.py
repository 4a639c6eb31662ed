"""The tables come to the newest revision once, whoever starts first, and are then what the schema says."""

import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import Engine, inspect, text

from router.store import migrate
from router.store.engine import begin_read, begin_write, make_engine
from router.store.ids import new_id
from router.store.queues import place, queue_of
from router.store.schema import metadata
from rules.model import Priority

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


def test_places_in_the_queue_keep_their_order_through_the_upgrade_and_back(empty: Engine) -> None:
    with begin_write(empty) as connection:
        config = migrate._config(connection)
        migrate.command.upgrade(config, "0006")
        connection.execute(metadata.tables["enquiries"].insert(), [_enquiry(rank) for rank in range(4)])
        for revision, ranks in (("0007", [1, 4, 7, 10]), ("0006", [0, 1, 2, 3])):
            step = migrate.command.upgrade if revision == "0007" else migrate.command.downgrade
            step(config, revision)
            assert [row.rank for row in connection.execute(text("select rank from enquiries order by rank"))] == ranks
    assert [place(priority, {})["rank"] for priority in Priority] == [1, 4, 7, 10]
    assert [queue_of(place("high", {}, queue)["rank"]) for queue in ("first", "", "last")] == ["first", "", "last"]


def _enquiry(rank: int) -> dict[str, object]:
    """A row of an enquiry, of which only the rank matters."""
    moment = datetime(2026, 3, 3, tzinfo=UTC)
    texts = {"party": "p", "team": "hub", "priority": "normal", "state": "open", "reference": f"R{rank}"}
    ids = {"id": new_id(), "first_contact_id": new_id()}
    return {**texts, **ids, "also": [], "due": {}, "opened_at": moment, "due_at": moment, "rank": rank}
