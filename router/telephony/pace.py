"""How fast a caller is spoken to: slowly, where an adjustment of theirs asks for it and the voice can do it."""

import asyncio
from dataclasses import replace
from functools import lru_cache

from sqlalchemy import select

from channels.replies import CallSteps, Menu, Reply, Say, Step
from channels.twiml import can_slow
from router.live import LiveRuleset
from router.planning import asked_of_us
from router.services import Services
from router.store.engine import begin_read
from router.store.schema import contacts
from rules.constraints import Constraints
from rules.landlord import Ruleset


async def kept(
    services: Services, heard: Reply, contact_id: str, live: LiveRuleset, asked: Constraints | None = None
) -> Reply:
    """What a caller hears, at their pace; without `asked`, what their adjustments ask for is looked up."""
    if not isinstance(heard, CallSteps) or not _anybody(live.ruleset) or not any(map(_is_said, heard.steps)):
        return heard
    known = asked if asked is not None else await asyncio.to_thread(_asked, services, contact_id, live)
    return CallSteps(tuple(map(_slowed, heard.steps))) if known.slower_speech else heard


@lru_cache(maxsize=16)
def _anybody(ruleset: Ruleset) -> bool:
    """Whether there is an adjustment that asks for it, and a voice that can do it: else nobody is looked up."""
    voice = ruleset.calls.voice if ruleset.calls else ""
    return can_slow(voice) and any(each.slower_speech for each in ruleset.adjustments.values())


def _is_said(step: Step) -> bool:
    return isinstance(step, Say | Menu)


def _asked(services: Services, contact_id: str, live: LiveRuleset) -> Constraints:
    with begin_read(services.record) as record:
        sender = record.execute(select(contacts.c.sender).where(contacts.c.id == contact_id)).scalar_one()
        return asked_of_us(record, sender, live.ruleset)


def _slowed(step: Step) -> Step:
    if isinstance(step, Menu):
        return replace(step, prompts=tuple(replace(each, slowly=True) for each in step.prompts))
    return replace(step, slowly=True) if isinstance(step, Say) else step
