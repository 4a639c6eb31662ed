"""Callers who hear no menu: whom an adjustment or a rule puts straight through, looked up as the call comes in."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from functools import lru_cache

from channels.inbound import Inbound, Progress
from router import directory, facts, logs
from router.intake import arrival
from router.live import LiveRuleset
from router.services import Services
from router.store.engine import begin_read
from rules.constraints import Constraints
from rules.decide import decide
from rules.landlord import Ruleset

PATIENCE = timedelta(milliseconds=500)
"""How long a caller waits for the look: after it they hear the menu, which keeps nobody from anything."""


async def without_menu(services: Services, inbound: Inbound, asked: Constraints) -> Inbound:
    """A call that has just come in, as one on which there is enough to decide where its caller hears no menu.

    `asked` is what the caller's adjustments ask for.
    """
    live = services.live.current()
    if inbound.part != "call" or inbound.progress is not Progress.WAIT:
        return inbound
    if asked.skip_menu:
        return replace(inbound, progress=Progress.ENOUGH)
    if not _a_rule_skips(live.ruleset):
        return inbound
    try:
        async with asyncio.timeout(PATIENCE.total_seconds()):
            skips = await asyncio.to_thread(_skips, services, inbound, live)
    except Exception as error:  # noqa: BLE001 - whatever went wrong, the caller hears the menu like everybody
        logs.failed("menu.look-failed", error)
        return inbound
    return replace(inbound, progress=Progress.ENOUGH) if skips else inbound


@lru_cache(maxsize=16)
def _a_rule_skips(ruleset: Ruleset) -> bool:
    """Whether there is a rule by which a caller can skip the menu: else none is tried."""
    return any(rule.then.skip_menu for rule in (*ruleset.owner, *ruleset.handling))


def _skips(services: Services, inbound: Inbound, live: LiveRuleset) -> bool:
    """Whether this caller is to hear no menu by the rules, as far as anything is known yet."""
    come_in = arrival(inbound, live, services.clock(), None)
    contact = {**come_in.contact, "parts": [come_in.part]}
    with begin_read(services.record) as record:
        who = directory.identify(record, [contact])[0]
    known = facts.facts_of(contact, who, live.ruleset)
    return decide(live.compiled, known, inbound.received_at).wishes.skip_menu
