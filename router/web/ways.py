"""How the landlord is reached other than by chat, for a page whose reader cannot chat: numbers and mailbox, as HTML."""

from html import escape

from channels.numbers import REGION, spoken
from rules.landlord import Ruleset


def ways(ruleset: Ruleset) -> str:
    """A sentence with the numbers and the mailbox for everything; nothing where the landlord's YAML has neither."""
    region = ruleset.landlord.country or REGION
    numbers = [_link(f"tel:{number}", spoken(number, region)) for number in _numbers(ruleset)]
    mailbox = _mailbox(ruleset)
    told = [f"ring {' or '.join(numbers)}"] if numbers else []
    told += [f"write to {_link(f'mailto:{mailbox}', mailbox)}"] if mailbox else []
    return f"You can also {', or '.join(told)}." if told else ""


def _link(to: str, shown: str) -> str:
    return f'<a href="{escape(to)}">{escape(shown)}</a>'


def _numbers(ruleset: Ruleset) -> list[str]:
    """The numbers that stand for nothing in particular; all of them where each does."""
    if ruleset.calls is None:
        return []
    numbers, entries = ruleset.calls.numbers, ruleset.calls.entries
    return [number for number in numbers if number not in entries] or list(numbers)


def _mailbox(ruleset: Ruleset) -> str:
    """The mailbox that is for everything, else that of the team which has whatever nobody else has, else the first."""
    boxes, fallback = ruleset.mailboxes, ruleset.landlord.fallback
    general = (
        each for each, about in boxes.items() if "journey" not in about and about.get("team") in (None, fallback)
    )
    return next(general, next(iter(boxes), ""))
