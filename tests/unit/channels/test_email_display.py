"""HTML for display: what may be shown stays, and nothing in it acts, fetches or reports."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.email_display import displayable
from channels.email_display import shown as shown_of

DOT = "data:image/png;base64,iVBORw0KGgo="


def without_link_rules(html: str) -> str:
    """Take away what every link has, in whatever order."""
    return html.replace(' target="_blank"', "").replace(' rel="noopener noreferrer nofollow"', "")


def test_every_link_leads_away_and_says_nothing() -> None:
    html = displayable("<a href='https://x.example/' target=_self rel=opener>x</a>")
    assert {'target="_blank"', 'rel="noopener'} <= set(html.split())


MAIL = b"""Content-Type: multipart/related; boundary=b

--b
Content-Type: multipart/alternative; boundary=c

--c
Content-Type: text/plain

The tap
--c
Content-Type: text/html; charset=iso-8859-1
Content-Transfer-Encoding: quoted-printable

<p>Caf=E9 <img src=3D"cid:tap%40home" alt=3D"tap"><img src=3D"cid:other"></p>
--c--
--b
Content-Type: image/png
Content-ID: <tap@home>
Content-Transfer-Encoding: base64

iVBORw0KGgo=
--b--
"""


def test_a_mail_is_shown_with_its_own_pictures() -> None:
    assert shown_of(MAIL) == f'<p>Café <img src="{DOT}" alt="tap"><img></p>\n'.rstrip("\n")
    assert shown_of(b"Content-Type: text/plain\n\nThe tap") == ""


@pytest.mark.parametrize(
    "html, shown",
    [
        ("<p>The <b>tap</b> drips</p>", "<p>The <b>tap</b> drips</p>"),
        ("<p onclick='x()' style='background:url(https://t.example)'>a</p>", "<p>a</p>"),
        ("<script>x()</script><style>p{}</style><title>t</title>a", "a"),
        ("<img src='https://t.example/p.gif' alt='a wall'>", '<img alt="a wall">'),
        ("<img src='//t.example/p.gif'>", "<img>"),
        ("<img src='cid:1'>", "<img>"),
        (f"<img src='{DOT}'>", f'<img src="{DOT}">'),
        ("<img src='data:image/svg+xml;base64,AAAA'>", "<img>"),
        ("<img srcset='https://t.example/p.gif 2x'>", "<img>"),
        ("<table background='https://t.example/p.gif' border=1><tr><td>a</td></tr></table>",
         '<table border="1"><tbody><tr><td>a</td></tr></tbody></table>'),
        ("<a href='https://x.example/'>x</a>",
         '<a href="https://x.example/">x</a>'),
        ("<a href='javascript:x()'>x</a>", "<a>x</a>"),
        ("<a href='data:text/html,x'>x</a>", "<a>x</a>"),
        ("<form action='https://t.example'><input value=a>b</form>", "b"),
        ("<link rel=stylesheet href='https://t.example'><base href='//t.example'><meta http-equiv=refresh>a", "a"),
        ("<iframe src='https://t.example'></iframe><object data='https://t.example'>b</object>a", "a"),
        ("<svg><image href='https://t.example'/></svg>a", "a"),
        ("<!--[if mso]><p>o</p><![endif]-->a", "a"),
        ("<p dir='rtl'>שלום</p>", '<p dir="rtl">שלום</p>'),
    ],
)  # fmt: skip
def test_what_is_shown(html: str, shown: str) -> None:
    assert without_link_rules(displayable(html)) == shown


PIECES = [
    "<",
    ">",
    "'",
    '"',
    "=",
    "/",
    " ",
    "img",
    "src",
    "https://t.example",
    "data:",
    "cid:",
    "style",
    "url(",
    ")",
    "a",
]
PIECES += ["href", "javascript:", "onload", "<svg", "<p", "background", "&#x6a;", "\0", "srcset", "<!--", "-->"]


@given(st.lists(st.sampled_from(PIECES), max_size=60))
def test_nothing_is_fetched_or_run(pieces: list[str]) -> None:
    shown = displayable("".join(pieces))
    for name, value in re.findall(r'<[^>]*?\s([a-z]+)="([^"]*)"', shown):
        assert name in ("href", "alt", "rel", "target", "title", "src") or not value
        assert name != "src" or value.startswith("data:image/")
        assert name != "href" or re.match("https?:|mailto:|tel:", value)
    assert not re.search(r"<(?:script|style|svg|iframe|object|form|link|meta|base)\b", shown)
