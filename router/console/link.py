"""One-time links: the first administrator makes an account, and everybody else chooses a password."""

from typing import Any

from router import accounts, logs
from router.accounts import Role
from router.console.exchange import Answer, Ask, Page, Problem, Redirect, trouble
from router.console.signing import begin_session
from router.store import users
from router.store.rows import Row

SPENT = (
    "It has been used already, it is more than three days old, or a newer one was made. Ask an administrator for a new"
    " one, or run “firstcontact users link” on the server."
)


def show(ask: Ask) -> Answer:
    """The form that a link leads to; looking at it does not use it up."""
    link = _link(ask)
    return _form(link["user"], ask) if link else _no_link()


def use(ask: Ask) -> Answer:
    """Use the link, and sign in who used it."""
    link = _link(ask)
    if link is None:
        return _no_link()
    user = link["user"] or {"email": ask.given("email"), "name": ask.given("name")}
    problems = (*(() if link["user"] else _problems_of(ask)), *password_problems(ask, user["email"], user["name"]))
    if problems:
        return _form(link["user"], ask, *problems)
    return _use(ask, None if link["user"] else _first_administrator(ask), user["email"])


def _use(ask: Ask, first: dict[str, Any] | None, email: str) -> Answer:
    password = accounts.hash_password(ask.typed("password"))
    use = users.Use(accounts.digest(ask.values["token"]), password, ask.now, first)
    user_id = ask.services.writer.submit(users.use_link, use).result()
    if user_id is None:
        return _no_link()
    logs.log("user.link-used", user=user_id)
    return Redirect("/", "Your password is set, and you are signed in.", session=begin_session(ask, user_id, email))


def password_problems(ask: Ask, *known: str) -> tuple[Problem, ...]:
    """What is wrong with a new password that was typed twice; `known` is what others know of its owner."""
    password = ask.typed("password")
    words = [*known, *(each.partition("@")[0] for each in known)]
    wrong = accounts.trouble_with(password, *(word for word in words if len(word) > 2))  # noqa: PLR2004 - not initials
    if wrong:
        return (Problem("password", wrong),)
    if not accounts.is_same(ask.typed("again"), password):
        return (Problem("again", "The two passwords must be the same"),)
    return ()


def _link(ask: Ask) -> dict[str, Any] | None:
    return ask.read(lambda record: users.link(record, accounts.digest(ask.values["token"]), ask.now))


def _first_administrator(ask: Ask) -> dict[str, Any]:
    email = accounts.email_of(ask.given("email")) or ""
    return accounts.new_user(email, ask.given("name"), Role, (), ask.now)


def _problems_of(ask: Ask) -> tuple[Problem, ...]:
    problems = [] if ask.given("name") else [Problem("name", "Enter your name")]
    if accounts.email_of(ask.given("email")) is None:
        problems.append(Problem("email", "Enter an email address, such as name@example.org"))
    return tuple(problems)


def _form(user: Row | None, ask: Ask, *problems: Problem) -> Page:
    values = {"of": user, "name": ask.given("name"), "email": ask.given("email"), "shortest": accounts.SHORTEST}
    return Page("link.html", values, problems, 422 if problems else 200)


def _no_link() -> Page:
    return trouble("This link is no longer good", SPENT, 404)
