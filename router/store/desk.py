"""The enquiries that contacts may belong to, read and held together while it is settled which ones they join."""

from collections.abc import Collection
from dataclasses import dataclass, field

from sqlalchemy import Connection, and_, or_, select, text

from router.store.prepared import Prepared, among
from router.store.rows import Row
from router.store.schema import OPEN, enquiries

_OF_PARTIES = and_(among(enquiries.c.party, "parties"), text(OPEN))
_OF_IDS = among(enquiries.c.id, "ids")
# All in one statement and one order, and held, so that a colleague's order meanwhile waits or is seen here.
_BY_PARTY, _BY_EITHER = (
    Prepared(select(enquiries).where(which).order_by(enquiries.c.id).with_for_update())
    for which in (_OF_PARTIES, or_(_OF_PARTIES, _OF_IDS))
)


@dataclass(slots=True)
class Desk:
    """Enquiries as they are now, under the lock; of several open ones on one matter the oldest is the one to join."""

    by_id: dict[str, Row] = field(default_factory=dict)
    by_matter: dict[tuple[str, str], Row] = field(default_factory=dict)

    def add(self, row: Row) -> None:
        """Lay another enquiry on the desk; only an open one can be joined as the same matter."""
        self.by_id[row["id"]] = row
        if row["journey"] is not None and row["state"] == "open":
            self.by_matter.setdefault((row["party"], row["journey"]), row)


def enquiries_for(connection: Connection, parties: Collection[str], ids: Collection[str]) -> Desk:
    """The open enquiries of these parties, and those of these ids, open or not."""
    desk = Desk()
    if parties or ids:
        given = {"parties": list(parties)} | ({"ids": list(ids)} if ids else {})
        for row in (_BY_EITHER if ids else _BY_PARTY).rows(connection, **given):
            desk.add(row)
    return desk
