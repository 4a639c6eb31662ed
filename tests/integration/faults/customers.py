"""The customers: two thousand contacts by all channels, about a few matters of a few hundred people, from a seed."""

import random
from collections.abc import Iterable

from tests.integration.faults.ledger import Wanted

TEXTS = {
    "repair": ("my tap is dripping", "the boiler is broken", "I need a repair"),
    "pests": ("there are rats in my loft", "mice in the kitchen"),
    "service-complaint": ("I want to make a complaint", "I wish to complain about you"),
    "gas-escape": ("I can smell gas in my kitchen", "there is a gas leak"),
}
MENU = {"repair": "2", "gas-escape": "1"}
PEOPLE = 150
SHARES = {"sms": 56, "phone": 10, "visit": 10, "portal": 12, "chat": 6, "email": 6}
"""Of a hundred contacts."""


def contacts(count: int, seed: int, mark: str = "") -> list[Wanted]:
    """So many contacts in a random order; `mark` keeps those of two calls apart."""
    chance = random.Random(seed)
    channels = list(_channels(count))
    chance.shuffle(channels)
    return [_contact(channel, f"{mark}{number}", chance) for number, channel in enumerate(channels)]


def _channels(count: int) -> Iterable[str]:
    for channel, share in SHARES.items():
        yield from [channel] * round(count * share / 100)


def _contact(channel: str, number: str, chance: random.Random) -> Wanted:
    person = chance.randrange(PEOPLE)
    phone, email = f"+4477009{person:05d}", f"tenant-{person}@home.example"
    journey = chance.choice(tuple(MENU if channel == "phone" else TEXTS))
    text = f"{chance.choice(TEXTS[journey])}, house {number}"
    match channel:
        case "sms":
            return Wanted(channel, f"SM{number:0>32}", phone, journey, (text,))
        case "phone":
            return Wanted(channel, f"CA{number:0>32}", phone, journey, (), MENU[journey])
        case "email":
            return Wanted(channel, f"{number}@home.example", email, journey, (text,))
        case "chat":
            return Wanted(channel, number, "", journey, ("Hello", text, f"{text}, please"))
        case _:
            return Wanted(channel, f"written-{number}", phone, journey, (text,))
