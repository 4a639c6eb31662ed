"""Messages filled in, and times read from a record."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.landlord import Message
from rules.plan import MissingValueError, placeholders, render
from rules.times import window
from tests.unit.rules_plan.made import MARK

MESSAGE = Message("m", "Yours ({reference})", {"en": "Dear {name},\n{name}!", "pl": "Witaj {name}"}, MARK)
VALUES = {"name": "Ada", "reference": "HR-1"}


@pytest.mark.parametrize(
    "language, formats, expected",
    [
        ("en", (), "Dear Ada,\nAda!"),
        ("pl", (), "Witaj Ada"),
        ("pl-PL", (), "Witaj Ada"),
        ("ti", (), "Dear Ada,\nAda!"),
        ("", (), "Dear Ada,\nAda!"),
        ("pl", ("translated",), "Witaj Ada\n\nDear Ada,\nAda!"),
        ("ti", ("translated",), "Dear Ada,\nAda!"),
    ],
)
def test_language(language: str, formats: tuple[str, ...], expected: str) -> None:
    assert render(MESSAGE, language, VALUES, formats) == ("Yours (HR-1)", expected)


@pytest.mark.parametrize(
    "text, expected",
    [
        ("{a}{b}", {"a", "b"}),
        ("{{a}} {a.b} {a!r} {0} {} { a } {a:>9}", {"a"}),
        ("no braces { } }{", set()),
    ],
)
def test_placeholders_are_names_in_braces_and_nothing_else(text: str, expected: set[str]) -> None:
    assert placeholders(Message("m", "", {"en": text}, MARK)) == expected


def test_a_missing_value_is_named() -> None:
    with pytest.raises(MissingValueError, match=r"'m' wants \{reference\}"):
        render(MESSAGE, "en", {"name": "Ada"})


@given(st.text(), st.text())
def test_values_are_never_read_again(name: str, reference: str) -> None:
    subject, text = render(MESSAGE, "pl", {"name": name, "reference": reference + "{name}"})
    assert text == f"Witaj {name}"
    assert "{name}" in subject
    assert len(subject.splitlines()) == 1


@pytest.mark.parametrize(
    "detail, expected",
    [
        ("09:00-12:30", ((540, 750),)),
        ("9-12", ((540, 720),)),
        ("9am to 12.30pm", ((540, 750),)),
        ("Between 2pm and 4pm.", ((840, 960),)),
        ("09:00–10:00, 14:00–16:00", ((540, 600), (840, 960))),
        ("22:00-06:00", ((1320, 1440), (0, 360))),
        ("20:00-24:00", ((1200, 1440),)),
        ("20:00-00:00", ((1200, 1440),)),
        ("after 5pm", ((1020, 1440),)),
        ("before 09:30", ((0, 570),)),
        ("12am-1am", ((0, 60),)),
        ("", None),
        ("mornings", None),
        ("09:00-12:00 on Tuesdays", None),
        ("25:00-26:00", None),
        ("09:60-10:00", None),
        ("13pm-14pm", None),
        ("09:00-09:00", None),
        ("09:00-12:00, but not when the carer is here", None),
    ],
)
def test_times_on_a_record(detail: str, expected: tuple[tuple[int, int], ...] | None) -> None:
    assert window(detail) == expected


@given(st.text(max_size=200) | st.text(alphabet="0123456789:-,. apmto", max_size=60))
def test_any_detail_is_read_or_refused(detail: str) -> None:
    for start, end in window(detail) or ():
        assert 0 <= start < end <= 1440
