"""What storing a text brings with it: words that are obeyed, pieces that belong together, files to fetch afterwards."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection, delete, select
from sqlalchemy.dialects import postgresql, sqlite

from channels.inbound import Kind, PointKind
from channels.names import SMS, TEXTS
from channels.pieces import CONTINUES, WINDOW
from channels.receipts import Closing
from channels.text_words import Word
from router.store import closed
from router.store.bulk import insert_rows
from router.store.ids import new_id
from router.store.prepared import Prepared, among
from router.store.rows import Row
from router.store.schema import contacts, media, parts, pieces

MOST_MEDIA: Final = 10
WAITING: Final = "waiting"
_BRINGING: Final = frozenset({"word", CONTINUES, *(f"media_{position}_url" for position in range(MOST_MEDIA))})
"""The facts of a text with which it brings more than itself."""

KEPT: Final = timedelta(days=2)
"""For how long it is known which pieces belonged together, as the provider may send one again."""


class Between(NamedTuple):
    """Whose pieces may belong together: one sender's, sent to one number of one account."""

    account: str
    sender: str
    recipient: str


Stored = tuple[Row, Row]
"""The rows of a contact and of its part, as they are to be stored."""

_BY_SID = Prepared(
    select(parts.c.event, contacts.c.account, contacts.c.conversation)
    .join(contacts, contacts.c.id == parts.c.contact_id)
    .where(among(parts.c.event, "wanted"), parts.c.channel == SMS)
)

_OPEN = Prepared(
    select(pieces).where(
        among(pieces.c.account, "accounts"),  # without it there is no index to find them by
        among(pieces.c.sender, "senders"),
    )
)


def prepare(connection: Connection, arrivals: Sequence[Stored]) -> None:
    """Before texts are stored: say of each piece which contact it belongs to, and of a YES whether it starts texts."""
    texts = [(contact, part) for contact, part in arrivals if contact["channel"] in TEXTS]
    if not texts:
        return
    _join_pieces(connection, [each for each in texts if each[0]["channel"] == SMS])
    for contact, part in texts:
        if part["facts"].get("word") == Word.YES and closed.is_closed(connection, _way(contact), Closing.OPTED_OUT):
            contact["kind"] = part["kind"] = Kind.KEYWORD.value


def follow_up(connection: Connection, arrivals: Sequence[Stored]) -> None:
    """After texts were stored for the first time: obey their words, remember pieces, and have their files fetched."""
    texts = [(contact, part) for contact, part in arrivals if contact["channel"] in TEXTS and brings_more(part)]
    for contact, part in texts:
        if part["facts"].get("word"):
            _obey(connection, contact, part)
    for contact, part in texts:
        if CONTINUES in part["facts"]:
            _remember(connection, contact, part, part["received_at"] + WINDOW)
        elif contact["channel"] == SMS and part["event"]:
            _remember(connection, contact, part, part["received_at"])  # the last piece: nothing belongs to it after
    insert_rows(connection, media, [row for each in texts for row in _files(each[1])], only_new=True)


def brings_more(part: Mapping[str, Any]) -> bool:
    """Whether a text is a piece of another, or brings more than itself: a word that is obeyed, files, or a next one."""
    return part["event"] is not None or not part["facts"].keys().isdisjoint(_BRINGING)


def _join_pieces(connection: Connection, texts: Sequence[Stored]) -> None:
    """Give a text that goes on another its contact: where it is stored already, or that of the piece it follows.

    Its own id becomes the part's event, so that it is once only there too.
    """
    waiting = _waiting(connection, texts)
    if not waiting and not any(brings_more(part) for _, part in texts):
        return
    # Only somebody of whom a piece came lately can send one again: of all others nothing is looked up.
    again = [contact["conversation"] for contact, _ in texts if _between(contact) in waiting]
    found_again = _BY_SID.rows(connection, wanted=again) if again else []
    known = {(row["account"], row["event"]): row["conversation"] for row in found_again}
    for contact, part in texts:
        own = contact["conversation"]
        found, until = waiting.get(_between(contact), ("", None))
        at: datetime = part["received_at"]
        follows = until is not None and until - WINDOW <= at <= until and found != own and "word" not in part["facts"]
        home = known.get((contact["account"], own)) or (found if follows else own)
        if home != own:
            contact["conversation"], part["event"] = home, own
        if CONTINUES in part["facts"]:
            waiting[_between(contact)] = (home, at + WINDOW)
        elif follows:
            del waiting[_between(contact)]


def _waiting(connection: Connection, texts: Sequence[Stored]) -> dict[Between, tuple[str, datetime]]:
    """To which contact the last piece of each of these senders belongs, and until when what follows does too."""
    accounts, senders = ({contact[name] for contact, _ in texts} for name in ("account", "sender_value"))
    return {
        Between(row["account"], row["sender"], row["recipient"]): (row["conversation"], row["until"])
        for row in _OPEN.rows(connection, accounts=list(accounts), senders=list(senders))
    }


def _remember(connection: Connection, contact: Row, part: Row, until: datetime) -> None:
    """Keep until when, and to which contact, what follows a piece belongs; of those of long ago nothing is kept."""
    connection.execute(delete(pieces).where(pieces.c.until < part["received_at"] - KEPT))
    row = _between(contact)._asdict()
    late = {"conversation": contact["conversation"], "until": until}
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    key = [pieces.c.account, pieces.c.sender, pieces.c.recipient]
    statement = dialect.insert(pieces).values(row | late)
    connection.execute(statement.on_conflict_do_update(index_elements=key, set_=late))


def _between(contact: Row) -> Between:
    recipients = contact["recipients"]
    return Between(contact["account"], contact["sender_value"], recipients[0].get("value", "") if recipients else "")


def _way(contact: Row) -> closed.Way:
    return contact["channel"], contact["sender_value"]


def _obey(connection: Connection, contact: Row, part: Row) -> None:
    word, at = part["facts"]["word"], part["received_at"]
    if contact["sender"]["kind"] != PointKind.PHONE:
        return
    if word == Word.STOP:
        row = {"channel": contact["channel"], "value": contact["sender_value"], "why": Closing.OPTED_OUT.value}
        said = {"since": at, "status": part["text"][:40], "intent_id": None, "contact_id": part["contact_id"]}
        closed.close(connection, [row | said], "customer")
    elif part["kind"] == Kind.KEYWORD:
        closed.reopen(connection, _way(contact), Closing.OPTED_OUT, at, contact_id=part["contact_id"], actor="customer")


def _files(part: Row) -> list[Row]:
    facts = part["facts"]
    return [
        {
            "id": new_id(),
            "part_id": part["id"],
            "contact_id": part["contact_id"],
            "position": position,
            "url": facts[f"media_{position}_url"],
            "media_type": facts.get(f"media_{position}_type", ""),
            "state": WAITING,
            "attempts": 0,
            "not_before": part["received_at"],
            "trouble": None,
        }
        for position in range(MOST_MEDIA)
        if f"media_{position}_url" in facts
    ]
