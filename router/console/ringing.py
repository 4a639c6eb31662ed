"""Having the customer of an enquiry rung from its page: on which telephone the colleague wants to be rung first."""

from collections.abc import Iterator
from typing import Any

from channels.numbers import spoken
from router import logs
from router.accounts import Role
from router.console.acting import Found, actor_of, enquiry_of
from router.console.exchange import Answer, Ask, Page, Problem, Redirect, User
from router.enquiry.state import State
from router.live import LiveRuleset
from router.store.ids import new_id
from router.telephony import clicking
from router.telephony.ringing import is_set_up
from rules.landlord import Phone, Ruleset

PLACE = "ring"


def href(ask: Ask, state: State, reference: str) -> str:
    """Where the customer of an enquiry is rung from; "" where this colleague cannot have them rung."""
    able = is_set_up(ask.services.settings) and state.is_open and any(_phones(ask.ruleset, ask.person, state))
    return f"/enquiries/{reference}/{PLACE}" if able else ""


def show(ask: Ask) -> Answer:
    """Who is rung, and the telephones to choose from."""
    return _page(ask, enquiry_of(ask))


def ring(ask: Ask) -> Answer:
    """Ring the colleague's telephone; the customer is rung once they have taken it."""
    found = enquiry_of(ask)
    phones = {phone.address: (team, phone) for team, phone in _phones(ask.ruleset, ask.person, found.state)}
    chosen = phones.get(ask.given("phone"))
    if chosen is None:
        return _page(ask, found, Problem("phone", "Choose the telephone on which you want to be rung"))
    if not is_set_up(ask.services.settings):
        return _page(ask, found, Problem("phone", "Calls cannot be made from here: ring the customer yourself"))
    team, phone = chosen
    key = ask.given("key") or new_id()
    wanted = clicking.RingOrder(found.row["id"], phone, team, actor_of(ask.person).name, key[:26])
    if why := clicking.ring(ask.services, wanted):
        return _page(ask, found, Problem("phone", why))
    logs.log("call.clicked", user=ask.person.id, enquiry=found.row["id"])
    return Redirect(found.address, "Your telephone rings. The customer is rung once you have answered.")


def _page(ask: Ask, found: Found, *problems: Problem) -> Page:
    live = ask.services.live.current()
    values = {
        "reference": found.row["reference"],
        "back": found.address,
        "action": f"{found.address}/{PLACE}",
        "key": new_id(),
        "number": _number(ask, found, live),
        "phones": [(phone.address, _named(ask.ruleset, team, phone)) for team, phone in _all(ask, found)],
        "chosen": ask.given("phone"),
    }
    return Page("ring.html", values, problems, 422 if problems else 200)


def _number(ask: Ask, found: Found, live: LiveRuleset) -> str:
    known = ask.read(lambda record: clicking.number_of(record, found.row["id"], live))
    return spoken(known[1]) if known else ""


def _all(ask: Ask, found: Found) -> list[tuple[str, Phone]]:
    return list(_phones(ask.ruleset, ask.person, found.state))


def _phones(ruleset: Ruleset, user: User, state: State) -> Iterator[tuple[str, Phone]]:
    """The telephones of the teams that the colleague acts for and that have to do with the enquiry."""
    involved = (state.team, *state.also, *state.told)
    own = [key for key in involved if key in user.teams or user.may(Role.SUPERVISOR)]
    for key in dict.fromkeys(own):
        team = ruleset.teams.get(key)
        yield from ((key, phone) for phone in (team.telephones if team else ()))


def _named(ruleset: Ruleset, team: str, phone: Phone) -> str:
    where: Any = spoken(phone.address) if phone.address.startswith("+") else phone.address
    return f"{ruleset.teams[team].name}: {where}"
