"""The staff of a morning: how many desks each team needs, the accounts of who sits there, and a supervisor's way in."""

import random
from collections.abc import Iterator, Sequence
from datetime import datetime
from math import ceil

from router.accounts import Role, new_link, new_user
from router.demo.arrivals import Plan
from router.demo.colleagues import Desk
from router.demo.people import FIRST, LAST
from router.services import Services
from router.store import users
from router.store.rows import Row
from rules.landlord import Ruleset

MINUTES_EACH = 7.0
"""How long an enquiry keeps a colleague, one with another."""

ACTOR = "demo"
SUPERVISOR = "supervisor@demo.example"


def desks_of(plan: Plan, ruleset: Ruleset) -> dict[str, int]:
    """How many colleagues each team needs for what is coming, one at least."""
    load = dict.fromkeys(ruleset.teams, 0.0)
    for arrival in plan.arrivals:
        journey = ruleset.journeys.get(arrival.journey)
        load[journey.team if journey else ruleset.landlord.fallback] += 1
        load[ruleset.landlord.fallback] += 0.3  # many come to the first contact team before they come to theirs
    return {team: 1 + ceil(contacts * MINUTES_EACH / max(plan.minutes, 1.0)) for team, contacts in load.items()}


def seat(services: Services, wanted: dict[str, int], seed: int, at: datetime) -> tuple[Desk, ...]:
    """Make an account for everybody who is needed; gives their desks."""
    rows = list(_colleagues(wanted, seed, at))
    _add(services, rows, at)
    return tuple(Desk(row["id"], row["teams"][0]) for row in rows)


def way_in(services: Services, ruleset: Ruleset, at: datetime) -> str:
    """Make a supervisor's account for whoever is watching; gives the link by which they choose a password."""
    row = new_user(SUPERVISOR, "Demo Supervisor", (Role.SUPERVISOR, Role.COLLEAGUE), ruleset.teams, at)
    return _add(services, [row], at)[0]


def _colleagues(wanted: dict[str, int], seed: int, at: datetime) -> Iterator[Row]:
    chance = random.Random(seed)
    for team, count in wanted.items():
        for number in range(count):
            name = f"{chance.choice(FIRST)} {chance.choice(LAST)}"
            yield new_user(f"{team}-{number + 1}@demo.example", name, (Role.COLLEAGUE,), (team,), at)


def _add(services: Services, rows: Sequence[Row], at: datetime) -> list[str]:
    links = [new_link(services.settings, row["id"], at) for row in rows]
    newcomers = [users.Newcomer(row, link, ACTOR) for row, (_, link) in zip(rows, links, strict=True)]
    for added in [services.writer.submit(users.add, each) for each in newcomers]:
        added.result()
    return [url for url, _ in links]
