"""A visitor in the chat window: lines go out over a WebSocket until each is stored, across a reconnection too."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException

from router.demo.insisting import PATIENCE, TRY_AGAIN_SECONDS, NotTakenError

ANSWER_SECONDS = 20.0


@dataclass(slots=True)
class Visitor:
    """One visitor of the chat at `base`. `session` is known once it was given out."""

    base: str
    name: str
    token: str = ""
    seen: str = ""
    reconnected: int = 0

    @property
    def session(self) -> str:
        """What the chat is called in the record."""
        return self.token.partition(".")[0]

    async def say(self, lines: Sequence[str], *, breaks_after: int | None = None) -> AsyncIterator[str]:
        """Say these lines, and give each when it is stored; may break off after so many. Raises NotTakenError."""
        waiting = {str(number): line for number, line in enumerate(lines)}
        deadline = time.monotonic() + PATIENCE
        while waiting:
            try:
                async for number in self._converse(waiting, breaks_after):
                    yield waiting.pop(number)
            except (OSError, WebSocketException, TimeoutError):
                if time.monotonic() > deadline:
                    raise NotTakenError("the chat could not be reached") from None
                await asyncio.sleep(TRY_AGAIN_SECONDS)
            self.reconnected += bool(waiting)
            breaks_after = None

    async def _converse(self, waiting: dict[str, str], breaks_after: int | None) -> AsyncIterator[str]:
        """Connect, say what is not stored yet line by line, and give the number of each that is; may break off."""
        query = urlencode({"session": self.token, "after": self.seen})
        async with connect(f"{self.base.replace('http', 'ws', 1)}/chat/ws?{query}", proxy=None) as socket:
            self.token = (await self._next(socket, "session"))["session"]
            await socket.send(json.dumps({"type": "hello", "name": self.name}))
            for said, (number, line) in enumerate(list(waiting.items()), 1):
                await socket.send(json.dumps({"type": "line", "id": number, "text": line, "name": self.name}))
                answer = await self._next(socket, "stored", number)
                self.seen = answer["seq"]
                yield number
                if said == breaks_after:
                    return

    async def _next(self, socket: ClientConnection, kind: str, number: str | None = None) -> dict[str, Any]:
        """The next frame of a kind about a line of ours; a line that is refused or has to come later ends the wait."""
        async with asyncio.timeout(ANSWER_SECONDS):
            while True:
                frame: dict[str, Any] = json.loads(await socket.recv())
                if frame["type"] == kind and number in (None, frame.get("id")):
                    return frame
                if frame["type"] == "refused":
                    raise NotTakenError(f"the chat refused {frame.get('field')}")
                if frame["type"] == "later":
                    raise TimeoutError
