"""The signature: its own cases, and the provider's package as the oracle of what it says."""

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlencode

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from twilio.request_validator import RequestValidator

from channels import signature
from channels.adapter import Refused, Request
from tests.tables import try_each

ROWS = json.loads((Path(__file__).parents[2] / "cases" / "signatures" / "requests.json").read_text("utf-8"))
NOW = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
FORM = "application/x-www-form-urlencoded"


class Several(dict[str, list[str]]):
    """Fields as the oracle wants repeated ones."""

    def getall(self, name: str) -> list[str]:
        """Return every value of a field."""
        return self[name]


def passes(url: str, body: bytes, headers: dict[str, str], tokens: str, method: str = "POST") -> bool:
    """Tell whether a request is let through."""
    try:
        signature.require(Request(method, (url,), headers, body, NOW), tokens)
    except Refused:
        return False
    return True


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["about"])
def test_a_request_is_told_genuine_or_not_as_its_case_says(row: dict[str, str]) -> None:
    assert passes(row["url"], row["body"].encode(), row["headers"], row["tokens"], row["method"]) is row["genuine"]


@pytest.mark.parametrize("change", ["body", "url", "tokens"])
def test_a_genuine_request_is_refused_once_anything_changes(change: str) -> None:
    genuine = [row for row in ROWS if row["genuine"]]
    try_each(genuine, lambda row: is_refused_once_changed(row, change), lambda row: row["about"])


def is_refused_once_changed(row: dict[str, str], change: str) -> None:
    changed = row | {change: row[change] + ("&x=1" if change == "body" else "x")}
    tokens = ",".join(token + "x" for token in row["tokens"].split(",")) if change == "tokens" else row["tokens"]
    assert not passes(changed["url"], changed["body"].encode(), row["headers"], tokens, row["method"])


hosts = st.from_regex(r"[a-z]{1,8}\.example", fullmatch=True)
ports = st.sampled_from(["", ":80", ":443", ":8443"])
paths = st.from_regex(r"(/[a-zA-Z0-9_~.-]{0,6}){0,3}", fullmatch=True)
queries = st.from_regex(r"(\?[a-z]=[a-zA-Z0-9%20+']{0,8}(&[a-z]=[a-z0-9]{0,5}){0,2})?", fullmatch=True)
urls = st.builds(lambda *parts: "".join(parts), st.sampled_from(["http://", "https://"]), hosts, ports, paths, queries)
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
forms = st.dictionaries(texts.filter(bool), st.lists(texts, min_size=1, max_size=3), min_size=1, max_size=6)
tokens = st.from_regex(r"[a-z0-9]{1,32}", fullmatch=True)


@given(urls, forms, tokens, st.sampled_from(["HMAC_SHA1", "HMAC_SHA256"]), st.booleans())
def test_what_the_oracle_signs_is_genuine(
    url: str,
    form: dict[str, list[str]],
    token: str,
    algorithm: str,
    with_port: bool,
) -> None:
    signed = url
    if with_port and url.count(":") == 1:
        host = url.split("/")[2].partition("?")[0]
        signed = url.replace(host, host + (":443" if url.startswith("https") else ":80"), 1)
    given_signature = RequestValidator(token).compute_signature(signed, Several(form), algorithm)
    headers = {
        "content-type": FORM,
        "x-twilio-signature": given_signature,
        "x-twilio-webhooks-signature-settings": f"key=k,algorithm={algorithm}",
    }
    assert passes(url, urlencode(form, doseq=True).encode(), headers, f"other,{token}")


@given(urls, forms, tokens, texts)
def test_what_the_oracle_refuses_is_refused(url: str, form: dict[str, list[str]], token: str, given_text: str) -> None:
    encoded = base64.b64encode(hashlib.sha1(given_text.encode()).digest()).decode()
    assume(not RequestValidator(token).validate(url, Several(form), encoded))
    headers = {"content-type": FORM, "x-twilio-signature": encoded}
    assert not passes(url, urlencode(form, doseq=True).encode(), headers, token)


@given(hosts, paths, st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=40), tokens, st.booleans())
def test_a_body_that_its_hash_covers_is_genuine_as_the_oracle_says(
    host: str, path: str, body: str, token: str, changed: bool
) -> None:
    validator = RequestValidator(token)
    url = f"https://{host}{path or '/'}?a=1&bodySHA256={validator.compute_hash(body)}"
    given_signature = validator.compute_signature(url, {})
    sent = body + "x" * changed
    headers = {"content-type": "application/json", "x-twilio-signature": given_signature}
    assert validator.validate(url, sent, given_signature) is not changed
    assert passes(url, sent.encode(), headers, token) is not changed


@pytest.mark.parametrize(
    "called, signed",
    [
        # It takes everything after the first colon for the port, so the host goes with the password.
        ("https://hub:pass@hub.example:8443/x", "https://hub:pass@hub.example/x"),
        ("https://[2001:db8::1]:8443/x", "https://[2001:db8::1]/x"),
        # It writes the address anew, and an empty query or fragment is gone.
        ("https://hub.example/x?", "https://hub.example/x?"),
        # It knows nothing of the ways in which a query may have been encoded again on the way.
        ("https://hub.example/x?n=it%27s", "https://hub.example/x?n=it's"),
    ],
)
def test_where_the_oracle_is_wrong_we_are_not(called: str, signed: str) -> None:
    genuine = base64.b64encode(hmac.digest(b"t", f"{signed}a1".encode(), "sha1")).decode()
    assert not RequestValidator("t").validate(called, {"a": "1"}, genuine)
    assert passes(called, b"a=1", {"content-type": FORM, "x-twilio-signature": genuine}, "t")


@given(st.binary(max_size=60), st.binary(max_size=200), st.text(max_size=60))
def test_no_bytes_break_it(body: bytes, authorization: bytes, header: str) -> None:
    headers = {
        "x-twilio-signature": header,
        "authorization": "Basic " + base64.b64encode(authorization).decode(),
        "x-twilio-webhooks-signature-settings": header,
    }
    assert not passes("https://hub.example/channels/twilio/sms?" + header, body, headers, "token")
