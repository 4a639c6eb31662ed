"""The first page: where to go, for whoever opens the server's own address."""

from router.accounts import Role
from router.console.exchange import Answer, Ask, Page, Redirect


def show(ask: Ask) -> Answer:
    """Lead on whoever is signed in to their work; show everybody else the doors."""
    if ask.user is None:
        return Page("home.html")
    return Redirect("/queue" if ask.user.may(Role.COLLEAGUE, Role.SUPERVISOR) else "/users")
