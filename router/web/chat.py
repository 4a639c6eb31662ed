"""The chat window: a plain page, and a WebSocket on which no line is lost or doubled however often it reconnects."""

import asyncio
import hashlib
import hmac
import secrets
from collections.abc import Mapping
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

from fastapi import APIRouter, WebSocket, WebSocketDisconnect
from fastapi.responses import HTMLResponse, Response
from sqlalchemy import select

from channels.adapter import Malformed
from channels.chat import parse, read_frame
from channels.names import CHAT
from router import intake, logs, metrics
from router.onthespot import decide_now, hold_for
from router.services import Services
from router.store.contacts import DECIDED, Accepted, all_parts
from router.store.engine import begin_read
from router.store.ids import new_id, time_of
from router.store.schema import contacts
from router.web.access import services_of
from router.web.parameters import Tools
from router.web.ways import ways

PAGES = Path(__file__).parent / "pages"
LOOK_EVERY = 0.5
"""Seconds between two looks for what we have to say in a chat."""

OVERLAP = timedelta(minutes=1)
"""How far back each look goes: a line is numbered before it is committed, so it may come after one with a later number.
"""

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; form-action 'none'; base-uri 'none';"
    " frame-ancestors 'none'"
)
OTHERWISE = b"{{ otherwise }}"
"""Where the page says how else the landlord is reached."""

FILES = {"chat.js": "text/javascript", "chat.css": "text/css"}

chat = APIRouter(prefix="/chat", include_in_schema=False)


@chat.get("")
@chat.get("/")
def page(services: Tools) -> HTMLResponse:
    """The chat window as a page of its own; who cannot chat is told how else to reach the landlord."""
    told = ways(services.live.current().ruleset).encode()
    return HTMLResponse(_file("chat.html").replace(OTHERWISE, told), headers={"Content-Security-Policy": POLICY})


@chat.get("/files/{name}")
def file(name: str) -> Response:
    """What the page is made of."""
    if name not in FILES:
        return Response(status_code=404)
    return Response(_file(name), media_type=FILES[name])


@cache
def _file(name: str) -> bytes:
    return (PAGES / name).read_bytes()


def new_session(secret: str) -> str:
    """A new session's token: who holds it may read and write in that chat, and nobody can guess it."""
    session = secrets.token_urlsafe(18)
    return f"{session}.{_signature(session, secret)}"


def session_of(token: str, secret: str) -> str | None:
    """The session of a token that we gave out, else None."""
    session, _, signature = token.partition(".")
    return session if hmac.compare_digest(signature.encode(), _signature(session, secret).encode()) else None


def _signature(session: str, secret: str) -> str:
    return hmac.new(secret.encode(), b"chat session " + session.encode(), hashlib.sha256).hexdigest()[:32]


@chat.websocket("/ws")
async def converse(socket: WebSocket, session: str = "", after: str = "") -> None:
    """One connection of a session; `after` is the last `seq` that the window has, and what followed is sent again."""
    services = services_of(socket)
    secret = services.settings.secret_key.get_secret_value()
    known = session_of(session, secret)
    token = session if known else new_session(secret)
    await socket.accept()
    await socket.send_json({"type": "session", "session": token})
    await _Conversation(services, socket, known or token.partition(".")[0], after if known else "").run()


class _Conversation:
    """One connection: lines come in on it, and what is new in the record goes out."""

    def __init__(self, services: Services, socket: WebSocket, session: str, after: str) -> None:
        self._services = services
        self._socket = socket
        self._session = session
        self._after = _from(after)
        self._told: set[str] = set()
        self._contact: str | None = None
        self._owner: str | None = None

    async def run(self) -> None:
        """Converse until the window closes; what was said stays."""
        telling = asyncio.create_task(self._tell())
        try:
            while (message := await self._socket.receive())["type"] == "websocket.receive":
                await self._take(message.get("text") or message.get("bytes") or "")
        except WebSocketDisconnect:
            pass
        finally:
            telling.cancel()

    async def _take(self, raw: str | bytes) -> None:
        frame: Mapping[str, object] = {}
        try:
            frame = read_frame(raw)
            inbound = parse(frame, self._session, self._services.clock())
        except Malformed as problem:
            metrics.refused("chat", "malformed")
            told = {"type": "refused", "id": frame.get("id"), "field": problem.field, "problem": str(problem)}
            return await self._socket.send_json(told)
        hold = hold_for(inbound, self._services)
        try:
            accepted = await intake.accept(self._services, inbound, hold)
        except Exception as error:  # noqa: BLE001 - the line is not stored, and the window keeps it until it is
            logs.failed("intake.failed", error, door="chat")
            return await self._socket.send_json({"type": "later", "id": frame.get("id")})
        await self._acknowledge(frame, accepted)
        if hold is not None and not accepted.repeated:
            await decide_now(self._services, accepted, hold)
        return None

    async def _acknowledge(self, frame: Mapping[str, object], accepted: Accepted) -> None:
        self._contact = accepted.contact_id
        await self._socket.send_json({"type": "stored", "id": frame.get("id"), "seq": accepted.part_id})

    async def _tell(self) -> None:
        """Send what is new, again and again; a record that is away is looked at again later."""
        while True:
            try:
                for message in await asyncio.to_thread(self._news):
                    await self._socket.send_json(message)
            except (RuntimeError, WebSocketDisconnect):
                return
            except Exception as error:  # noqa: BLE001 - the window stays open, and hears when the record is back
                logs.failed("chat.behind", error, contact=self._contact)
            await asyncio.sleep(LOOK_EVERY)

    def _news(self) -> list[dict[str, Any]]:
        """Lines after the last one seen, and the owner where that has changed."""
        with begin_read(self._services.record) as record:
            wanted = (contacts.c.channel == CHAT, contacts.c.account == "", contacts.c.conversation == self._session)
            row = record.execute(select(contacts.c.id, contacts.c.team, contacts.c.state).where(*wanted)).first()
            if row is None:
                return []
            self._contact = row.id
            parts = all_parts(record, row.id, self._look_from())
        fresh = [part for part in parts if part["id"] not in self._told]
        self._told.update(part["id"] for part in fresh)
        news = [_line(part) for part in fresh if part["text"]]
        if row.state == DECIDED and row.team != self._owner:
            news.append(self._owned(row.team))
        return news

    def _look_from(self) -> str:
        """The part after which to look: well before the last one told of, and never before what the window has."""
        if not self._told:
            return self._after
        return max(self._after, new_id(time_of(max(self._told)) - OVERLAP))

    def _owned(self, team: str) -> dict[str, Any]:
        self._owner = team
        known = self._services.live.current().ruleset.teams.get(team)
        return {"type": "owner", "team": team, "name": known.name if known else team}


def _from(after: str) -> str:
    """The number of a line that a window has; one that is none of ours is as good as no number."""
    try:
        time_of(after)
    except ValueError:
        return ""
    return after


def _line(part: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "type": "line",
        "seq": part["id"],
        "id": part["event"].rpartition(":line:")[2],
        "from": "us" if part["outgoing"] else "you",
        "text": part["text"],
        "at": part["received_at"].isoformat(),
    }
