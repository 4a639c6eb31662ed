"""Who may use the API: keys with scopes, checked on every route that is declared to need one."""

from collections.abc import Callable, Coroutine
from typing import Annotated, Any, TypeVar

from fastapi import Depends, HTTPException
from fastapi.requests import HTTPConnection
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from sqlalchemy import Connection

from router import metrics
from router.apart import apart
from router.services import Services
from router.store import keys
from router.store.engine import begin_read

bearer = HTTPBearer(auto_error=False, description="An API key, made with `firstcontact keys create`.")

Key = dict[str, Any]
Read = TypeVar("Read")


def services_of(connection: HTTPConnection) -> Services:
    """The services that this application was made with."""
    services: Services = connection.app.state.services
    return services


async def reading(services: Services, read: Callable[[Connection], Read]) -> Read:
    """What `read` finds in the record, looked up beside the event loop: a record that is slow holds up nobody else."""

    def work() -> Read:
        with begin_read(services.record) as record:
            return read(record)

    return await apart(work)


def needs(scope: str) -> Callable[..., Coroutine[Any, Any, Key]]:
    """A dependency that lets through only a key with this scope, and gives its row."""

    async def check(
        services: Annotated[Services, Depends(services_of)],
        credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(bearer)],
    ) -> Key:
        sent = credentials.credentials if credentials else None
        key = await reading(services, lambda record: keys.find(record, sent)) if sent else None
        if key is None:
            metrics.refused("api", "wrong-key" if sent else "no-key")
            headers = {"WWW-Authenticate": "Bearer"}
            raise HTTPException(401, "Send a valid API key: Authorization: Bearer fck_…", headers)
        if scope not in key["scopes"]:
            metrics.refused("api", "scope")
            raise HTTPException(403, f"This key does not have the scope {scope}.")
        return key

    return check
