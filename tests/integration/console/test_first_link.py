"""The link that `serve` prints while nobody can sign in: made at the start, kept to its owner, shown once."""

import stat
from contextlib import closing
from pathlib import Path

import pytest

from router import accounts, clients
from router.accounts import Role
from router.processes import welcome
from router.processes.prepare import prepare
from router.services import utc_now
from router.settings import Settings
from router.store import users
from router.store.engine import begin_read
from tests.landlord import FOLDER


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    chosen = Settings(data=tmp_path, config=FOLDER, secret_key="for tests", public_url="https://hub.example")
    chosen.run_folder.mkdir()
    return chosen


def test_it_is_printed_once_and_good(settings: Settings) -> None:
    prepare(settings, ["web", "worker-1"])
    assert stat.S_IMODE(welcome.first_link_file(settings).stat().st_mode) == 0o600
    shown = welcome.text(settings, "none", web=True)
    url = next(line.strip() for line in shown.splitlines() if "/link/" in line)
    assert url.startswith("https://hub.example/link/")
    assert "/link/" not in welcome.text(settings, "none", web=True)
    with closing(clients.build(settings)) as services, begin_read(services.record) as record:
        found = users.link(record, accounts.digest(url.rpartition("/")[2]), utc_now())
    assert found
    assert found["user"] is None


@pytest.mark.parametrize("processes", [["worker-1"], ["web"]])
def test_there_is_none_without_pages_or_once_there_is_somebody(settings: Settings, processes: list[str]) -> None:
    prepare(settings)
    if "web" in processes:
        with closing(clients.build(settings)) as services:
            user = accounts.new_user("sam@mill-lane.example", "Sam Reed", Role, (), services.clock())
            _, link = accounts.new_link(settings, user["id"], services.clock())
            services.writer.submit(users.add, users.Newcomer(user, link, "tests")).result()
    prepare(settings, processes)
    assert "/link/" not in welcome.text(settings, "none", web=True)
