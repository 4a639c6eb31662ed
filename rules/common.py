"""English words that say nothing of what a message is about, and ways of saying that something is not meant."""

from rules.words import phrase, stems

_COMMON = """
a about after afternoon again ago all also always am an and any anyone are as ask at attached avenue back be been
before being but by call can cant close come could day dear did didnt do does doesnt doing done dont each email even
evening ever every few find fine first flat for friday from get go good great had has hasnt have havent having he hello
help her here hers hey hi him his home house how i id if ill im in into is isnt it its ive just keep kind know lady
lane last let letter like live look lovely madam make man many message miss monday month more morning most mr mrs ms
much must my name need never new news next night no nobody not now number of off office on one only or other our out
over own phone please put really received regards reply ring road room saturday say see send she should since sir so
some somebody someone sorry still street sunday tell text than thank that the theirs them then there theres they thing
think this those three through thursday time to today told tomorrow tonight too try tuesday two u under until up ur us
very want was way we wednesday week weekend well were what when where which while who why will with wont would year
yes yesterday yet you your youve address
"""
COMMON = frozenset(stems(_COMMON)) | frozenset(str(number) for number in range(100))

NOT_MEANT = tuple(
    phrase(words)
    for words in (
        "no longer smell",
        "not a",
        "not an",
        "not about",
        "not the",
        "isnt a",
        "isnt about",
        "isnt the",
        "wasnt a",
        "wasnt the",
        "nothing to do with",
        "instead of",
        "rather than",
    )
)
"""What comes right after is not the matter. Bare "no" and "not" are left out: "no heating" is exactly the matter."""
