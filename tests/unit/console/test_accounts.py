"""Passwords and what is kept of them, and the words for one that cannot be."""

import pytest

from router import accounts
from router.accounts import Role


@pytest.mark.parametrize(
    "password,says",
    [
        ("", "12 characters or more"),
        ("eleven-char", "12 characters or more"),
        ("x" * 257, "256 characters or fewer"),
        ("abababababab", "same few characters"),
        ("Sam Reed is the best", "your name"),
        ("mail sam@mill-lane.example", "your name"),
        ("three words quite apart", None),
        ("密码密码一二三四五六七八九", None),
    ],
)
def test_password_is_long_and_no_secret_of_others(password: str, says: str | None) -> None:
    trouble = accounts.trouble_with(password, "sam reed", "sam@mill-lane.example")
    assert (says in trouble) if says and trouble else trouble is says


def test_password_matches_itself_alone() -> None:
    kept = accounts.hash_password("three words quite apart")
    assert "three" not in kept
    assert accounts.matches("three words quite apart", kept)
    for wrong in ("", "three words quite apart ", "Three words quite apart", "x" * 100_000, "\ud800"):
        assert not accounts.matches(wrong, kept)
    assert not accounts.matches("three words quite apart", None)
    assert not accounts.matches("three words quite apart", "no hash")


def test_roles_that_this_version_does_not_know_give_nothing() -> None:
    assert accounts.roles_of({"roles": ["colleague", "owner"]}) == {Role.COLLEAGUE}


@pytest.mark.parametrize(
    "one,other,same",
    [
        ("Sam@Mill-Lane.example", " sam@mill-lane.example ", True),
        ("nobody", "NOBODY", True),
        ("sam@mill-lane.example", "sam@mill-lane.example.org", False),
    ],
)
def test_tries_are_counted_for_an_address_however_it_is_typed(one: str, other: str, same: bool) -> None:
    assert (accounts.account_of(one) == accounts.account_of(other)) is same
