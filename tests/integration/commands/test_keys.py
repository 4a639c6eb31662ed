"""`firstcontact keys`: made, shown once, listed without themselves, withdrawn."""

import pytest

from tests.integration.commands.conftest import Run


def test_key_is_made_listed_and_withdrawn(run: Run) -> None:
    made = run("keys", "create", "portal", "--scope", "write", "--json")
    (key,) = made.rows()
    assert (made.code, key["scopes"], str(key["key"])[:4]) == (0, ["write"], "fck_")
    listed = run("keys", "list", "--json")
    assert str(key["key"]) not in listed.out
    (row,) = listed.rows()
    assert (row["id"], row["name"], row["revoked_at"]) == (key["id"], "portal", None)
    assert run("keys", "revoke", str(key["id"])).out == "Revoked.\n"
    assert run("keys", "list", "--json").rows()[0]["revoked_at"] is not None
    again = run("keys", "revoke", str(key["id"]))
    assert (again.code, "no valid key" in again.err) == (1, True)


@pytest.mark.parametrize("name", ["[bold]x[/bold]", "[/]", "日本語 😀", "x" * 300, "-"])
def test_key_of_any_name_is_listed_on_a_line_of_its_own(run: Run, name: str) -> None:
    made = run("keys", "create", "--", name)
    assert (made.code, made.out[:4], made.err) == (0, "fck_", "")
    listed = run("keys", "list").out.splitlines()
    assert len(listed) == 2
    assert name in listed[1]


def test_scope_that_is_none_is_named(run: Run) -> None:
    done = run("keys", "create", "portal", "--scope", "admin")
    assert (done.code, done.out) == (2, "")
    assert "there is no admin; there are read, write" in done.err
