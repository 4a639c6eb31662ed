"""References that customers quote: worth a link that a colleague makes with one press, and proof of nothing."""

from collections.abc import Iterable, Sequence

from sqlalchemy import Connection

from router.console import words
from router.references import mentioned
from router.store import enquiries
from router.store.ids import new_id
from router.store.rows import Row
from rules.landlord import Ruleset


def find(record: Connection, contacts: Iterable[Row], but: Iterable[str]) -> Sequence[Row]:
    """The enquiries whose references these contacts quote (each with its `parts`), but for some by their ids."""
    said = [part for contact in contacts for part in contact["parts"] if not part["outgoing"]]
    quoted = dict.fromkeys(each for part in said for each in mentioned(f"{part['subject']}\n{part['text']}"))
    left_out = set(but)
    ids = [id_ for id_ in enquiries.by_references(record, quoted).values() if id_ not in left_out]
    return enquiries.get(record, ids)


def view(rows: Sequence[Row], ruleset: Ruleset, reference: str) -> list[dict[str, str]]:
    """What a page shows of them, and the form by which the enquiry of this reference is linked ("" for none)."""
    return [
        {
            "reference": row["reference"],
            "what": words.journey(row["journey"], ruleset),
            "action": f"/enquiries/{reference}/actions/link" if reference else "",
            "key": new_id(),
        }
        for row in rows
    ]
