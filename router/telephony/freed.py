"""A telephone has become free: whoever is next for it is fetched out of the queue, or called back, at once."""

from collections.abc import Iterable

from router import logs
from router.live import LiveRuleset
from router.services import Services
from router.store import callbacks
from router.store import waiting as store
from router.store.engine import begin_read
from router.store.rows import Row
from router.telephony import ringing
from router.telephony.moving import beside, can_move, send
from router.telephony.placing import AGAIN
from router.telephony.waiting import seen_since


def fetch_next(services: Services, phones: Iterable[str], live: LiveRuleset) -> None:
    """Fetch whoever is next for each of these telephones, beside what goes on: nobody waits for it.

    It is a help and no more: who is not fetched has their turn when they next ask.
    """
    if not services.settings.twilio_account_sid:
        return
    for phone in phones:
        beside(_fetch, services, phone, live)


def _fetch(services: Services, phone: str, live: LiveRuleset) -> None:
    try:
        row = _next_for(services, phone, live)
        if row is not None and row["away"]:
            _call_back(services, row)
        elif row is not None and can_move(services, row):
            send(services, row["call"], AGAIN)
    except Exception as error:  # noqa: BLE001 - the caller is asked again at their next announcement
        logs.failed("call.not-fetched", error)


def _next_for(services: Services, phone: str, live: LiveRuleset) -> Row | None:
    """Whoever of all that may use a telephone has waited longest of the most urgent."""
    now = services.clock()
    teams = [team.key for team in live.ruleset.teams.values() if phone in {each.address for each in team.telephones}]
    with begin_read(services.record) as record:
        rows = [store.first(record, team, phone, now, seen_since(live, now)) for team in teams]
    waiting = [row for row in rows if row is not None]
    return min(waiting, key=lambda row: (row["rank"], row["since"], row["contact_id"]), default=None)


def _call_back(services: Services, row: Row) -> None:
    """Ring whoever is next and has hung up to be called back."""
    with begin_read(services.record) as record:
        owed = callbacks.going(record, row["contact_id"])
    if owed is not None and ringing.is_set_up(services.settings):
        ringing.ring(services, owed, row)
