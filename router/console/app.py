"""The console as a web application: finds who asks, refuses who may not, and turns what a page gives into HTTP."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import quote

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route as Served
from starlette.types import Receive, Scope, Send

from channels.bounds import clean
from router import logs, metrics
from router.accounts import digest, roles_of
from router.apart import apart
from router.beside import BusyError
from router.console import exchange, rendering, security
from router.console.exchange import Answer, Ask, File, NotFoundError, Page, Redirect, User
from router.console.layout import frame
from router.console.ranges import served
from router.console.routes import ROUTES, Route
from router.console.sent_form import SentForm, form_of
from router.console.tokens import Cookies, visitor
from router.http_callers import Callers, headers_of
from router.live import NoRulesetError
from router.services import Services
from router.store import sessions
from router.store.trouble import Trouble, WriterError, trouble

SIGN_IN: Final = "/sign-in"
FOR_GOOD: Final = "public, max-age=31536000, immutable"


@dataclass(frozen=True, slots=True)
class Came:
    """A request as it came, with its cookies' token, if there is one."""

    ask: Ask
    headers: Mapping[str, str]
    urls: tuple[str, ...]
    target: str
    had_token: bool
    too_large: bool = False


class Console:
    """Serves the pages of the list, and what they are made of."""

    def __init__(self, services: Services) -> None:
        """Serve these services."""
        self._services = services
        self._callers = Callers(services.settings)
        self._cookies = Cookies(services.settings)
        self._headers = security.headers(https=services.settings.outside_url.startswith("https://"))
        pages = [Served(route.path, self._endpoint(route), methods=[route.method]) for route in ROUTES]
        static = Served(rendering.STATIC_PATH + "{digest}/{name}", _static, methods=["GET"])
        self.app = Starlette(routes=[*pages, static], exception_handlers={HTTPException: self._no_such})
        self.app.router.redirect_slashes = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request or connection."""
        await self.app(scope, receive, send)

    def _endpoint(self, route: Route) -> Callable[[Request], Awaitable[Response]]:
        async def endpoint(request: Request) -> Response:
            try:
                body = await _body(request, self._services.settings.body_limit)
            except ClientDisconnect:
                return Response(status_code=400)
            came = self._came(request, body, await form_of(request.headers, body))
            return await apart(self._serve, route, came)

        return endpoint

    def _came(self, request: Request, body: bytes | None, sent_form: SentForm) -> Came:
        sent = headers_of(request.scope)
        token = self._cookies.token(sent.get("cookie", ""))
        target = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        ask = Ask(
            services=self._services,
            now=self._services.clock(),
            path=request.url.path,
            values={name: clean(str(value)) for name, value in request.path_params.items()},
            query={name: clean(value) for name, value in request.query_params.items()},
            form=sent_form.fields,
            files=sent_form.files,
            token=token or visitor(),
            address=self._callers.network(request.scope, sent),
        )
        urls = self._callers.urls(request.scope, sent)
        return Came(ask, sent, urls, target, token is not None, too_large=body is None)

    def _serve(self, route: Route, came: Came) -> Response:
        """Everything between the request and the response, in a thread: the record and passwords take their time."""
        try:
            came = replace(came, ask=replace(came.ask, user=self._user(came)))
            return self._respond(came, self._refusal(route, came) or route.view(came.ask))
        except NotFoundError as nothing:
            return self._respond(came, exchange.trouble("There is nothing here", str(nothing), 404))
        except Exception as error:  # noqa: BLE001 - whatever goes wrong, the person sees a page that says so
            logs.failed("request.failed", error)
            return self._respond(replace(came, ask=replace(came.ask, user=None)), _fault(error))

    def _user(self, came: Came) -> User | None:
        """Who is signed in, if anybody is; that they were here is noted now and then."""
        if not came.had_token:
            return None
        mine, now = digest(came.ask.token), came.ask.now
        row = came.ask.read(lambda record: sessions.find(record, mine, now))
        if row is None:
            return None
        if now - row["seen_at"] > sessions.SEEN_EVERY:
            self._services.writer.submit(sessions.seen, (mine, now))
        return User(row["id"], row["name"], row["email"], roles_of(row), tuple(row["teams"]))

    def _refusal(self, route: Route, came: Came) -> Answer | None:
        """Why this request is not served, if so: nobody is signed in, the role is wrong, or the form is not ours."""
        user = came.ask.user
        if route.needs is not None and user is None:
            following = came.target if route.method == "GET" else "/"
            return Redirect(f"{SIGN_IN}?next={quote(following, safe='')}", "Sign in to see this page.")
        if route.needs is not None and user is not None and not user.may(*route.needs):
            metrics.refused("console", "role")
            return exchange.trouble("You may not see this page", "Ask an administrator if you need to.", 403)
        if came.too_large:
            most = self._services.settings.body_limit // 2**20
            text = f"Nothing was saved: a page takes at most {most} MB. Go back, and send less at once."
            return exchange.trouble("That is too much at once", text, 413)
        if route.method == "POST" and not security.is_ours(came.headers, came.ask.form, came.ask.token, came.urls):
            metrics.refused("console", "form")
            return exchange.trouble(
                "This form is no longer good", "Go back, load the page again, and send it once more.", 403
            )
        return None

    def _respond(self, came: Came, answer: Answer) -> Response:
        if isinstance(answer, Redirect):
            return self._redirect(came, answer)
        if isinstance(answer, File):
            status, headers, body = served(answer, came.headers.get("range", ""))
            return Response(body, status, {**self._headers, **headers})
        header = came.headers.get("cookie", "")
        said = self._cookies.said(header, came.ask.token)
        html = rendering.render(answer.template, answer.values, frame(came.ask, answer, said))
        response = HTMLResponse(html, answer.status, {**self._headers, **answer.headers})
        if said:
            response.headers.append("set-cookie", self._cookies.set_said("", came.ask.token))
        if not came.had_token:
            response.headers.append("set-cookie", self._cookies.set_token(came.ask.token))
        return response

    def _redirect(self, came: Came, answer: Redirect) -> Response:
        token = came.ask.token if answer.session is None else answer.session or visitor()
        response = RedirectResponse(answer.to, 303, self._headers)
        if answer.session is not None or not came.had_token:
            response.headers.append("set-cookie", self._cookies.set_token(token))
        if answer.said:
            response.headers.append("set-cookie", self._cookies.set_said(answer.said, token))
        return response

    async def _no_such(self, request: Request, error: Exception) -> Response:
        """What is shown at an address that is none, or that does not take this method."""
        status = error.status_code if isinstance(error, HTTPException) else 404
        nothing = Route("GET", request.url.path, _nothing(status), needs=None)
        response = await apart(self._serve, nothing, self._came(request, b"", SentForm()))
        response.headers.update(getattr(error, "headers", None) or {})
        return response


def _nothing(status: int) -> Callable[[Ask], Page]:
    text = "Check the address, or start again from the first page."
    return lambda _: exchange.trouble("There is nothing here", text, status)


def _fault(error: Exception) -> Page:
    if isinstance(error, WriterError) or trouble(error) is not Trouble.ITEM:
        return exchange.trouble("The record cannot be reached", "Nothing was changed. Try again in a minute.", 503)
    if isinstance(error, BusyError):
        text = "Several drafts are being checked already. Try again in a minute: what you typed is still in the form."
        return exchange.trouble("Others are before you", text, 503)
    if isinstance(error, NoRulesetError):
        return exchange.trouble("No rules are live yet", "Start the engine, or publish a ruleset, first.", 503)
    text = "It has been noted. Try again, or tell an administrator."
    return exchange.trouble("Something went wrong here", text, 500)


async def _body(request: Request, limit: int) -> bytes | None:
    """The whole body; None as soon as it is over the limit."""
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > limit:
            return None
    return bytes(body)


async def _static(request: Request) -> Response:
    """A file that a page is made of; kept by browsers for good where its address says which one it is."""
    found = rendering.file(request.path_params["digest"], request.path_params["name"])
    if found is None:
        return Response(status_code=404)
    content, media_type, exact = found
    kept = {"Cache-Control": FOR_GOOD} if exact else {}
    return Response(content, media_type=media_type, headers=security.HEADERS | kept)
