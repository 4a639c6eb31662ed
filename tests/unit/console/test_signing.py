"""Where signing in leads: to a path on this server, whatever the address asked for."""

from urllib.parse import urljoin, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from router.console.signing import local_path

OURS = "https://hub.example"


@pytest.mark.parametrize("path", ["/", "/queue", "/queue?team=repairs&after=1.2.3", "/enquiries/ABCD-EFGH-2#timeline"])
def test_path_of_ours_is_kept(path: str) -> None:
    assert local_path(path) == path


@pytest.mark.parametrize(
    "wanted",
    [
        "",
        "queue",
        "https://evil.example/",
        "//evil.example",
        "///evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "/\t/evil.example",
        "/\n//evil.example",
        "javascript:alert(1)",
        "/quéue",
        "//[",
    ],
)
def test_anything_else_leads_to_the_start(wanted: str) -> None:
    assert local_path(wanted) == "/"


@given(st.text(alphabet=st.sampled_from("/\\:@.?#[]\t\r\n evilexmplhtps"), max_size=20))
def test_it_never_leads_away(wanted: str) -> None:
    path = local_path(wanted)
    leads = urlsplit(urljoin(OURS, path.replace("\\", "/").replace("\t", "").replace("\n", "")))
    assert (leads.scheme, leads.netloc) == ("https", "hub.example")
