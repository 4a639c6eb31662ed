"""The HTML twin of an email: the same words, escaped, readable by everybody."""

from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.email_twin import twin


class Read(HTMLParser):
    """What a reader finds on a page: the words of its body, its links, and every element."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.said, self.links, self.elements, self.attributes = "", [], [], {}
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(tag)
        self.attributes.setdefault(tag, dict(attrs))
        if tag == "a":
            self.links.append(dict(attrs)["href"])
        self.said += "\n" if tag == "br" else "\n\n" if tag == "p" else ""

    def handle_data(self, data: str) -> None:
        self.said += data if "body" in self.elements else ""


OURS = {"html", "head", "meta", "title", "body", "div", "p", "br", "a"}


@pytest.mark.parametrize(
    "text, links",
    [
        ("Hello.\n\nWe come at 9.", []),
        ("See https://hub.example/a?b=1&c=2.", ["https://hub.example/a?b=1&c=2"]),
        ("<script>alert(1)</script> & \"quotes\" 'too'", []),
        ('https://x.example/"onclick=alert(1)', ["https://x.example/"]),
        ("(https://x.example/a)", ["https://x.example/a"]),
        ("javascript:alert(1)", []),
    ],
)
def test_every_word_and_nothing_else(text: str, links: list[str]) -> None:
    page = Read(twin(text, "Subject", "en"))
    assert " ".join(page.said.split()) == " ".join(text.split())
    assert page.links == links
    assert set(page.elements) <= OURS


@given(st.text(max_size=300), st.text(max_size=50))
def test_whatever_was_written_adds_no_element(text: str, title: str) -> None:
    page = Read(twin(text, title, "en"))
    assert set(page.elements) <= OURS
    assert page.elements.count("title") == page.elements.count("body") == 1


@pytest.mark.parametrize(
    "language, direction", [("en", "ltr"), ("pl", "ltr"), ("ar", "rtl"), ("ur-PK", "rtl"), ("FA", "rtl")]
)
def test_it_says_its_language_and_its_direction(language: str, direction: str) -> None:
    html = Read(twin("Hello", "Subject", language)).attributes["html"]
    assert html == {"lang": language, "dir": direction}


def test_large_print_is_larger() -> None:
    assert "font-size:24px" in twin("Hello", "Subject", "en", ["large-print"])
    assert "font-size:17px" in twin("Hello", "Subject", "en", ["coloured-paper"])
