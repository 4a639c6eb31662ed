"""One's own account: who one is here, and another password."""

from router import accounts, logs
from router.console.exchange import Answer, Ask, Page, Problem, Redirect
from router.console.link import password_problems
from router.console.signing import begin_session, throttled
from router.store import users


def show(ask: Ask) -> Answer:
    """The account of whoever is signed in."""
    return _page(ask)


def change_password(ask: Ask) -> Answer:
    """Set another password for who knows the present one; every other session of theirs ends."""
    user = ask.person
    held = throttled(ask, user.email)
    if held:
        return _page(ask, Problem("present", held), status=429)
    row = ask.read(lambda record: users.get(record, user.id)) or {}
    if not accounts.matches(ask.typed("present"), row.get("password_hash")):
        return _page(ask, Problem("present", "Enter your present password as it is"))
    problems = password_problems(ask, user.email, user.name)
    if problems:
        return _page(ask, *problems)
    values = {"password_hash": accounts.hash_password(ask.typed("password"))}
    change = users.UserChange(user.id, values, "user.password-set", user.actor, ask.now)
    ask.services.writer.submit(users.change, change).result()
    logs.log("user.password-set", user=user.id)
    return Redirect(ask.path.rpartition("/")[0], "Your password is changed.", begin_session(ask, user.id, user.email))


def _page(ask: Ask, *problems: Problem, status: int = 422) -> Page:
    teams = ask.ruleset.teams
    values = {
        "roles": sorted(ask.person.roles),
        "teams": [teams[key].name if key in teams else key for key in ask.person.teams],
        "shortest": accounts.SHORTEST,
    }
    return Page("account.html", values, problems, status if problems else 200)
