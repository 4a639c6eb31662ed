"""A new version reaches every process, also without Redis; and a contact is decided by one version throughout."""

import json
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from router import clients, publishing, routing
from router.live import LOOK_EVERY
from router.publishable import check
from router.publishing import By
from router.services import Services, utc_now
from router.settings import Settings
from router.store.engine import begin_read
from router.store.schema import decisions
from tests.integration.rulesets.conftest import FILE, PESTS_TO_HUB
from tests.landlord import FOLDER, route_all, shown, take_in
from tests.messages import text_message
from tests.servers.process import free_port, until
from tests.servers.serving import Serving

NOBODY = "redis://127.0.0.1:1/0"


@pytest.fixture
def without_redis(tmp_path: Path) -> Iterator[Serving]:
    settings = {
        "FIRSTCONTACT_DATA": str(tmp_path / "data"),
        "FIRSTCONTACT_CONFIG": str(FOLDER),
        "FIRSTCONTACT_PORT": str(free_port()),
        "FIRSTCONTACT_LOG_FORMAT": "json",
        "REDIS_URL": NOBODY,
    }
    serving = Serving(settings, tmp_path / "log")
    try:
        yield serving.start()
    finally:
        serving.stop()


def followed(serving: Serving, version: int) -> dict[str, datetime]:
    """When each process began to decide by a version."""
    lines = [json.loads(line) for line in serving.said().splitlines() if '"ruleset.followed"' in line]
    return {line["process"]: datetime.fromisoformat(line["at"]) for line in lines if line["ruleset"] == version}


def test_every_process_follows_a_publish_without_redis(without_redis: Serving) -> None:
    processes = {"web", "worker-1", "scheduler"}  # a poller without mailboxes has nothing to decide
    until(lambda: set(followed(without_redis, 1)) == processes, "every process decides by the first version")
    data = Path(without_redis.settings["FIRSTCONTACT_DATA"])
    with closing(clients.build(Settings(data=data, secret_key="for tests"))) as services:
        by = By("Ruth", "Pests", utc_now())
        assert publishing.publish(services.writer, check({FILE: PESTS_TO_HUB.encode()}), "console", by) == 2
        published = utc_now()
        until(lambda: set(followed(without_redis, 2)) == processes, "every process follows")
        took = {name: (at - published).total_seconds() for name, at in followed(without_redis, 2).items()}
        print("seconds until each process decided by the new version:", took)
        contact = take_in(services, text_message("There are rats in my loft", at=utc_now())).contact_id
        until(lambda: shown(services, contact)["state"] == "decided", "the contact is decided")
        assert shown(services, contact)["owner"]["key"] == "hub"
    assert LOOK_EVERY <= 1


def rows(services: Services, contact: str) -> list[dict[str, Any]]:
    with begin_read(services.record) as record:
        found = record.execute(decisions.select().where(decisions.c.contact_id == contact)).mappings()
        return [dict(row) for row in found]


def test_what_is_published_while_a_contact_is_decided_decides_it_as_a_whole(
    services_on_both: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    services, propose, seen = services_on_both, routing.propose, []

    def publish_in_between(matter: Any, past: Any, live: Any, now: Any) -> Any:
        seen.append((live.version, matter.journey))
        proposal = propose(matter, past, live, now)
        if len(seen) == 1:
            by = By("Ruth", "In between", services.clock())
            publishing.publish(services.writer, check({FILE: PESTS_TO_HUB.encode()}), "console", by)
        return proposal

    monkeypatch.setattr(routing, "propose", publish_in_between)
    contact = take_in(services, text_message("There are rats in my loft", at=services.clock())).contact_id
    route_all(services)
    assert seen == [(1, "pests"), (2, "pests")]
    (decision,) = rows(services, contact)
    assert (decision["ruleset_version"], decision["team"]) == (2, "hub")
    assert shown(services, contact)["explanation"]["proven"] is True
