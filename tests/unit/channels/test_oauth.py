"""Access tokens: what a client's setting may say, and when a token is asked for, kept, given up and refused."""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.oauth import EARLY_SECONDS, OAuthClient, OAuthTrouble, Tokens, read_client
from tests.servers.process import free_port
from tests.servers.tokens import CLIENT, SECRET, TokenServer, token_server

HIDDEN = "hunter2"


@pytest.fixture
def server() -> Iterator[TokenServer]:
    with token_server() as running:
        yield running


def test_a_client_is_read_from_its_address() -> None:
    url = "https://id%40x:s%2Fecret@login.example/tenant/token?scope=https%3A%2F%2Foutlook.office365.com%2F.default"
    assert read_client(url) == OAuthClient(
        "https://login.example/tenant/token", "id@x", "s/ecret", "https://outlook.office365.com/.default"
    )
    assert "s/ecret" not in repr(read_client(url))
    assert read_client("https://id@login.example/t?refresh_token_file=/run/secrets/r").refresh_token_file == Path(
        "/run/secrets/r"
    )


@pytest.mark.parametrize(
    "url, said",
    [
        (HIDDEN, "must start with https://"),
        (f"http://id:{HIDDEN}@login.example/t", "must start with https://"),
        (f"https://:{HIDDEN}@login.example/t", "must have a client's id"),
        (f"https://id:{HIDDEN}@/t", "must have a client's id"),
        (f"https://id:x@login.example/t?{HIDDEN}=1", "may have refresh_token, refresh_token_file, scope"),
        (f"https://id:[{HIDDEN}@login.example", "cannot be read"),
    ],
)
def test_a_mistake_in_it_is_named_and_no_secret_is(url: str, said: str) -> None:
    with pytest.raises(ValueError, match=f"^{said}") as refused:
        read_client(url)
    assert HIDDEN not in str(refused.value)


@given(st.text(max_size=60))
def test_whatever_is_written_is_a_client_or_a_plain_refusal(written: str) -> None:
    with suppress(ValueError):
        assert read_client(written).client_id


def test_a_token_is_kept_until_shortly_before_its_end(server: TokenServer) -> None:
    now = 0.0
    tokens = Tokens(read_client(server.url(scope="mail")), lambda: now)
    assert [tokens.token() for _ in range(3)] == ["token-1"] * 3
    assert server.asked == [
        {"grant_type": "client_credentials", "client_id": CLIENT, "client_secret": SECRET, "scope": "mail"}
    ]
    now = server.lasts - EARLY_SECONDS - 1
    assert tokens.token() == "token-1"
    now += 1
    assert tokens.token() == "token-2"


def test_a_token_that_was_refused_is_asked_for_anew(server: TokenServer) -> None:
    tokens = Tokens(read_client(server.url()))
    tokens.forget(tokens.token())
    assert tokens.token() == "token-2"
    tokens.forget("token-1")  # somebody else's, long ago
    assert tokens.token() == "token-2"


@pytest.mark.parametrize("rotates", [True, False])
def test_a_refresh_token_in_a_file_follows_the_server(server: TokenServer, tmp_path: Path, rotates: bool) -> None:
    file = tmp_path / "refresh"
    file.write_text("refresh-1\n")
    server.rotates = rotates
    tokens = Tokens(read_client(server.url(refresh_token_file=str(file))))
    for _ in range(3):
        tokens.forget(tokens.token())
    assert file.read_text().strip() == server.refresh == ("refresh-4" if rotates else "refresh-1")
    assert [path.name for path in tmp_path.iterdir()] == ["refresh"]


@pytest.mark.parametrize(
    "status, query, reason",
    [
        (200, {"refresh_token": "an-old-one"}, "oauth-refused"),
        (200, {"refresh_token_file": "/nowhere/at/all"}, "oauth-refused"),
        (400, {}, "oauth-refused"),
        (403, {}, "oauth-refused"),
        (429, {}, "oauth-unreachable"),
        (503, {}, "oauth-unreachable"),
    ],
)
def test_what_keeps_a_token_back_has_a_name(
    server: TokenServer, status: int, query: dict[str, str], reason: str
) -> None:
    server.status = status
    with pytest.raises(OAuthTrouble) as trouble:
        Tokens(read_client(server.url(**query))).token()
    assert trouble.value.reason == reason


def test_a_server_that_is_away_is_named_as_such() -> None:
    with pytest.raises(OAuthTrouble, match="oauth-unreachable"):
        Tokens(read_client(f"http://id:x@127.0.0.1:{free_port()}/t")).token()
