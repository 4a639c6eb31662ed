"""Whether a team is told of its work at an address from which contacts are taken: each would make another."""

from rules.landlord import Ruleset
from rules.nodes import quoted
from rules.reading import Reading


def check_loops(reading: Reading, ruleset: Ruleset) -> None:
    """Report a mailbox at which a team is told, and from which contacts are taken: each would make another."""
    for team in ruleset.teams.values():
        for address in dict.fromkeys(each.address for each in team.notify if each.address in ruleset.mailboxes):
            message = f"team {quoted(team.key)} is told at {quoted(address)}, and what comes there is a contact"
            reading.findings.error(team.mark, message, "tell it at a mailbox that is not one of `mailboxes`")
