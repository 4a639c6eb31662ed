"""Two addresses are one mailbox only where that is known."""

import pytest

from channels.same_mailbox import canonical, tag_of, without_tag


@pytest.mark.parametrize(
    "one, other, same",
    [
        ("Jo@Home.Example", "jo@home.example", True),
        (" jo@home.example ", "jo@home.example.", True),
        ("jo+rent@home.example", "jo@home.example", False),
        ("j.o@home.example", "jo@home.example", False),
        ("j.o@gmail.com", "jo+rent@googlemail.com", True),
        ("jo+rent@outlook.com", "JO@outlook.com", True),
        ("j.o@outlook.com", "jo@outlook.com", False),
        ("jo@gmail.com", "jo@gmail.co", False),
        ("+@gmail.com", "a@gmail.com", False),
        ("jo@home.example", "jo@home.example.evil.example", False),
        ("jo", "JO", True),
        ("", "jo@home.example", False),
    ],
)
def test_same_mailbox(one: str, other: str, same: bool) -> None:
    assert (canonical(one) == canonical(other)) is same


@pytest.mark.parametrize(
    "address, tag, bare",
    [
        ("repairs+abc@hub.example", "abc", "repairs@hub.example"),
        ("repairs+a+b@hub.example", "a+b", "repairs@hub.example"),
        ("repairs@hub.example", "", "repairs@hub.example"),
        ("+447700900001", "", "+447700900001"),
        ("+x@hub.example", "x", "+x@hub.example"),
        ("nonsense", "", "nonsense"),
    ],
)
def test_what_stands_behind_the_plus(address: str, tag: str, bare: str) -> None:
    assert (tag_of(address), without_tag(address)) == (tag, bare)
