"""HTML mail as text: what a reader sees, in the order in which it is read, and nothing that is hidden from them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.email_html import readable

_QUOTING = (
    "Hi<br>On Monday Sam wrote:<blockquote type='cite'>one<br>two<p>three</p>"
    '<blockquote class="gmail_quote">older</blockquote></blockquote>after'
)


@given(st.text(max_size=300))
def test_any_text_without_tags_stays_text(text: str) -> None:
    assert isinstance(readable(text), str)
    if not set(text) & set("<&"):
        assert readable(text).split() == text.replace("\u200b", " ").replace("\u00ad", " ").split()


@pytest.mark.parametrize(
    "html, text",
    [
        ("a<br>b<br/>c", "a\nb\nc"),
        ("<p>a</p>\n\n<p>b</p>", "a\n\nb"),
        ("<b>bold</b><i>ly</i> said", "boldly said"),
        ("a <span> b </span> c", "a b c"),
        ("<pre>a\n  b</pre>", "a\n  b"),
        ("<a title='a > b' href=https://x.example>t</a>", "t (https://x.example)"),
        ("<a href='javascript:x()'>t</a>", "t"),
        ("<a href='mailto:a@b.example'>a@b.example</a>", "a@b.example"),
        ("1 < 2 > 0 <3", "1 < 2 > 0 <3"),
        ("<![if mso]>a<![endif]>b<!doctype html>c", "abc"),
        ("<STYLE>a</STYLE >b<script>if (a < b) {}</script>c", "bc"),
        ("a<!-- b -->c", "ac"),
        ("&lt;b&gt; &#8364; &nope;", "<b> € &nope;"),
        ("<ul><li>a</li><li>b</li></ul>c", "- a\n- b\n\nc"),
        ("<ol><li>a<ol start=5><li>x</ol><li>b</ol>c", "1. a\n5. x\n2. b\n\nc"),
        ("a<hr>b", "a\n\n________________________________\n\nb"),
        ("<div style='display:none'>pre<div>view</div></div>a", "a"),
        ("<div style='DISPLAY: NONE'>all there is</div>", "all there is"),
        ("a<span hidden>b</span>c", "ac"),
        ("a<div style='display:none'>never closed", "a\nnever closed"),
        (
            _QUOTING,
            "Hi\nOn Monday Sam wrote:\n\n> one\n> two\n>\n> three\n>\n>> older\n\nafter",
        ),
        ("<blockquote>set in, no quotation</blockquote>", "set in, no quotation"),
        ("Sale\u034f \u200c\xa0\u034f \u200c\xa0\u034f \u200c\xa0\u034f now", "Sale now"),
        (
            "\u0633\u0644\u0627\u0645 \u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",
            "\u0633\u0644\u0627\u0645 \u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",
        ),
        (
            "<table><tr><th>Flat</th><th>Rent</th></tr><tr><td>1</td><td><b>100</b></td></tr></table>",
            "Flat Rent\n1 100",
        ),
        ("<!--[if mso]><p>Outlook</p><![endif]--><!--[if !mso]><!--><p>others</p><!--<![endif]-->", "others"),
        ("a<xml><w:x>mso</w:x></xml><o:p>&nbsp;</o:p>b", "a b"),
        ("<img src='cid:x' alt='The damp wall'> see", "The damp wall see"),
        ("<h1>Title</h1>text<h2>Next</h2>more", "Title\n\ntext\n\nNext\n\nmore"),
        ("<div><div>a</div></div><div>b</div>", "a\nb"),
        ("cut off in a <a href='x", "cut off in a"),
    ],
)
def test_html_becomes_readable(html: str, text: str) -> None:
    assert readable(html) == text
