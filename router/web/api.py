"""/api/v1: contacts written down by portal, reception or another system, and everything that is known of them."""

from datetime import UTC, datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, HTTPException, Query, Request, Response
from starlette.requests import ClientDisconnect

from channels.adapter import Malformed
from channels.direct import ADAPTER
from channels.inbound import Inbound
from channels.numbers import REGION
from router import intake, metrics, views
from router.services import Services
from router.store import contacts
from router.store.schema import contacts as table
from router.store.trouble import OverloadedError, UnavailableError
from router.web.access import Key, needs, reading
from router.web.parameters import PREFIX, Before, Id, Limit, Tools, Wanted, problems
from router.web.shapes import CONTACT_IN, ContactOut, ContactPage, Stored

EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)

api = APIRouter(prefix=PREFIX)


@api.post(
    "/contacts",
    status_code=201,
    tags=["contacts"],
    responses={200: {"model": Stored, "description": "It was stored before."}, **problems(400, 413)},
    openapi_extra={"requestBody": {"required": True, "content": {"application/json": {"schema": CONTACT_IN}}}},
)
async def add_contact(
    request: Request, response: Response, services: Tools, key: Annotated[Key, Depends(needs("write"))]
) -> Stored:
    """Store one contact. Answers 201 once it is on disk, 200 where the same `reference` was stored before."""
    inbound = _read(await _body(request), key["id"], services)
    try:
        accepted = await intake.accept(services, inbound)
    except (UnavailableError, OverloadedError):
        raise HTTPException(503, "The contact could not be stored. Send it again.", {"Retry-After": "5"}) from None
    response.status_code = 200 if accepted.repeated else 201
    response.headers["Location"] = f"{api.prefix}/contacts/{accepted.contact_id}"
    return Stored(id=accepted.contact_id, part=accepted.part_id, repeated=accepted.repeated, state=accepted.state)


async def _body(request: Request) -> bytes:
    try:
        return await request.body()
    except ClientDisconnect:
        raise HTTPException(400, "The request ended before it was whole.") from None


def _read(body: bytes, account: str, services: Services) -> Inbound:
    ruleset = services.live.current().ruleset
    try:
        inbound = ADAPTER.parse(body, account, services.clock(), ruleset.landlord.country or REGION)
    except Malformed as problem:
        metrics.refused("api", "malformed")
        raise HTTPException(problem.status, str(problem)) from None
    if inbound.received_at < EARLIEST:
        raise HTTPException(422, f"received_at is before {EARLIEST.year}, and no clock of ours goes back that far")
    if inbound.channel not in ruleset.channels:
        raise HTTPException(422, f"channel is not one of {', '.join(sorted(ruleset.channels))}")
    return inbound


@api.get("/contacts", tags=["contacts"], dependencies=[Depends(needs("read"))], responses=problems())
async def list_contacts(
    services: Tools,
    team: Annotated[Wanted, Query(description="Only those that this team owns.")] = None,
    state: Annotated[Literal["in-progress", "waiting", "decided", "set-aside"] | None, Query()] = None,
    channel: Annotated[Wanted, Query(description="Only those of this channel.")] = None,
    conversation: Annotated[Wanted, Query(description="The provider's id: a message sid, a call sid.")] = None,
    before: Before = None,
    limit: Limit = 50,
) -> ContactPage:
    """Contacts, newest first."""
    wanted = {"team": team, "conversation": conversation}
    where = [table.c[name] == value for name, value in wanted.items() if value is not None]
    where += contacts.in_state(state) if state else []
    where += contacts.of_channel(channel) if channel is not None else []
    ruleset = services.live.current().ruleset
    rows = await reading(services, lambda record: contacts.page(record, where, before, limit))
    return ContactPage.model_validate(views.contacts_of(rows, limit, ruleset))


@api.get("/contacts/{contact_id}", tags=["contacts"], dependencies=[Depends(needs("read"))], responses=problems(404))
async def get_contact(contact_id: Id, services: Tools) -> ContactOut:
    """One contact: what was said, who owns it, and why, in plain words."""
    live = services.live.current()
    view = await reading(services, lambda record: views.contact_in_full(record, contact_id, live))
    if view is None:
        raise HTTPException(404, "There is no contact with this id.")
    return ContactOut.model_validate(view)
