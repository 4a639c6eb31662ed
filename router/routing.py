"""The straight line from a contact to its owner: the first module for a newcomer to read."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence

from sqlalchemy import Connection

from router import directory, handover, threads
from router.deciding import propose
from router.directory import Contact
from router.live import LiveRuleset
from router.recognising import Matter, recognise
from router.services import Services
from router.store import enquiries
from router.store.assign import Assigned, Fate, assign
from router.store.engine import begin_read
from router.tokens import keys_of

AT_ONCE = 100
"""How many decisions are written in one transaction, which has to be short: on SQLite nobody else writes meanwhile."""

TRIES = 3
"""How often a contact is decided again because another ruleset went live meanwhile, before it waits its turn."""


def route(services: Services, contacts: Sequence[Contact], beside: Callable[[], None] = lambda: None) -> list[Assigned]:
    """Decide whose each of these contacts is, and write it once; they are leased to the caller.

    Gives what became of each, in their order. Raises what the record raises: then those not written stay leased until
    their lease runs out, and are decided afterwards. `beside` is called just before decisions are handed to the writer,
    for whoever has something to write that is to be committed with them.
    """
    fates: dict[str, Assigned] = {}
    waiting = list(contacts)
    for _ in range(TRIES):
        fates |= _once(services, waiting, beside)
        waiting = [contact for contact in waiting if fates[contact["id"]].fate is Fate.STALE]
        if not waiting:
            break
        services.live.look()
    handover.notify(services, contacts, fates)
    return [fates[contact["id"]] for contact in contacts]


def _once(services: Services, contacts: Sequence[Contact], beside: Callable[[], None]) -> dict[str, Assigned]:
    live = services.live.current()
    with begin_read(services.record) as record:
        people = directory.identify(record, contacts)
        replies = threads.thread(record, contacts, live.ruleset, keys_of(services.settings))
        matters = [recognise(*each, live) for each in zip(contacts, people, replies, strict=True)]
        past = _past(record, matters, live)
    now, fates = services.clock(), []
    for start in range(0, len(matters), AT_ONCE):
        some = matters[start : start + AT_ONCE]
        proposals = [propose(matter, past[matter.contact["id"]], live, now) for matter in some]
        beside()
        # Waited for before the next are made, because two busy threads would only make the transaction longer.
        fates += services.writer.submit(assign, proposals).result()
    return {contact["id"]: fate for contact, fate in zip(contacts, fates, strict=True)}


def _past(record: Connection, matters: Sequence[Matter], live: LiveRuleset) -> dict[str, Mapping[str, int]]:
    """What the record knows of each contact's history: its party's open enquiries, and contacts on the same journey."""
    if not matters:
        return {}
    parties = {matter.who.party for matter in matters}
    since = live.repeats_since(min(matter.contact["received_at"] for matter in matters))
    opened = enquiries.open_counts(record, parties)
    repeats = Counter(enquiries.repeats(record, parties, since))
    past: dict[str, Mapping[str, int]] = {}
    for matter in matters:
        same = (matter.who.party, matter.journey or "")
        counts = {"open_enquiries": opened.get(matter.who.party, 0), "repeat_contacts": repeats[same] - _itself(matter)}
        past[matter.contact["id"]] = counts
        # Those behind it among these come after it, though none of them is written yet.
        repeats[same] += bool(matter.journey) and not _itself(matter)
    return past


def _itself(matter: Matter) -> bool:
    """Whether the contact is among its party's earlier ones, because it is decided again."""
    return (matter.contact["party"], matter.contact["journey"]) == (matter.who.party, matter.journey or "")
