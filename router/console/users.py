"""The people who may sign in, for administrators: who they are, what they may do, and links to let them in."""

from typing import Any

from router import accounts, logs
from router.accounts import Role
from router.console.exchange import Answer, Ask, NotFoundError, Page, Problem, Redirect
from router.store import sessions, users
from router.store.rows import Row
from rules.landlord import Ruleset

ROOT = "/users"
ROLES = {
    Role.COLLEAGUE: ("Colleague", "works through the queues of their teams"),
    Role.SUPERVISOR: ("Supervisor", "sees every team, the figures and the rules"),
    Role.ADMINISTRATOR: ("Administrator", "adds people and says what they may do"),
}


def show(ask: Ask) -> Answer:
    """Everybody who may or once might sign in."""
    rows = ask.read(users.every)
    return Page("users.html", {"people": [person(row, ask.ruleset) for row in rows]})


def new(ask: Ask) -> Answer:
    """The form to add somebody by."""
    return _form(ask, "user_new.html", accounts.new_user("", "", [Role.COLLEAGUE], (), ask.now))


def add(ask: Ask) -> Answer:
    """Add somebody, who chooses a password by the link that is shown."""
    email = accounts.email_of(ask.given("email"))
    user = _typed(ask, accounts.new_user(email or ask.given("email"), "", (), (), ask.now))
    problems = _problems(user)
    if email is None:
        problems = (Problem("email", "Enter an email address, such as name@example.org"), *problems)
    if problems:
        return _form(ask, "user_new.html", user, *problems)
    url, link = accounts.new_link(ask.services.settings, user["id"], ask.now)
    newcomer = users.Newcomer(user, link, ask.person.actor)
    if not ask.services.writer.submit(users.add, newcomer).result():
        return _form(ask, "user_new.html", user, Problem("email", "There is somebody with this email address already"))
    logs.log("user.added", user=user["id"])
    return Redirect(f"{ROOT}/{user['id']}", _handed_out(user["name"], url))


def one(ask: Ask) -> Answer:
    """One person, and what may be changed about them."""
    return _form(ask, "user.html", _found(ask))


def change(ask: Ask) -> Answer:
    """Change somebody's name, roles and teams, which holds from their next page on."""
    before = _found(ask)
    user = _typed(ask, before)
    problems = _problems(user)
    if user["id"] == ask.person.id and Role.ADMINISTRATOR not in user["roles"]:
        problems = (*problems, Problem("roles", "You cannot stop being an administrator yourself: ask another one"))
    if problems:
        return _form(ask, "user.html", user, *problems)
    values = {name: user[name] for name in ("name", "roles", "teams")}
    _submit(ask, user, values, "user.changed")
    return Redirect(f"{ROOT}/{user['id']}", "The changes are saved.")


def make_link(ask: Ask) -> Answer:
    """Make a link by which somebody chooses a new password, and let them try again at once."""
    user = _found(ask)
    url, row = accounts.new_link(ask.services.settings, user["id"], ask.now)
    ask.services.writer.submit(users.add_link, row).result()
    ask.services.writer.submit(sessions.forgive, accounts.account_of(user["email"])).result()
    logs.log("user.link-made", user=user["id"])
    return Redirect(f"{ROOT}/{user['id']}", _handed_out(user["name"], url))


def disable(ask: Ask) -> Answer:
    """Disable somebody, which ends their sessions at once, or let them in again."""
    user, disabling = _found(ask), ask.given("disabled") == "yes"
    if user["id"] == ask.person.id:
        return _form(ask, "user.html", user, Problem("disabled", "You cannot disable yourself: ask another one"))
    values = {"disabled_at": ask.now if disabling else None}
    _submit(ask, user, values, "user.disabled" if disabling else "user.enabled")
    return Redirect(f"{ROOT}/{user['id']}", "They cannot sign in any more." if disabling else "They can sign in again.")


def person(row: Row, ruleset: Ruleset) -> dict[str, Any]:
    """Somebody as the list shows them."""
    return {
        "id": row["id"],
        "name": row["name"],
        "email": row["email"],
        "roles": [ROLES[role][0] for role in Role if role in row["roles"]],
        "teams": [ruleset.teams[key].name if key in ruleset.teams else key for key in row["teams"]],
        "state": "disabled" if row["disabled_at"] else "active" if row["password_hash"] else "invited",
        "since": row["disabled_at"] or row["created_at"],
    }


def _found(ask: Ask) -> dict[str, Any]:
    user = ask.read(lambda record: users.get(record, ask.values["id"]))
    if user is None:
        raise NotFoundError("There is nobody with this id.")
    return user


def _typed(ask: Ask, before: dict[str, Any]) -> dict[str, Any]:
    """Somebody as the form says they are to be; roles and teams that there are not are left out."""
    known = ask.ruleset.teams
    return before | {
        "name": ask.given("name"),
        "roles": sorted({Role(key) for key in ask.chosen("roles") if key in set(Role)}),
        "teams": sorted({key for key in ask.chosen("teams") if key in known}),
    }


def _problems(user: Row) -> tuple[Problem, ...]:
    problems = [] if user["name"] else [Problem("name", "Enter their name")]
    if not user["roles"]:
        problems.append(Problem("roles", "Choose at least one role"))
    if user["roles"] == [Role.COLLEAGUE] and not user["teams"]:
        problems.append(Problem("teams", "Choose at least one team for a colleague to work in"))
    return tuple(problems)


def _submit(ask: Ask, user: Row, values: dict[str, Any], kind: str) -> None:
    change = users.UserChange(user["id"], values, kind, ask.person.actor, ask.now)
    ask.services.writer.submit(users.change, change).result()
    logs.log(kind, user=user["id"])


def _handed_out(name: str, url: str) -> str:
    return f"Give {name} this link, which is shown only now and works once, within three days: {url}"


def _form(ask: Ask, template: str, user: Row, *problems: Problem) -> Page:
    values = {
        "person": person(user, ask.ruleset),
        "chosen": user,
        "roles": [(role.value, f"{name}: {does}") for role, (name, does) in ROLES.items()],
        "teams": [(team.key, team.name) for team in ask.ruleset.teams.values()],
        "myself": user["id"] == ask.person.id,
    }
    return Page(template, values, problems, 422 if problems else 200)
