"""Handover: what is said once a contact has its owner. What goes out to people waits in the outbox already."""

from collections.abc import Mapping, Sequence

from router import metrics
from router.directory import Contact
from router.logs import log
from router.services import Services
from router.store.assign import Assigned, Fate
from router.store.ids import time_of


def notify(services: Services, contacts: Sequence[Contact], fates: Mapping[str, Assigned]) -> None:
    """Log and count each decision that was written, with the time from receipt to owner."""
    now = services.clock()
    for contact in contacts:
        assigned = fates[contact["id"]]
        if assigned.fate is not Fate.WRITTEN or assigned.decision is None:
            log("contact.left", contact=contact["id"], reason=assigned.fate.value)
            continue
        decision = assigned.decision
        # Since it was stored: what a colleague wrote down later was received long before it came in here.
        seconds = (now - time_of(contact["id"])).total_seconds()
        metrics.contact_decided(contact["channel"], "fallback" if decision["trouble"] else decision["how"], seconds)
        log(
            "contact.routed",
            contact=contact["id"],
            enquiry=decision["enquiry_id"],
            team=decision["team"],
            rule=decision["rule"],
            ruleset=decision["ruleset_version"],
            ms=round(seconds * 1000),
        )
