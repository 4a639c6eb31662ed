"""What a contact is about, as far as that is known before it is decided: from whom, in reply to what, which journey."""

from dataclasses import dataclass

from router import facts as fact
from router.directory import Contact, Who, is_doubted
from router.enquiry.happenings import MACHINES
from router.live import LiveRuleset
from router.threads import Thread
from rules.model import Facts
from rules.recognised import with_journey


@dataclass(frozen=True, slots=True)
class Matter:
    """A contact on its way to a decision: who it is from, what it replies to, and what is known of it by itself."""

    contact: Contact
    who: Who
    thread: Thread
    facts: Facts

    @property
    def journey(self) -> str | None:
        """What it is about, as far as that is known."""
        journey = self.facts.get("journey")
        return journey if isinstance(journey, str) else None

    @property
    def by_machine(self) -> bool:
        """Whether no person wrote any of it."""
        return self.facts["kind"] in MACHINES

    @property
    def doubted(self) -> bool:
        """Whether our mail server found that somebody else may have sent it than it says."""
        return is_doubted(self.contact)


def recognise(contact: Contact, who: Who, thread: Thread, live: LiveRuleset) -> Matter:
    """Say what a contact is about: as given, else by its words, else by the way in, else not known."""
    facts = fact.facts_of(contact, who, live.ruleset)
    return Matter(contact, who, thread, with_journey(facts, live.ruleset, live.recogniser))
