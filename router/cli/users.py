"""`firstcontact users`: the people who sign in to the web pages, added, listed, changed and let in by links."""

from collections.abc import Sequence
from typing import Annotated, Any

import typer

from router import accounts
from router.accounts import Role
from router.cli.output import JSON, USED_WRONGLY, complain, forgiving, give_up, lines, say, table
from router.cli.setting_up import live_or_configured, opened
from router.services import Services
from router.store import sessions, users
from router.store.engine import begin_read
from router.store.rows import Row
from router.views import time
from rules.landlord import Ruleset

app = typer.Typer(help="People who sign in to the web pages.", no_args_is_help=True, add_completion=False)

ACTOR = "command"
EMAIL = typer.Argument(help="Their email address.")
ROLE = typer.Option(help="colleague, supervisor or administrator; more than one may be given.")
TEAM = typer.Option(help="The key of a team whose queue they work through; more than one may be given.")


@app.command(name="list")
@forgiving
def list_users(*, as_json: Annotated[bool, JSON] = False) -> None:
    """List everybody, with roles and teams.

    Example: firstcontact users list --json
    """
    with opened() as services, begin_read(services.record) as record:
        rows = users.every(record)
    if as_json:
        return lines(_shown(row) for row in rows)
    return table(
        ("email", "name", "roles", "teams", "state"),
        [(row["email"], row["name"], " ".join(row["roles"]), " ".join(row["teams"]), _state(row)) for row in rows],
    )


@app.command()
@forgiving
def add(
    email: Annotated[str, EMAIL],
    name: Annotated[str, typer.Argument(help="Their name, as colleagues know it.")],
    role: Annotated[list[Role] | None, ROLE] = None,
    team: Annotated[list[str] | None, TEAM] = None,
) -> None:
    """Add somebody, and print the link by which they choose a password; it is shown this once. A colleague unless told.

    Example: firstcontact users add sam@harbour-row.example "Sam Reed" --team repairs
    """
    address = accounts.email_of(email)
    if address is None:
        give_up(f"{email} is not an email address.", USED_WRONGLY)
    with opened() as services:
        _check_teams(team or (), live_or_configured(services).ruleset)
        user = accounts.new_user(address, name, role or [Role.COLLEAGUE], team or (), services.clock())
        url, link = accounts.new_link(services.settings, user["id"], services.clock())
        if not services.writer.submit(users.add, users.Newcomer(user, link, ACTOR)).result():
            give_up(f"There is somebody with the address {address} already.")
    _show_link(url)


@app.command()
@forgiving
def link(email: Annotated[str, typer.Argument(help="Whose; nobody's for the first administrator.")] = "") -> None:
    """Print a new link to choose a password by: for somebody, or while there is nobody for the first administrator.

    Example: firstcontact users link sam@harbour-row.example
    """
    with opened() as services:
        user = _known(services, email) if email else None
        if user is None:
            _require_nobody(services)
        url, row = accounts.new_link(services.settings, user["id"] if user else None, services.clock())
        services.writer.submit(users.add_link, row).result()
        if user is not None:
            services.writer.submit(sessions.forgive, accounts.account_of(user["email"])).result()
    _show_link(url)


@app.command()
@forgiving
def change(
    email: Annotated[str, EMAIL],
    name: Annotated[str, typer.Option(help="Another name.")] = "",
    role: Annotated[list[Role] | None, ROLE] = None,
    team: Annotated[list[str] | None, TEAM] = None,
) -> None:
    """Give somebody another name, or these roles or teams in place of those they have.

    Example: firstcontact users change sam@harbour-row.example --role supervisor
    """
    given = {"name": name, "roles": sorted(role or ()), "teams": sorted(team or ())}
    values = {key: value for key, value in given.items() if value}
    if not values:
        give_up("Say what to change: --name, --role or --team.", USED_WRONGLY)
    with opened() as services:
        _check_teams(team or (), live_or_configured(services).ruleset)
        _change(services, email, values, "user.changed")
    say("Changed.")


@app.command()
@forgiving
def disable(email: Annotated[str, EMAIL]) -> None:
    """Disable somebody: they are signed out at once, and cannot sign in any more.

    Example: firstcontact users disable sam@harbour-row.example
    """
    with opened() as services:
        _change(services, email, {"disabled_at": services.clock()}, "user.disabled")
    say("Disabled.")


@app.command()
@forgiving
def enable(email: Annotated[str, EMAIL]) -> None:
    """Let somebody sign in again who was disabled.

    Example: firstcontact users enable sam@harbour-row.example
    """
    with opened() as services:
        _change(services, email, {"disabled_at": None}, "user.enabled")
    say("Enabled.")


def _known(services: Services, email: str) -> dict[str, Any]:
    with begin_read(services.record) as record:
        user = users.by_email(record, accounts.email_of(email) or email)
    if user is None:
        give_up(f"There is nobody with the address {email}.")
    return user


def _change(services: Services, email: str, values: dict[str, Any], kind: str) -> None:
    change = users.UserChange(_known(services, email)["id"], values, kind, ACTOR, services.clock())
    services.writer.submit(users.change, change).result()


def _require_nobody(services: Services) -> None:
    with begin_read(services.record) as record:
        somebody = users.any_at_all(record)
    if somebody:
        give_up("There are users already: say whose link it is to be, by their email address.", USED_WRONGLY)


def _check_teams(keys: Sequence[str], ruleset: Ruleset) -> None:
    for key in keys:
        if key not in ruleset.teams:
            give_up(f"--team: there is no {key}; there are {', '.join(ruleset.teams)}.", USED_WRONGLY)


def _show_link(url: str) -> None:
    complain("Open this link within three days, once, to choose a password:")
    say(url)


def _shown(row: Row) -> dict[str, Any]:
    kept = ("id", "email", "name", "roles", "teams")
    return {key: row[key] for key in kept} | {"state": _state(row), "created_at": time(row["created_at"])}


def _state(row: Row) -> str:
    return "disabled" if row["disabled_at"] else "active" if row["password_hash"] else "invited"
