"""Quotes beyond their cases: any text at all, hostile ones in bounded time, and where the forms end."""

from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.quote_lines import classify
from channels.quotes import split
from tests.bounded import comes_to_an_end

PIECES = """On Mon, 2 Mar 2026 at 09:12, Sam <sam@example.org> wrote:|> quoted|>> deeper|text|Some more text.||--
-- |_____|From: a@b.example|Sent: 2 March 2026 09:12|To: c@d.example|Subject: x|Sent from my iPhone|@|9:12|<|>|```|*
-----Original Message-----|Am 02.03.2026 um 09:12 schrieb|Sam <|sam@example.org>:|wrote:|> |: | |\t|See below|Fwd: x
---------- Forwarded message ---------|-----BEGIN PGP SIGNED MESSAGE-----|-----BEGIN PGP SIGNATURE-----
Unsubscribe: x@y http://z"""
lines = st.one_of(st.sampled_from(PIECES.replace("\n", "|").split("|")), st.text(max_size=20))
texts = st.one_of(st.text(max_size=400), st.lists(lines, max_size=40).map("\n".join))
subjects = st.sampled_from(["", "Re: Tap", "Fwd: Tap", "WG: Hahn"])


@given(texts, subjects)
def test_what_is_new_is_made_of_lines_of_the_whole_in_their_order(text: str, subject: str) -> None:
    new = split(text, subject).new
    whole = iter(text.split("\n"))
    stripped = new.split("\n")
    for number, line in enumerate(stripped):
        at_edge = number in (0, len(stripped) - 1)
        assert any(line == each or (at_edge and line == each.strip()) or (at_edge and line in each) for each in whole)
    assert bool(new) == bool(text.strip())


@given(texts)
def test_cutting_twice_cuts_no_more(text: str) -> None:
    once = split(text).new
    assert split(once).new == once


@given(texts)
def test_every_line_gets_a_letter(text: str) -> None:
    several = text.split("\n")
    letters = classify(several)
    assert len(letters) == len(several)
    assert set(letters) <= set("edsbhqt")


@given(st.text(alphabet="abc de.,!?é\n", max_size=400))
def test_plain_prose_stays(text: str) -> None:
    assert split(text).new == text.strip()


ATTRIBUTION = "On Mon, 2 Mar 2026 at 09:12, Sam <sam@example.org> wrote:\n\n"
HOSTILE = {
    "a hundred thousand quotes": ">\n" * 100_000,
    "attributions alone": ATTRIBUTION * 2_000,
    "headers alone": "From: a@b.example\nSent: 2 March 2026 09:12\n" * 3_000,
    "labels without end": "a: b@c.example 09:12\n" * 6_000,
    "rules without end": "-----\nx.\n\n" * 11_000,
    "one rule of a megabyte": "-" * 1_000_000,
    "one line of a megabyte": "a" * 1_000_000,
    "one quoted line of a megabyte": "> " * 500_000,
    "dates without end": ("12:30 1/1/2026 " * 25 + ":\n") * 250,
    "addresses without end": ("a@b.example wrote " * 20 + ":\n") * 250,
    "verbs without end": ("wrote " * 60 + ":\n") * 250,
    "signatures of phones": "Sent from my phone\n" * 5_000,
    "fences without end": "```\n" * 25_000,
    "angles without end": ("<" * 390 + ":\n") * 250,
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_text_is_cut_in_bounded_time(text: str) -> None:
    with comes_to_an_end():
        assert split(text).new


@pytest.mark.parametrize(
    "line",
    [
        "On Monday I rang you, and the lady wrote it down",
        "I got a letter on 2 March 2026 that says: come in",
        "Your colleague Dana <dana@example.org> told me to write to you",
        "My address is sam@example.org",
        "The number is: 07700 900123",
        "He said:",
        "From the kitchen: water",
        "Sent by recorded delivery last week, so you must have it by now, as I said on the phone to your colleague.",
        "To whom it may concern:",
        "- the tap",
        "* the window",
        "At 9:12 the lift stopped.",
        "Am Montag kam niemand.",
        "El lunes no vino nadie.",
    ],
)
def test_what_people_write_is_no_attribution(line: str) -> None:
    text = f"Hello,\n{line}\nand then nobody came.\n\nSam"
    assert split(text).new == text


@pytest.mark.parametrize(
    "attribution",
    [
        'On 2/3/26, 9:12 AM, "Row, Harbour" <repairs@harbour-row.example> wrote:',
        "On Mon, 2 Mar 2026 at 09:12\nHarbour Row Repairs\n<repairs@harbour-row.example>\nwrote:",
        "2026-03-02 9:12 GMT+00:00 Harbour Row <repairs@harbour-row.example>:",
        "Monday, 2 March 2026, 9:12 AM +0000 from repairs@harbour-row.example <repairs@harbour-row.example>:",
        '09:12, 2 March 2026, "Harbour Row" <repairs@harbour-row.example>:',
        "Le 02/03/2026 à 09:12, Harbour Row a écrit :",
        "Harbour Row <repairs@harbour-row.example> schrieb am Mo., 2. März 2026 um 09:12:",
        "Il 02/03/2026 09:12, Harbour Row ha scritto:",
        "Zitat von Harbour Row <repairs@harbour-row.example>:",
        "-------- Messaggio originale --------",
        "----- Wiadomość oryginalna -----",
        "Begin forwarded message:",
        "Anfang der weitergeleiteten Nachricht:",
    ],
)
@pytest.mark.parametrize("mark", ["", "> "], ids=["unmarked", "marked"])
def test_attributions(attribution: str, mark: str) -> None:
    text = f"Tuesday is fine for me and for my neighbour.\n\n{attribution}\n\n{mark}Dear Sam,\n{mark}we come."
    assert split(text).new == "Tuesday is fine for me and for my neighbour."


def test_most_of_a_very_long_text_is_not_told_apart() -> None:
    text = "\n".join(f"line {number}" for number in islice(range(100_000), 30_000))
    assert split(text).new == text
