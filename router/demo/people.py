"""Made-up people with the shares of a landlord's census, on telephone numbers and mailboxes that belong to nobody."""

import csv
import io
import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from router.importing import COLUMNS
from rules.landlord import Ruleset

FIRST = tuple(
    name
    for line in (
        "Agnieszka Ahmed Amina Andrzej Asha Beryl Brenda Callum Carol Chidi Daniela Darren Deborah Derek Doreen",
        "Edna Elif Fatima Florin Gemma Gordon Halina Hassan Hayley Ibrahim Imani Ines Ivy Jamal Jean Jerome Joyce",
        "Kayleigh Kwame Leila Lorraine Luke Maria Marjorie Mehmet Mihai Mohammed Moira Nadia Norman Olena Parveen",
        "Paul Priya Rashid Rita Ruth Sandra Sean Shanice Stanley Tariq Tomasz Tracey Uche Vera Viktor Wanda",
        "Winston Yasmin Zofia",
    )
    for name in line.split()
)
LAST = tuple(
    name
    for line in (
        "Abara Achebe Ashdown Barrowby Begum Birtwistle Bolade Brookfield Chaudhry Clegg Coyle Crowther Dalgleish",
        "Demir Dumitru Eastham Eze Farooqi Fairhurst Gately Greenhalgh Haldane Hargreave Hussain Ibekwe Ionescu",
        "Jankowska Kaczmarek Kearney Khalil Kowalczyk Lomax Mahmood Marsden Mensah Nkemelu Nowak Oakden Okonkwo",
        "Ormerod Pemberton Popescu Quigley Rahman Ramsbottom Rustamova Sadowska Shackleton Sidhu Tattersall",
        "Thistlewood Ubaka Varley Wainwright Yilmaz",
    )
    for name in line.split()
)
DOMAINS = ("home.example", "mail.example", "post.example")
MOBILES = range(100, 1_000)
"""The last digits of 07700 900xxx that are people's here: below them are the teams' own."""

LANDLINES = tuple(f"+44{area}496" for area in (113, 114, 115, 116, 117, 121, 131, 141, 151, 161))
"""Ofcom's numbers for drama in ten cities, each with 0000 to 0999 after it."""

# Shares of all households, from the census in the domain's description where it has them, else chosen beside them.
VULNERABILITIES = {
    "mental-health": 0.21,
    "mobility": 0.197,
    "learning": 0.095,
    "long-term-illness": 0.08,
    "breathing": 0.06,
    "money-worries": 0.06,
    "hearing": 0.04,
    "sight": 0.032,
    "memory": 0.02,
    "speech": 0.01,
    "domestic-abuse": 0.008,
}
ADJUSTMENTS = {
    "sight": {"large-print": 0.6, "braille": 0.12, "audio": 0.28},
    "hearing": {"text-relay": 0.3, "bsl-interpreter": 0.2, "no-telephone": 0.15, "hearing-loop": 0.35},
    "learning": {"easy-read": 0.3, "extra-time": 0.35, "help-with-forms": 0.25, "coloured-paper=yellow": 0.1},
    "mobility": {"wheelchair-access": 0.15},
    "mental-health": {
        "email-only": 0.05,
        "named-contact=the support worker": 0.07,
        "certain-times=08:00-21:00": 0.04,
        "private-room": 0.05,
    },
    "memory": {"reminders=by phone": 0.4, "straight-to-a-person": 0.3},
    "speech": {"no-telephone": 0.4},
    "domestic-abuse": {"safe-contact": 0.6},
}
READS_ENGLISH_BADLY = 0.049
LANGUAGES = {"pl": 4, "ro": 3, "ur": 2, "ar": 2, "bn": 2, "es": 2, "pt": 2, "so": 1, "uk": 1, "fa": 1}
TENURES = {
    "general-needs": 70,
    "sheltered": 8,
    "supported": 4,
    "temporary": 2,
    "leaseholder": 7,
    "shared-owner": 3,
    "applicant": 4,
    "home-buyer": 2,
}
HOUSEHOLDS = {
    "lives-alone": 0.35,
    "older-person": 0.22,
    "school-child": 0.2,
    "young-child": 0.12,
    "unpaid-carer": 0.07,
    "pregnant": 0.01,
}
ONLINE = 0.913
"""Who has the internet at home, and here an email address."""

PREFERENCES = {"phone": 64, "email": 40, "portal": 14, "sms": 10, "chat": 5}
MOBILE = 0.85


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who may get in touch. `adjustments` maps a key of the catalogue to its detail, "" for none."""

    reference: str
    name: str
    phone: str
    email: str
    language: str = "en"
    tenure: str = ""
    patch: str = ""
    household: tuple[str, ...] = ()
    vulnerabilities: tuple[str, ...] = ()
    adjustments: Mapping[str, str] = field(default_factory=dict)
    preferences: tuple[str, ...] = ()
    known: bool = True
    """Whether the landlord's directory has them."""

    @property
    def prefix(self) -> str:
        """What stands before their number in the directory."""
        return "18001 " if "text-relay" in self.adjustments else ""


def made_up(count: int, chance: random.Random, ruleset: Ruleset) -> tuple[Person, ...]:
    """So many people, each with numbers and mailboxes of their own, and only what the landlord's lists know."""
    phones = _phones(count, chance)
    return tuple(_person(number, phone, chance, ruleset) for number, phone in enumerate(phones))


def stranger(number: int, chance: random.Random) -> Person:
    """Somebody whom no directory has: an applicant, a neighbour, a councillor."""
    first, last = chance.choice(FIRST), chance.choice(LAST)
    email = f"{first}.{last}.{number}@elsewhere.example".lower()
    phone = f"+44207946{number % 1_000:04d}"
    return Person(f"stranger-{number}", f"{first} {last}", phone, email, known=False)


def customer_file(people: Iterable[Person]) -> bytes:
    """The people as the CSV file that a housing system would hand over."""
    file = io.StringIO(newline="")
    rows = csv.DictWriter(file, COLUMNS)
    rows.writeheader()
    rows.writerows(_row(person) for person in people if person.known)
    return file.getvalue().encode()


def _row(person: Person) -> dict[str, str]:
    details = (f"{key}={detail}" if detail else key for key, detail in person.adjustments.items())
    return {
        "reference": person.reference,
        "name": person.name,
        "kind": "person",
        "language": person.language,
        "tenure": person.tenure,
        "household": ";".join(person.household),
        "patch": person.patch,
        "vulnerabilities": ";".join(person.vulnerabilities),
        "adjustments": ";".join(details),
        "preferences": ";".join(person.preferences),
        "phones": person.prefix + person.phone,
        "emails": person.email,
    }


def _phones(count: int, chance: random.Random) -> list[str]:
    mobiles = chance.sample(MOBILES, min(round(count * MOBILE), len(MOBILES)))
    others = chance.sample(range(len(LANDLINES) * 1_000), count - len(mobiles))
    phones = [f"+447700900{number:03d}" for number in mobiles]
    phones += [f"{LANDLINES[number // 1_000]}{number % 1_000:04d}" for number in others]
    chance.shuffle(phones)
    return phones


def _person(number: int, phone: str, chance: random.Random, ruleset: Ruleset) -> Person:
    first, last = chance.choice(FIRST), chance.choice(LAST)
    foreign = chance.random() < READS_ENGLISH_BADLY
    language = weighted(LANGUAGES, chance) if foreign else "en"
    vulnerabilities = tuple(_each(VULNERABILITIES, chance, _allowed(ruleset, "vulnerabilities")))
    adjustments = dict(_adjustments(vulnerabilities, language, chance, ruleset))
    online = chance.random() < ONLINE or "email-only" in adjustments
    return Person(
        reference=f"DEMO-{number + 1:05d}",
        name=f"{first} {last}",
        phone=phone,
        email=f"{first}.{last}.{number + 1}@{chance.choice(DOMAINS)}".lower() if online else "",
        language="bfi" if "bsl-interpreter" in adjustments else language,
        tenure=_one(TENURES, chance, _allowed(ruleset, "tenure")),
        patch=chance.choice(_allowed(ruleset, "patch") or ("",)),
        household=tuple(_each(HOUSEHOLDS, chance, _allowed(ruleset, "household"))),
        vulnerabilities=vulnerabilities,
        adjustments=adjustments,
        preferences=(_one(PREFERENCES, chance, _allowed(ruleset, "preferences")),),
    )


def _adjustments(
    vulnerabilities: Sequence[str], language: str, chance: random.Random, ruleset: Ruleset
) -> Iterator[tuple[str, str]]:
    """What has to be kept to for this customer, of what the landlord's catalogue has."""
    wanted = [each for each in vulnerabilities if each in ADJUSTMENTS]
    written = [word for each in wanted if (word := _at_most_one(ADJUSTMENTS[each], chance))]
    written += [f"interpreter={language}", f"translation={language}"] if language != "en" else []
    for word in written:
        key, _, detail = word.partition("=")
        if key in ruleset.adjustments:
            yield key, detail


def _allowed(ruleset: Ruleset, name: str) -> tuple[str, ...]:
    return ruleset.values.get(f"customer.{name}", ())


def _each(shares: Mapping[str, float], chance: random.Random, allowed: Sequence[str]) -> Iterator[str]:
    return (key for key, share in shares.items() if chance.random() < share and key in allowed)


def _one(weights: Mapping[str, int], chance: random.Random, allowed: Sequence[str]) -> str:
    known = {key: weight for key, weight in weights.items() if key in allowed}
    return weighted(known, chance) if known else ""


def _at_most_one(shares: Mapping[str, float], chance: random.Random) -> str:
    drawn = chance.random()
    for key, share in shares.items():
        drawn -= share
        if drawn < 0:
            return key
    return ""


def weighted(weights: Mapping[str, float], chance: random.Random) -> str:
    """One of the keys, each as likely as its weight says."""
    return chance.choices(list(weights), list(weights.values()))[0]
