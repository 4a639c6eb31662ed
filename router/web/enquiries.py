"""/api/v1/enquiries: what is open and whose it is, one with its history, and everything colleagues do with it."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Body, Depends, Header, HTTPException, Query
from sqlalchemy import Connection

from router import views
from router.acting import Ordered, UnknownEnquiryError, act
from router.apart import apart
from router.enquiry.actions import Actor, ForeignFilesError, NotYoursError, RefusedError
from router.enquiry.orders import Order
from router.references import normalise
from router.store import enquiries, people
from router.store.ids import new_id
from router.store.schema import enquiries as table
from router.web.access import Key, needs, reading
from router.web.parameters import PREFIX, WRITTEN, Before, Id, Limit, Tools, Wanted, problems
from router.web.shapes import EnquiryOut, EnquiryPage

api = APIRouter(prefix=f"{PREFIX}/enquiries", tags=["enquiries"])
NOT_FOUND = "There is no enquiry with this id or reference."


@api.get("", dependencies=[Depends(needs("read"))], responses=problems())
async def list_enquiries(
    services: Tools,
    team: Annotated[Wanted, Query(description="Only those that this team owns.")] = None,
    state: Annotated[Literal["open", "resolved"] | None, Query()] = None,
    customer: Annotated[Wanted, Query(description="Only those of this customer, by id.")] = None,
    before: Before = None,
    limit: Limit = 50,
) -> EnquiryPage:
    """Enquiries, newest first."""
    wanted = {"team": team, "state": state, "party": None if customer is None else people.party(customer)}
    where = [table.c[name] == value for name, value in wanted.items() if value is not None]
    ruleset = services.live.current().ruleset
    rows = await reading(services, lambda record: enquiries.page(record, where, before, limit))
    return EnquiryPage.model_validate(views.enquiries_of(rows, limit, ruleset))


@api.get("/{reference}", dependencies=[Depends(needs("read"))], responses=problems(404))
async def get_enquiry(reference: Id, services: Tools) -> EnquiryOut:
    """One enquiry by its id or its public reference: owner, contacts and history."""
    ruleset = services.live.current().ruleset

    def read(record: Connection) -> dict[str, Any] | None:
        found = _find(record, reference)
        return views.enquiry_in_full(record, found, ruleset) if found else None

    view = await reading(services, read)
    if view is None:
        raise HTTPException(404, NOT_FOUND)
    return EnquiryOut.model_validate(view)


@api.post("/{reference}/actions", responses=problems(400, 404, 409, 413))
async def act_on_enquiry(
    reference: Id,
    order: Annotated[Order, Body(discriminator="action")],
    services: Tools,
    key: Annotated[Key, Depends(needs("write"))],
    idempotency_key: Annotated[
        str | None,
        Header(max_length=100, pattern=WRITTEN, description="Your own id of the action: the same one is done once."),
    ] = None,
) -> EnquiryOut:
    """Do something with an enquiry, and get it as it is then. 409 says why it cannot be done as things stand."""
    found = await reading(services, lambda record: _find(record, reference))
    if found is None:
        raise HTTPException(404, NOT_FOUND)
    actor = Actor(f"key:{key['id']}", everywhere=True)
    ordered = Ordered(found["id"], order, actor, f"{key['id']}:{idempotency_key or new_id()}")
    try:
        await apart(act, services, ordered)
    except RefusedError as refusal:
        raise HTTPException(_status(refusal), str(refusal)) from None
    return await get_enquiry(found["id"], services)


def _status(refusal: RefusedError) -> int:
    match refusal:
        case NotYoursError():
            return 403
        case UnknownEnquiryError():
            return 404
        case ForeignFilesError():
            return 422
    return 409


def _find(record: Connection, reference: str) -> dict[str, Any] | None:
    written = normalise(reference)
    if written:
        return enquiries.by_reference(record, written)
    return next(iter(enquiries.get(record, [reference])), None)
