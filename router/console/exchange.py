"""What a page's function is given and what it gives back; nothing here knows of HTTP, the record or templates."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Any, TypeVar

from sqlalchemy import Connection

from router.accounts import Role
from router.services import Services
from router.store.engine import begin_read
from rules.landlord import Ruleset

Read = TypeVar("Read")


@dataclass(frozen=True, slots=True)
class User:
    """Who is signed in."""

    id: str
    name: str
    email: str
    roles: frozenset[Role]
    teams: tuple[str, ...]

    @property
    def actor(self) -> str:
        """How the history names them."""
        return f"user:{self.id}"

    def may(self, *roles: Role) -> bool:
        """Whether they have one of these roles."""
        return not self.roles.isdisjoint(roles)


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that came with a form: the name that the browser gave it, and its bytes."""

    name: str
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Ask:
    """One request, once it is known who asks and that they may."""

    services: Services
    now: datetime
    path: str
    values: Mapping[str, str]
    """The parts of the address that a route names in braces."""
    query: Mapping[str, str]
    form: Mapping[str, tuple[str, ...]]
    token: str
    """The secret of this session, or of this visitor before there is one."""
    address: str
    """Where the request comes from: an IP address, or the network that failed tries count for."""
    user: User | None = None
    files: Mapping[str, tuple[Upload, ...]] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def person(self) -> User:
        """Who is signed in, on a page that needs somebody to be."""
        if self.user is None:
            raise LookupError("nobody is signed in, and the route does not need anybody to be")
        return self.user

    @property
    def ruleset(self) -> Ruleset:
        """The live ruleset."""
        return self.services.live.current().ruleset

    def read(self, read: Callable[[Connection], Read]) -> Read:
        """What `read` finds in the record, at one moment of it."""
        with begin_read(self.services.record) as record:
            return read(record)

    def given(self, name: str) -> str:
        """What was typed into a field of the form, without blanks around it; nothing where there is no such field."""
        return self.typed(name).strip()

    def typed(self, name: str) -> str:
        """The same with its blanks, as they may belong to a password."""
        return self.form.get(name, ("",))[0]

    def chosen(self, name: str) -> tuple[str, ...]:
        """What was ticked of a group of checkboxes."""
        return self.form.get(name, ())


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong with what was typed into a field, in words that say what to do."""

    field: str
    text: str


@dataclass(frozen=True, slots=True)
class Page:
    """A page to show: a template, the values to fill it with, and what is wrong with the form if anything is.

    `headers` stand in the place of those that every page has.
    """

    template: str
    values: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    problems: tuple[Problem, ...] = ()
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class File:
    """A file to play, or to keep where it is a download."""

    content: bytes = field(repr=False)
    media_type: str
    name: str
    download: bool = False


@dataclass(frozen=True, slots=True)
class Redirect:
    """Where to go now: the answer to every form that was taken.

    `said` is shown once on the page there. `session` is the token of a session to go on in; "" ends the present one.
    """

    to: str
    said: str = ""
    session: str | None = None


def trouble(heading: str, text: str, status: int) -> Page:
    """A page that says what cannot be shown or done, and what to do instead."""
    return Page("trouble.html", {"heading": heading, "text": text}, status=status)


Answer = Page | Redirect | File
View = Callable[[Ask], Answer]


class NotFoundError(Exception):
    """There is nothing at this address, or nothing any more; the text says what was looked for."""
