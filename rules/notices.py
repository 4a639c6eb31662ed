"""What teams are told: the messages for it, which a landlord may word anew, and which of a team's addresses get one."""

from datetime import datetime
from typing import Final

from rules.clock import Calendar, is_open
from rules.landlord import Message, News, Notice, Ruleset, Team
from rules.model import Mark, Priority

CALL: Final = "team-call"
"""The message that is spoken on a duty phone."""

_HERE: Final = Mark("", 1, 1)
_END: Final = "Priority: {priority}. Due: {due}.\n{what_next}\n{link}\n\n{landlord}"


def message_key(news: News) -> str:
    """The key of the message by which a team is told of something."""
    return f"team-{news.value}"


def fitting(
    team: Team, news: News, priority: Priority, ruleset: Ruleset, calendar: Calendar, at: datetime
) -> tuple[Notice, ...]:
    """The addresses at which this team wants to be told of this at this moment."""
    return tuple(
        each
        for each in team.notify
        if (not each.when or priority in each.when)
        and (not each.what or news in each.what)
        and (not each.hours or is_open(ruleset.hours[each.hours], calendar, at))
    )


def _message(key: str, subject: str, first: str) -> Message:
    return Message(key, subject, {"en": f"{first}\n{_END}"}, _HERE)


_NEWS: Final = {
    News.NEW: ("New, {priority}: {journey} ({reference})", "{owner} has a new enquiry, {reference}: {journey}."),
    News.TRANSFERRED: (
        "Passed to {owner}, {priority}: {journey} ({reference})",
        "{owner} now has enquiry {reference}, which was another team's: {journey}.",
    ),
    News.CONTACT: (
        "In touch again, {priority}: {journey} ({reference})",
        "The customer has been in touch again about enquiry {reference}: {journey}. {owner} has it.",
    ),
    News.ESCALATED: (
        "Nobody has answered, {priority}: {journey} ({reference})",
        "Nobody has acknowledged enquiry {reference} in time: {journey}. {owner} has it, and {team} is told now.",
    ),
    News.ASKED: (
        "{team} is asked, {priority}: {journey} ({reference})",
        "{owner} has enquiry {reference} and asks {team} for something: {journey}.",
    ),
    News.OVERDUE: (
        "Late ({timescale}), {priority}: {journey} ({reference})",
        "The time for “{timescale}” is over in enquiry {reference}: {journey}. {owner} has it.",
    ),
    News.CALLBACK: (
        "Ring now, {priority}: {journey} ({reference})",
        "A call was promised in enquiry {reference}, and its time is over: {journey}. {owner} has it.",
    ),
    News.UNDELIVERED: (
        "Did not arrive, {priority}: {journey} ({reference})",
        "What we wrote about enquiry {reference} did not arrive, or they could not be rung: {journey}. {owner} has it.",
    ),
}
_SPOKEN: Final = (
    "This is {landlord}, with an emergency for {team}: {journey}. The reference is {reference}. "
    "Press 1 to say that you have it."
)
STANDARD_NOTICES: Final = {
    **{message_key(news): _message(message_key(news), *words) for news, words in _NEWS.items()},
    CALL: Message(CALL, "", {"en": _SPOKEN}, _HERE),
}
"""What every landlord has who words them no other way. A text message has the subject and the link alone."""
