"""Who may use the API: keys with scopes, checked on every route that is declared to need one."""

from collections.abc import Callable, Coroutine
from typing import Annotated, Any

from fastapi import Depends, HTTPException
from fastapi.requests import HTTPConnection
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from router import metrics
from router.services import Services
from router.store import keys
from router.store.engine import begin_read

SCOPES = ("read", "write")
bearer = HTTPBearer(auto_error=False, description="An API key, made with `firstcontact keys create`.")

Key = dict[str, Any]


def services_of(connection: HTTPConnection) -> Services:
    """The services that this application was made with."""
    services: Services = connection.app.state.services
    return services


def needs(scope: str) -> Callable[..., Coroutine[Any, Any, Key]]:
    """A dependency that lets through only a key with this scope, and gives its row."""

    async def check(
        services: Annotated[Services, Depends(services_of)],
        credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(bearer)],
    ) -> Key:
        key = _find(services, credentials.credentials) if credentials else None
        if key is None:
            metrics.refused("api", "no-key" if credentials is None else "wrong-key")
            headers = {"WWW-Authenticate": "Bearer"}
            raise HTTPException(401, "Send a valid API key: Authorization: Bearer fck_…", headers)
        if scope not in key["scopes"]:
            metrics.refused("api", "scope")
            raise HTTPException(403, f"This key does not have the scope {scope}.")
        return key

    return check


def _find(services: Services, key: str) -> Key | None:
    with begin_read(services.record) as record:
        return keys.find(record, key)
