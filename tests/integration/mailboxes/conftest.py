"""One Dovecot for all tests of mailboxes, each of which has mailboxes of its own on it, and an engine that polls."""

import itertools
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.mailboxes.post import Post
from tests.landlord import services_on
from tests.servers.dovecot import Dovecot, dovecot_server
from tests.servers.tokens import TokenServer, token_server

_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def token_giver() -> Iterator[TokenServer]:
    with token_server() as server:
        yield server


@pytest.fixture(scope="session")
def dovecot(token_giver: TokenServer) -> Iterator[Dovecot]:
    with dovecot_server(token_giver.port) as server:
        yield server


@pytest.fixture
def post(dovecot: Dovecot, store_url: str, tmp_path: Path) -> Iterator[Post]:
    """An engine on a fresh record that has the accounts `repairs` and `complaints` on the server."""
    number = next(_numbers)
    users = {name: f"{name}-{number}@mill-lane.example" for name in ("repairs", "complaints")}
    imap = {name.upper(): dovecot.url(user) for name, user in users.items()}
    with services_on(store_url, tmp_path, imap=imap, poll_seconds=0.05) as services:
        made = Post(dovecot, services, users)
        yield made
        made.stop()
