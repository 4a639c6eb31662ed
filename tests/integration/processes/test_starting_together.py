"""Hosts that start at once on one record: one of them makes the tables and publishes, and the others find it done."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

from sqlalchemy import select

from router.processes.prepare import prepare
from router.settings import Settings
from router.store.engine import begin_read, make_engine
from router.store.schema import live_ruleset, rulesets
from tests.landlord import FOLDER

HOSTS = 6


def test_they_publish_one_version(empty_url: str, tmp_path: Path) -> None:
    together = Barrier(HOSTS)

    def start(number: int) -> None:
        settings = Settings(data=tmp_path / str(number), config=FOLDER, database_url=empty_url, secret_key="k")
        together.wait()
        prepare(settings)

    with ThreadPoolExecutor(HOSTS) as hosts:
        list(hosts.map(start, range(HOSTS)))
    engine = make_engine(empty_url)
    with begin_read(engine) as record:
        assert record.execute(select(rulesets.c.version)).scalars().all() == [1]
        assert record.execute(select(live_ruleset.c.version)).scalars().all() == [1]
    engine.dispose()
