"""A caller who says by a key that they call by text relay: marked before anything is decided about the call."""

from channels.inbound import Inbound
from router.calls import RELAY
from router.services import Services
from router.store import relay
from router.store.contacts import Accepted


async def noted(services: Services, inbound: Inbound, accepted: Accepted) -> None:
    """Mark the call of this key, if it is the one for text relay."""
    if RELAY in inbound.facts:
        said = relay.RelayMark(accepted.contact_id, relay=True, by=relay.BY_CALLER, at=services.clock())
        await services.writer.write(relay.mark, said)
