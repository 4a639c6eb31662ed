"""Cookies, forms' tokens and messages shown once: good in their own session alone, whatever a browser sends."""

from http.cookies import SimpleCookie
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from router.accounts import new_token
from router.console.tokens import Cookies, form_token
from router.settings import Settings

PLAIN, SECURE = "", "https://contact.example"


def cookies(public_url: str = PLAIN) -> Cookies:
    return Cookies(Settings(data=Path("unused"), public_url=public_url))


def sent(*set_cookies: str) -> str:
    return "; ".join(each.partition(";")[0] for each in set_cookies)


@pytest.mark.parametrize("public_url,name", [(PLAIN, "firstcontact"), (SECURE, "__Host-firstcontact")])
def test_cookie_is_for_this_server_and_no_script(public_url: str, name: str) -> None:
    made = cookies(public_url).set_token("token")
    morsel = SimpleCookie(made)[name]
    assert (morsel["httponly"], morsel["samesite"], morsel["path"], morsel["domain"]) == (True, "Lax", "/", "")
    assert bool(morsel["secure"]) == (public_url == SECURE)


@pytest.mark.parametrize("public_url", [PLAIN, SECURE])
def test_token_and_message_come_back(public_url: str) -> None:
    ours, token = cookies(public_url), new_token()
    header = sent(ours.set_token(token), ours.set_said("Käse; 50 % “off”", token))
    assert ours.token(f"other=1; {header}") == token
    assert ours.said(header, token) == "Käse; 50 % “off”"


def test_plain_cookie_is_none_where_people_come_by_https() -> None:
    assert cookies(SECURE).token("firstcontact=planted") is None


@given(st.text(max_size=300), st.text(min_size=1, max_size=50))
def test_message_of_another_session_is_not_shown(text: str, mine: str) -> None:
    ours = cookies()
    assert ours.said(sent(ours.set_said(text, "theirs" + mine)), mine) == ""


@given(st.text(max_size=300))
def test_whatever_a_browser_sends_is_a_token_or_none(header: str) -> None:
    ours = cookies()
    token = ours.token(header)
    assert token is None or (token in header and len(token) <= 100)
    assert ours.said(header, "token") == ""
    assert ours.said(f"firstcontact-said={header}", "token") == ""


def test_tokens_of_forms_differ_by_session() -> None:
    made = {form_token(new_token()) for _ in range(50)}
    assert len(made) == 50
