"""Two web hosts and two worker hosts share one record: one of each dies, and every contact is accounted for."""

from collections.abc import Callable, Iterator

import pytest

from tests.integration.faults.account import CHECKS, Account, account, perhaps_said
from tests.integration.scale.hosts import COUNT, ROLES, SURVIVORS, Hosts, day_on, hosts
from tests.servers.postgres import Postgres
from tests.servers.process import until
from tests.servers.provider import provider
from tests.servers.redis import Redis

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory, postgres: Postgres, redis: Redis) -> Iterator[Hosts]:
    redis.flush()
    folder = tmp_path_factory.mktemp("scale")
    with provider() as texts, hosts(folder, texts, postgres.url(postgres.create()), redis.url) as running:
        day_on(folder, running)
        yield running


@pytest.fixture(scope="module")
def accounts(found: Hosts) -> Account:
    return account(found.stand)


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_every_contact_is_accounted_for(accounts: Account, check: Callable[[Account], Iterator[str]]) -> None:
    wrong = list(check(accounts))
    assert not wrong, "\n".join(wrong[:20])


def test_all_came_in_although_one_of_each_died(found: Hosts, accounts: Account) -> None:
    assert len(accounts.contacts) == len(found.stand.ledger.promises) >= COUNT - 4
    assert dict(found.stand.killed) == {"web-1": 1, "worker-1": 1}
    assert perhaps_said(accounts) == []


@pytest.mark.parametrize("name", [name for name, only in ROLES.items() if only == "web"])
def test_every_web_host_took_contacts_in(found: Hosts, name: str) -> None:
    assert '"part.stored"' in found.each[name].log.read_text()


@pytest.mark.parametrize("name", [name for name, only in ROLES.items() if only.startswith("worker")])
def test_every_worker_host_decided_some(found: Hosts, name: str) -> None:
    assert found.decided(name) > 0


def test_one_publication_is_seen_by_all(found: Hosts, accounts: Account) -> None:
    assert {each["ruleset_version"] for every in accounts.decisions.values() for each in every} == {1, 2}
    until(lambda: found.each["web-2"].ready().get("ruleset") == 2, "the other web host follows")


def test_only_one_of_them_made_the_first_version(found: Hosts) -> None:
    said = [found.each[name].log.read_text() for name in ROLES]
    assert sum("as version 1 of the ruleset" in each for each in said) == 1
    assert not [each for each in said if "Traceback" in each]


def test_those_that_are_left_are_ready_and_the_proxy_leads_to_them(found: Hosts) -> None:
    assert found.stand.serving.ready()["code"] == 200
    assert all(found.each[name].process for name in SURVIVORS)
