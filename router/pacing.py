"""The pace of sending texts: how long a message waits because its number has sent as much as it may."""

from datetime import timedelta

from channels.names import SMS, TEXTS
from channels.segments import count
from channels.senders import OutboundMessage
from router.services import Services
from router.store import rates
from router.store.rates import Draw


class Pace:
    """The pace of one pass through the outbox: what has to wait is spread over the seconds to come."""

    def __init__(self, services: Services) -> None:
        """Begin a pass in which nothing has had to wait yet."""
        self._services = services
        self._put_off: dict[str, int] = {}

    def wait(self, message: OutboundMessage, *, urgent: bool) -> timedelta | None:
        """How long a message has to wait; None where it may go now. What is urgent never waits."""
        if message.channel not in TEXTS:
            return None
        settings = self._services.settings
        number = settings.sms_from if message.channel == SMS else settings.whatsapp_from
        segments = count(message.text).segments if message.channel == SMS else 1
        drawn = Draw(f"{message.channel}:{number}", segments, settings.sms_rate, self._services.clock(), urgent)
        seconds = self._services.writer.submit(rates.draw, drawn).result()
        if not seconds:
            return None
        before = self._put_off.get(message.channel, 0)
        self._put_off[message.channel] = before + segments
        return timedelta(seconds=seconds + before / settings.sms_rate)
