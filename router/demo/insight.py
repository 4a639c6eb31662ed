"""What a colleague learns that the engine could not know: what a contact was truly about, and so whose it is."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from channels.inbound import Kind
from router.demo.arrivals import Arrival
from router.demo.courses import Case
from router.demo.ledger import Ledger
from router.demo.people import Person
from router.live import LiveRuleset
from rules.decide import decide
from rules.model import Facts, FactValue, Priority

SPOKEN = ("phone", "reception", "visit")


@dataclass(frozen=True, slots=True)
class Insight:
    """Looks an enquiry up among what was planned."""

    ledger: Ledger
    live: LiveRuleset

    def case_of(self, view: Mapping[str, Any]) -> Case:
        """An enquiry as the API shows it, and what is truly the matter; what nobody planned is taken as it is shown."""
        first = view["contacts"][0]
        arrival = self.ledger.arrival_of(first["channel"], first["conversation"])
        team, shown = view["owner"]["key"], view["journey"]
        right = self._right_team(arrival, shown, team, first) if arrival else team
        return Case(
            team=team,
            right_team=right,
            journey=(arrival.journey if arrival else "") or shown or "",
            recognised=shown is not None,
            emergency=view["priority"] == Priority.EMERGENCY,
            spoken=first["channel"] in SPOKEN,
            at_hub=team == self.live.ruleset.landlord.fallback,
            from_nobody=arrival is not None and arrival.kind is not Kind.MESSAGE,
            unreached=arrival is not None and _unreached(arrival),
            moved=any(event["kind"] == "transferred" for event in view["history"]),
        )

    def _right_team(self, arrival: Arrival, shown: str | None, owner: str, first: Mapping[str, Any]) -> str:
        """Whose it is: its owner's where the engine saw what it is about, else whose the rules would make it."""
        if not arrival.journey or shown == arrival.journey or arrival.kind is not Kind.MESSAGE:
            return owner
        received = datetime.fromisoformat(first["received_at"])
        return decide(self.live.compiled, facts_of(arrival), received).team


def facts_of(arrival: Arrival) -> Facts:
    """What the rules may know of an arrival once a person has understood it."""
    person = arrival.about or arrival.person
    known = {"channel": arrival.channel, "kind": Kind.MESSAGE.value, "journey": arrival.journey}
    return {**known, "text": "\n".join(arrival.words), **(_customer(person) if person.known else {})}


def _customer(person: Person) -> dict[str, FactValue]:
    facts: dict[str, FactValue] = {
        "customer.adjustments": frozenset(person.adjustments),
        "customer.household": frozenset(person.household),
        "customer.vulnerabilities": frozenset(person.vulnerabilities),
        "customer.language": person.language,
    }
    return facts | ({"customer.tenure": person.tenure} if person.tenure else {})


def _unreached(arrival: Arrival) -> bool:
    return arrival.channel == "phone" and (bool(arrival.hangs_up) or arrival.leg != "completed")
