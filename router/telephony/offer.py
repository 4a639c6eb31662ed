"""What follows the key that a caller presses on the offer of a call back while they wait."""

from channels.replies import Asked, CallSteps, Redirect, Reply
from router.live import LiveRuleset
from router.services import Services
from router.store.calls import Row


async def offered(services: Services, asked: Asked, row: Row, live: LiveRuleset) -> Reply:
    """Go on waiting, at the same place."""
    del services, row, live
    return CallSteps((Redirect("wait?loop=1" if "loop" in asked.about else "wait"),))
