"""How people write: a journey's phrases in every kind of dress, with slips of the finger, and in several languages."""

import random
from collections.abc import Mapping

GREETINGS = ("", "", "", "hi", "hello", "good morning", "hiya", "morning all", "Dear Sir or Madam")
OPENINGS = (
    "",
    "",
    "",
    "im getting in touch because",
    "just to let you know",
    "sorry to bother you but",
    "not sure who to ask",
)
DETAILS = (
    "",
    "",
    "can someone get back to me",
    "its been like this since the weekend",
    "im at work till 4",
    "ive got two little ones here",
    "my mum lives with me and she is 81",
    "im on the second floor",
    "ive tried ringing but the queue was too long",
    "let me know what happens next",
)
ENDINGS = ("", "", "thanks", "thank you", "cheers", "please help", "many thanks")
AGAIN = (
    "i got in touch about this earlier today and nobody has come back to me:",
    "chasing this up,",
    "any news? as i said,",
    "second time of asking,",
)
OTHERS = "I am writing on behalf of {name}. This is what they told me:"
NOTHING = ("hello, can someone ring me please", "hi its me again", "please see attached", "i need to talk to somebody")
SLIPS = 0.2
"""How many in a hundred long words have a slip in them, for whoever makes slips."""

ABROAD: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "pl": {
        "heating-and-hot-water": (
            "nie mam ogrzewania ani ciepłej wody od wczoraj",
            "kaloryfery są zimne, proszę o pomoc",
        ),
        "damp-and-mould": ("w sypialni dziecka jest pleśń na ścianie",),
        "rent-account": ("chciałbym zapytać ile jestem winien za czynsz",),
        "": ("dzień dobry, potrzebuję pomocy z moim mieszkaniem",),
    },
    "ro": {
        "heating-and-hot-water": ("nu avem căldură și apă caldă de două zile",),
        "pest-control": ("avem șobolani în bucătărie, vă rog ajutați-ne",),
        "": ("bună ziua, am nevoie de ajutor cu apartamentul meu",),
    },
    "es": {
        "damp-and-mould": ("hay moho negro en la pared del dormitorio y mi hija tose mucho",),
        "": ("necesito hablar con alguien sobre mi piso, por favor",),
    },
    "pt": {
        "water-leak": ("há uma fuga de água por baixo do lava-loiça da cozinha",),
        "": ("bom dia, preciso de falar com alguém sobre a minha casa",),
    },
    "ur": {"": ("مجھے اپنے گھر کی مرمت کے بارے میں بات کرنی ہے، براہ کرم مدد کریں",)},
    "ar": {"": ("صباح الخير، أحتاج إلى مساعدة بشأن شقتي من فضلكم",)},
    "bn": {"": ("আমার বাসার মেরামতের জন্য সাহায্য দরকার",)},
    "so": {"": ("fadlan waxaan u baahanahay caawimaad ku saabsan gurigayga",)},
    "uk": {"": ("доброго дня, мені потрібна допомога з квартирою",)},
    "fa": {"": ("سلام، برای تعمیر خانه‌ام به کمک نیاز دارم",)},
}
"""What people write who do not write in English: language -> journey -> phrases; "" for what says no journey."""


def written(phrase: str, chance: random.Random, *, greet: bool = True, slips: bool = False) -> str:
    """A phrase as somebody would write it: greeted, explained, thanked for, and perhaps with slips of the finger."""
    pieces = [
        chance.choice(GREETINGS) if greet else "",
        chance.choice(OPENINGS),
        phrase,
        chance.choice(DETAILS),
        chance.choice(ENDINGS),
    ]
    text = _joined([piece for piece in pieces if piece], chance)
    return " ".join(_slipped(word, chance) for word in text.split(" ")) if slips else text


def _joined(pieces: list[str], chance: random.Random) -> str:
    between = chance.choice((", ", ". ", " ", "\n"))
    return between.join(pieces)


def _slipped(word: str, chance: random.Random) -> str:
    if len(word) < 6 or not word.isalpha() or chance.random() >= SLIPS:  # noqa: PLR2004 - short words are unreadable then
        return word
    at = chance.randrange(1, len(word) - 2)
    swapped = word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    return chance.choice((swapped, word[:at] + word[at + 1 :], word[:at] + word[at] + word[at:]))
