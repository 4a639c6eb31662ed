"""Two legs talk to each other."""

from router.demo.provider.calls import LONGEST, Leg, Over
from router.demo.provider.exchange import Exchange
from router.demo.provider.people import LISTENING, TALKING
from router.demo.provider.rooms import Bridge


async def talk(
    exchange: Exchange, leg: Leg, bridge: Bridge, longest: float = LONGEST, *, star_ends: bool = False
) -> None:
    """Talk until one of the two ends it; raises Over when this one hangs up, and what interrupts it.

    Where the star key ends a conversation, whoever presses it stays on the line.
    """
    other = bridge.across(leg)
    leg.person.note("talking to", other.from_ if other.direction == "inbound" else other.to)
    begun = exchange.time.passed()
    seconds = min(leg.person.talks, longest)
    ends = (seconds, leg.sid) < (min(other.person.talks, longest), other.sid)
    try:
        if await leg.until(lambda: bridge.over, seconds + (0 if ends else LONGEST), TALKING if ends else LISTENING):
            return
        by = "limit" if longest <= leg.person.talks else "star" if star_ends and leg.person.stars else leg.sid
        bridge.end(by)
        if by == leg.sid:
            leg.person.note("hung up", "talking")
            raise Over("person")
    finally:
        if not bridge.seconds:
            bridge.seconds = seconds if ends and not exchange.time.speed else exchange.time.passed() - begun
        bridge.end(leg.sid)
