"""What the layout around every page shows: the landlord, the navigation, who is signed in, and what was just done."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from router.console import routes
from router.console.exchange import Ask, Page
from router.console.rendering import When
from router.console.security import FORM_TOKEN
from router.console.tokens import form_token
from router.live import NoRulesetError
from rules.landlord import Landlord

NOWHERE = "UTC"


@dataclass(frozen=True, slots=True)
class MenuItem:
    """A page in the navigation."""

    text: str
    href: str
    current: bool


def frame(ask: Ask, page: Page, said: str) -> dict[str, Any]:
    """The values that the layout and the components name."""
    landlord = _landlord(ask)
    return {
        "landlord": landlord.name if landlord else "",
        "menu": list(menu(ask)),
        "user": ask.user,
        "problems": page.problems,
        "said": said,
        "when": When(ask.now, landlord.zone if landlord else NOWHERE),
        "form_token_name": FORM_TOKEN,
        "form_token": form_token(ask.token),
    }


def menu(ask: Ask) -> Iterator[MenuItem]:
    """The pages that whoever is signed in may go to."""
    for route in routes.ROUTES:
        if route.menu and ask.user is not None and route.needs is not None and ask.user.may(*route.needs):
            inside = ask.path == route.path or ask.path.startswith(f"{route.path}/")
            yield MenuItem(route.menu, route.path, inside)


def _landlord(ask: Ask) -> Landlord | None:
    try:
        return ask.ruleset.landlord
    except (NoRulesetError, SQLAlchemyError):
        return None
