"""The language of a text is told where it is clear, and left open where it is not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from router.language import language_of

TEXTS = [
    ("", None),
    ("ok", None),
    ("hi", None),
    ("07700 900123 07700 900456 07700 900789", None),
    ("🐀" * 50, None),
    ("There is black mould in the bedroom of my little one", "en"),
    ("Dzień dobry, u mnie w łazience cieknie kran", "pl"),
    ("Bonjour, ma chaudière est en panne depuis hier", "fr"),
    ("ਮੇਰੀ ਰਸੋਈ ਵਿੱਚ ਗੈਸ ਦੀ ਬਦਬੂ ਆ ਰਹੀ ਹੈ ਜੀ ਮਦਦ ਕਰੋ", "pa"),
    ("There is black mould in the bedroom\nof my little one\n" * 1000, "en"),
]


@pytest.mark.parametrize("text, language", TEXTS)
def test_language(text: str, language: str | None) -> None:
    assert language_of(text) == language


@given(st.text())
def test_any_text_has_a_language_or_none(text: str) -> None:
    found = language_of(text)
    assert found is None or found.isascii()
