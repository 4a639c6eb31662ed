"""Texts cut and mails sorted a second on one core, by kind, beside going through their lines.

    python -m tests.bench.bench_quotes [--messages 4000]

Processor time, not the clock. The floor, measured in the same run, splits a text into lines and strips each.
"""

import argparse
import random
import time
from collections.abc import Callable

from channels.email_kinds import sort
from channels.email_letter import Letter
from channels.email_mime import read_tree
from channels.quotes import split

WORDS = (
    *("the", "tap", "in", "our", "kitchen", "drips", "since", "Monday", "and", "the", "floor", "is", "wet", "could"),
    *("somebody", "please", "come", "to", "look", "at", "it", "we", "are", "at", "home", "in", "the", "mornings"),
)
ASKED = "On Mon, 2 Mar 2026 at 09:30, Harbour Row Repairs <repairs@harbour-row.example> wrote:"
BLOCK = "From: Repairs <repairs@harbour-row.example>\nSent: 02 March 2026 09:30\nTo: Sam Hale\nSubject: Your repair\n"
NOTICE = "This email is for the person it is addressed to and may be confidential. If it is not for you, delete it."


def saying(draw: random.Random, count: int) -> list[str]:
    """Say so many lines."""
    return [" ".join(draw.choices(WORDS, k=12)) for _ in range(count)]


def new(draw: random.Random) -> str:
    """A text without any history."""
    return "Hello,\n\n" + "\n".join(saying(draw, 6)) + "\n\nKind regards\nSam Hale"


def marked(draw: random.Random) -> str:
    """A reply above what it answers, each line marked."""
    return f"{new(draw)}\n\n{ASKED}\n\n" + "\n".join(f"> {line}" for line in saying(draw, 15))


def blocks(draw: random.Random) -> str:
    """A reply above a block of headers and what it answers, as Outlook writes it, with a notice."""
    return f"{new(draw)}\n\n{BLOCK}\n" + "\n".join(saying(draw, 15)) + f"\n\n{'_' * 32}\n{NOTICE}"


def inline(draw: random.Random) -> str:
    """Answers between the questions."""
    pairs = zip(saying(draw, 5), saying(draw, 5), strict=True)
    return f"{ASKED}\n" + "\n\n".join(f"> {line}\n\n{answer}" for line, answer in pairs)


def mixed(draw: random.Random) -> str:
    """The mix: a third new, a third marked, a quarter Outlook's, the rest inline."""
    return draw.choice((new, new, new, new, marked, marked, marked, marked, blocks, blocks, blocks, inline))(draw)


KINDS: dict[str, Callable[[random.Random], str]] = {
    "new": new,
    "marked": marked,
    "blocks": blocks,
    "inline": inline,
    "mix": mixed,
}


def floor(text: str) -> object:
    """Go through the lines once."""
    return [line.strip() for line in text.split("\n")]


def rate(several: list[str], does: Callable[[str], object]) -> float:
    """How many are done in a second of the processor, the best of three."""
    best = 0.0
    for _ in range(3):
        started = time.process_time()
        for each in several:
            does(each)
        best = max(best, len(several) / (time.process_time() - started))
    return best


def sorting(draw: random.Random, count: int) -> float:
    """How many mails are sorted in a second: nine of ten of people, the others of machines."""
    head = "From: sam@example.org\nTo: repairs@harbour-row.example\nSubject: Tap\nMessage-ID: <1@example.org>\n"
    machine = (
        "From: MAILER-DAEMON@mx.example\nSubject: failure notice\n\nHi. This is the qmail-send program.\n\n"
        "<a@b.example>:\nno mailbox (#5.1.1)\n"
    )
    several = [f"{head}\n{mixed(draw)}" if number % 10 else machine for number in range(count)]
    letters = [_letter(each) for each in several]
    started = time.process_time()
    for letter in letters:
        sort(letter)
    return count / (time.process_time() - started)


def _letter(text: str) -> Letter:
    root, _ = read_tree(text.encode())
    sender = "MAILER-DAEMON@mx.example" if text.startswith("From: MAILER") else "sam@example.org"
    return Letter(root, sender, "", root.header("subject").decode(), text, ("repairs@harbour-row.example",))


def main() -> None:
    """Measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--messages", type=int, default=4_000)
    count = parser.parse_args().messages
    draw = random.Random(5)
    for name, make in KINDS.items():
        several = [make(draw) for _ in range(count)]
        cut, bare = rate(several, split), rate(several, floor)
        wanted = " (wanted 5,000)" if name == "mix" else ""
        print(f"{name:7} {cut:7,.0f} a second{wanted}; lines alone {bare:9,.0f}, ratio {cut / bare:.3f}")
    print(f"sorted  {sorting(draw, count):7,.0f} a second")


if __name__ == "__main__":
    main()
