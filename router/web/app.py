"""The web application: provider webhooks as bare ASGI, everything else as FastAPI, with one error shape for all."""

from importlib.metadata import version
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from sqlalchemy.exc import SQLAlchemyError
from starlette.exceptions import HTTPException
from starlette.types import Message, Receive, Scope, Send

from channels.adapter import ROOT
from router import logs, metrics
from router.beside import BusyError
from router.console.app import Console
from router.services import Services
from router.store.trouble import Trouble, WriterError, trouble
from router.web import announcements, enquiries, replays, reports, ruleset_drafts, rulesets
from router.web.api import api
from router.web.chat import chat
from router.web.doors import Doors
from router.web.health import health

MACHINES = ("/api/", "/chat", "/health/", "/metrics")
"""Where the addresses of FastAPI begin; all others are the console's."""

HEADERS = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-frame-options", b"DENY"),
    (b"cache-control", b"no-store"),
)


class App:
    """Sends /channels/… to the doors, which have to be fast, what machines ask for to FastAPI, and people to pages."""

    def __init__(self, services: Services) -> None:
        """Serve these services."""
        self._limit = services.settings.body_limit
        self._doors = Doors(services)
        self.pages = _pages(services)
        self.console = Console(services)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request or connection."""
        if scope["type"] == "http" and scope["path"].startswith(ROOT):
            return await self._doors(scope, receive, send)
        if scope["type"] == "http" and not scope["path"].startswith(MACHINES):
            return await self.console(scope, receive, send)
        return await self.pages(scope, _bounded(receive, self._limit), _with_headers(send))


def create_app(services: Services) -> App:
    """The application for one web process."""
    return App(services)


def _pages(services: Services) -> FastAPI:
    pages = FastAPI(
        title="Firstcontact",
        version=version("firstcontact"),
        description="Contact routing and first-contact resolution. Send `Authorization: Bearer` and an API key.",
        openapi_url="/api/v1/openapi.json",
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
    )
    pages.state.services = services
    of_api = (api, announcements.api, enquiries.api, replays.api, reports.api, ruleset_drafts.api, rulesets.api)
    for router in (*of_api, chat, health):
        pages.include_router(router)
    pages.add_exception_handler(HTTPException, _http_error)
    pages.add_exception_handler(RequestValidationError, _invalid)
    pages.add_exception_handler(BusyError, _busy)
    for kind in (WriterError, SQLAlchemyError, Exception):
        pages.add_exception_handler(kind, _fault)
    return pages


async def _http_error(_: Request, error: Exception) -> JSONResponse:
    if not isinstance(error, HTTPException):
        raise error
    return JSONResponse({"detail": error.detail}, error.status_code, error.headers)


async def _invalid(_: Request, error: Exception) -> JSONResponse:
    """Name each wrong field, without repeating what was sent."""
    problems = error.errors() if isinstance(error, RequestValidationError) else []
    return JSONResponse({"detail": "; ".join(map(_problem, problems))}, 422)


def _problem(error: dict[str, Any]) -> str:
    if error["type"] == "json_invalid":
        return f"The body is not JSON, from character {error['loc'][-1]} on."
    where = ".".join(str(step) for step in error["loc"][1:]) or "the body"
    return f"{where}: {error['msg'].removeprefix('Value error, ')}"


async def _busy(_: Request, error: Exception) -> JSONResponse:
    return JSONResponse({"detail": str(error)}, 503, {"Retry-After": "5"})


async def _fault(_: Request, error: Exception) -> JSONResponse:
    logs.failed("request.failed", error)
    if isinstance(error, WriterError) or trouble(error) is not Trouble.ITEM:
        return JSONResponse({"detail": "The record cannot be reached. Try again."}, 503, {"Retry-After": "5"})
    return JSONResponse({"detail": "Something went wrong here. It has been noted."}, 500)


def _bounded(receive: Receive, limit: int) -> Receive:
    """Receiving a request's body up to a limit: a larger one gets 413, before anything reads it as a whole."""
    size = 0

    async def receiving() -> Message:
        nonlocal size
        message = await receive()
        if message["type"] == "http.request":
            size += len(message.get("body", b""))
        if size > limit:
            metrics.refused("api", "too-large")
            raise HTTPException(413, "The request is larger than this server takes.")
        return message

    return receiving


def _with_headers(send: Send) -> Send:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            message["headers"] = [*message.get("headers", ()), *HEADERS]
        await send(message)

    return sending
