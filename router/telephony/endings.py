"""What became of a call, kept whenever more is known of it: the shell around its course."""

import asyncio
from collections.abc import Sequence
from typing import Any

from router.services import Services
from router.store.call_ends import Ending, Heard, is_over, settle
from router.store.engine import begin_read
from router.telephony.course import course_of


def ending_of(parts: Sequence[dict[str, Any]]) -> Ending | None:
    """How the call of these parts ended; None while it goes on."""
    course = course_of(parts)
    if course.ended_at is None or course.outcome is None:
        return None
    return Ending(str(course.outcome), course.ended_at, course.seconds, course.waited)


async def keep(services: Services, contact_id: str, *, ends: bool = True) -> Ending | None:
    """Keep how a call ended, if it has, from all that is stored of it.

    A part that does not end a call itself (`ends`) says more of its end only where that is known. A look is enough to
    see that it is not: whoever brings the end looks at all parts that are stored by then.
    """
    if not ends and not await asyncio.to_thread(_is_over, services, contact_id):
        return None
    return await services.writer.write(settle, Heard(contact_id, services.clock(), ending_of))


def _is_over(services: Services, contact_id: str) -> bool:
    with begin_read(services.record) as record:
        return is_over(record, contact_id)
