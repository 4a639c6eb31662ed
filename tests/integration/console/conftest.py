"""The console as an application on a record of its own, without a server: people with every role, and a browser's worth
of cookies and forms for each.
"""

from collections.abc import Callable

import pytest

from router.services import Services
from tests.integration.console.visitor import PASSWORD_HASH, Visitor


@pytest.fixture
def visit(services: Services) -> Callable[..., Visitor]:
    """Makes a visitor, signed in as a user with these roles and teams where any are given."""

    def visiting(*roles: str, teams: tuple[str, ...] = (), **how: str) -> Visitor:
        visitor = Visitor(services, **how)
        return visitor.signed_in(roles, teams, PASSWORD_HASH) if roles else visitor

    return visiting
