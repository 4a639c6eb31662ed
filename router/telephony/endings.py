"""What became of a call, kept whenever more is known of it: the shell around its course."""

from collections.abc import Sequence
from typing import Any

from router.services import Services
from router.store.call_ends import Ending, Heard, settle
from router.telephony.course import course_of


def ending_of(parts: Sequence[dict[str, Any]]) -> Ending | None:
    """How the call of these parts ended; None while it goes on."""
    course = course_of(parts)
    if course.ended_at is None or course.outcome is None:
        return None
    return Ending(str(course.outcome), course.ended_at, course.seconds, course.waited)


async def keep(services: Services, contact_id: str) -> Ending | None:
    """Keep how a call ended, if it has, from all that is stored of it."""
    return await services.writer.write(settle, Heard(contact_id, services.clock(), ending_of))
