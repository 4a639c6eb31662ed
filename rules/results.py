"""What a rule does, in words: one clause for each thing that stands in its `then`."""

from collections.abc import Iterator

from rules.landlord import Ruleset
from rules.model import JOURNEY_TEAM, Priority, Then
from rules.outcomes import Escalation, QueuePosition
from rules.wording import listed

_PRIORITIES = {
    Priority.EMERGENCY: "it is an emergency",
    Priority.HIGH: "it has high priority",
    Priority.NORMAL: "it has normal priority",
    Priority.LOW: "it has low priority",
}
_QUEUES = {
    QueuePosition.FIRST: "it stands before all others of its priority",
    QueuePosition.LAST: "it stands after all others of its priority",
}
_CALLBACKS = {True: "the customer is offered a call back", False: "no call back is offered"}
_MENUS = {True: "a caller is put through without the menu", False: "a caller hears the menu"}
_OWN = "the journey's own team, or without a journey to that of the menu key or mailbox"
_HOUR = 60


def results(then: Then, ruleset: Ruleset) -> Iterator[str]:
    """What a rule does, one clause each; always at least one."""
    said = [*_whose(then, ruleset), *_how_soon(then), *_told(then, ruleset), *_served(then, ruleset)]
    yield from said or ["nothing changes"]


def _whose(then: Then, ruleset: Ruleset) -> Iterator[str]:
    if then.team:
        yield f"it goes to {_OWN if then.team == JOURNEY_TEAM else ruleset.teams[then.team].name}"
    if then.take_over:
        yield "it takes over an enquiry that another team has"
    if then.also:
        teams = listed((ruleset.teams[key].name for key in then.also), "and")
        yield f"{teams} also {'have' if len(then.also) > 1 else 'has'} a part in it"


def _how_soon(then: Then) -> Iterator[str]:
    if then.priority:
        yield _PRIORITIES[then.priority]
    if then.queue:
        yield _QUEUES[then.queue]
    for name, span in then.due:
        yield f"“{name.replace('-', ' ')}” is due within {span}"


def _told(then: Then, ruleset: Ruleset) -> Iterator[str]:
    for key in then.ask:
        yield f"the customer is asked: “{ruleset.questions.get(key, key)}”"
    for instruction in then.instructions:
        yield f"the colleague is told: “{instruction.removesuffix('.')}”"
    if then.message:
        yield f"the acknowledgement is “{then.message.replace('-', ' ')}”"
    if then.escalate:
        yield _escalation(then.escalate, ruleset)


def _served(then: Then, ruleset: Ruleset) -> Iterator[str]:
    if then.reply is not None:
        names = [ruleset.channels[key].name for key in then.reply]
        by = f"the reply goes by {', or else by '.join(names)}, as far as adjustments allow"
        yield by if names else "no acknowledgement and no reply is sent"
    if then.offer_callback is not None:
        yield _CALLBACKS[then.offer_callback]
    if then.skip_menu is not None:
        yield _MENUS[then.skip_menu]


def _escalation(escalate: Escalation, ruleset: Ruleset) -> str:
    names = [ruleset.teams[key].name for key in escalate.to]
    first, *others = names or ["the next team on the owner's escalation path"]
    told = ", then ".join([f"{first} is told", *others])
    if escalate.after is None:
        return f"if nobody acknowledges it in the owner's time, {told}"
    return f"if nobody has acknowledged it after {_clock(escalate.after)}, {told}"


def _clock(minutes: int) -> str:
    count, unit = (minutes // _HOUR, "hour") if minutes % _HOUR == 0 else (minutes, "minute")
    return f"{count} {unit}{'' if count == 1 else 's'}"
