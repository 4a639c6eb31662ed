"""Callers who hear no menu: whom an adjustment or a rule puts straight through, looked up as the call comes in."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from functools import lru_cache

from channels.inbound import Inbound, Progress
from router import directory, facts, logs
from router.intake import arrival
from router.live import LiveRuleset
from router.planning import person_of
from router.services import Services
from router.store.engine import begin_read
from rules.constraints import constraints
from rules.decide import decide
from rules.landlord import Ruleset

PATIENCE = timedelta(milliseconds=500)
"""How long a caller waits for the look: after it they hear the menu, which keeps nobody from anything."""


async def without_menu(services: Services, inbound: Inbound) -> Inbound:
    """A call that has just come in, as one on which there is enough to decide where its caller hears no menu."""
    live = services.live.current()
    if inbound.progress is not Progress.WAIT or not _anybody_skips(live.ruleset):
        return inbound
    try:
        async with asyncio.timeout(PATIENCE.total_seconds()):
            skips = await asyncio.to_thread(_skips, services, inbound, live)
    except Exception as error:  # noqa: BLE001 - whatever went wrong, the caller hears the menu like everybody
        logs.failed("menu.look-failed", error)
        return inbound
    return replace(inbound, progress=Progress.ENOUGH) if skips else inbound


@lru_cache(maxsize=16)
def _anybody_skips(ruleset: Ruleset) -> bool:
    """Whether there is an adjustment or a rule by which a caller can skip the menu: else nobody is looked up."""
    rules = (*ruleset.owner, *ruleset.handling)
    return any(each.skip_menu for each in ruleset.adjustments.values()) or any(rule.then.skip_menu for rule in rules)


def _skips(services: Services, inbound: Inbound, live: LiveRuleset) -> bool:
    """Whether this caller is to hear no menu, by their adjustments, or by the rules as far as anything is known yet."""
    come_in = arrival(inbound, live, services.clock(), None)
    contact = {**come_in.contact, "parts": [come_in.part]}
    with begin_read(services.record) as record:
        who = directory.identify(record, [contact])[0]
    if constraints(person_of(who.sender), live.ruleset).skip_menu:
        return True
    known = facts.facts_of(contact, who, live.ruleset)
    return decide(live.compiled, known, inbound.received_at).wishes.skip_menu
