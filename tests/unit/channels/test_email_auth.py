"""Whether a mail is from whom it says: only our own server's word counts, and only where it alone can have put it."""

from datetime import UTC, datetime

import pytest

from channels import email
from channels.email_auth import UNNAMED, Trusted

NOW = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
MX = Trusted(("mx.hr.example",))
ME = "From: Sam <sam@home.example>\n\nx"


def facts(head: str, trusted: Trusted = MX) -> dict[str, str]:
    """What is found out of a mail with this on top of it."""
    found = email.read((head + "\n" + ME).encode(), NOW, trusted=trusted).facts
    return {name: found[name] for name in ("auth", "aligned", "spf", "dkim", "dmarc", "arc", "spam") if name in found}


def said(results: str, server: str = "mx.hr.example") -> str:
    """Write the header."""
    return f"Authentication-Results: {server}; {results}"


@pytest.mark.parametrize(
    "results, auth, aligned",
    [
        ("dmarc=pass header.from=home.example", "pass", "no"),
        ("spf=pass smtp.mailfrom=sam@home.example; dkim=none; dmarc=pass", "pass", "yes"),
        ("dmarc=fail (p=reject) header.from=home.example", "fail", "no"),
        ("dmarc=pass header.from=other.example", "none", "no"),
        ("spf=pass smtp.mailfrom=home.example; dmarc=fail header.from=home.example", "fail", "yes"),
        ("dkim=pass header.d=home.example", "pass", "yes"),
        ("dkim=pass header.i=@mail.home.example", "pass", "yes"),
        ("dkim=pass header.d=other.example", "none", "no"),
        ("dkim=pass header.d=nothome.example", "none", "no"),
        ("dkim=pass header.d=example", "none", "no"),
        ("dkim=fail header.d=other.example; dkim=pass header.d=home.example", "pass", "yes"),
        ("spf=softfail smtp.mailfrom=home.example", "fail", "no"),
        ("spf=neutral smtp.mailfrom=home.example; dkim=temperror", "none", "no"),
        ("spf=pass smtp.mailfrom=bounce@list.example", "none", "no"),
        ("none", "none", "no"),
        ("", "none", "no"),
        ("dkim/1 = pass (good (really; dmarc=pass)) header.d=home.example", "pass", "yes"),
        ('dkim=pass reason="a; dmarc=fail" header.d="home.example"', "pass", "yes"),
        ("DKIM=PASS header.D=HOME.example", "pass", "yes"),
        ("spf=pass\n smtp.mailfrom=<sam@home.example>", "pass", "yes"),
    ],
)
def test_what_the_server_found_out(results: str, auth: str, aligned: str) -> None:
    found = facts(said(results))
    assert (found["auth"], found["aligned"]) == (auth, aligned)


PASS = said("dkim=pass header.d=home.example; dmarc=pass header.from=home.example")
FAIL = said("dkim=fail header.d=home.example; dmarc=fail header.from=home.example")
HOP = "Received: from a by b; Mon, 2 Mar 2026 09:00:00 +0000"


@pytest.mark.parametrize(
    "head, auth",
    [
        ("X-Other: 1", "none"),
        (PASS, "pass"),
        (f"{FAIL}\n{PASS}", "fail"),
        (f"{HOP}\n{FAIL}\n{PASS}", "fail"),
        (f"{FAIL}\n{HOP}\n{PASS}", "fail"),
        (f"{said('spf=none')}\n{HOP}\n{PASS}", "none"),
        (f"{HOP}\n{said('spf=none')}\n{PASS}", "none"),
        (f"{said('spf=none')}\n{said('dkim=pass header.d=home.example')}\n{HOP}", "pass"),
        (said("dmarc=pass header.from=home.example", "evil.example"), "none"),
        (said("dmarc=pass header.from=home.example", "mx.hr.example.evil.example"), "none"),
        (said("dkim=pass header.d=home.example", "MX.hr.example 1"), "pass"),
        (said("dkim=pass header.d=home.example", "(a comment) mx.hr.example"), "pass"),
        (f"{said('dmarc=pass', 'evil.example')}\n{FAIL}", "fail"),
    ],
)
def test_whose_word_counts(head: str, auth: str) -> None:
    assert facts(head)["auth"] == auth


def test_without_a_trusted_server_nothing_is_said() -> None:
    assert facts(PASS, Trusted()) == {}


def test_exchange_online_does_not_name_itself() -> None:
    head = (
        "Authentication-Results: spf=pass (sender IP is 192.0.2.1) smtp.mailfrom=home.example; dkim=none (message not "
        "signed) header.d=none;dmarc=bestguesspass action=none header.from=home.example;compauth=pass reason=109"
    )
    assert facts(head, Trusted((UNNAMED,)))["auth"] == "pass"
    assert facts(PASS, Trusted((UNNAMED,)))["auth"] == "none"
    assert facts(head)["auth"] == "none"


SEALED = (
    f"{said('arc=pass; dmarc=fail header.from=home.example')}\n{HOP}\n"
    "ARC-Seal: i=1; a=rsa-sha256; d=evil.example; s=a; cv=none; b=x\n"
    "ARC-Authentication-Results: i=1; evil.example; dkim=fail header.d=home.example\n"
    "ARC-Seal: i=2; a=rsa-sha256; d=lists.example; s=a; cv=pass; b=x\n"
    "ARC-Authentication-Results: i=2; lists.example; dmarc=pass header.from=home.example"
)


@pytest.mark.parametrize(
    "head, forwarders, auth",
    [
        (SEALED, ("lists.example",), "pass"),
        (SEALED, (), "fail"),
        (SEALED, ("evil.example",), "fail"),
        (SEALED.replace("arc=pass", "arc=fail"), ("lists.example",), "fail"),
    ],
)
def test_a_trusted_forwarder(head: str, forwarders: tuple[str, ...], auth: str) -> None:
    assert facts(head, Trusted(MX.servers, forwarders))["auth"] == auth


@pytest.mark.parametrize("line", ["X-Spam-Flag: YES", "X-Spam-Status: Yes, score=9.1",
                                  "X-Forefront-Antispam-Report: CIP:1;SFV:SPM;H:a"])  # fmt: skip
def test_spam_is_marked(line: str) -> None:
    assert facts(f"{line}\n{PASS}")["spam"] == "yes"
    assert "spam-suspected" in email.read(f"{line}\n{PASS}\n{ME}".encode(), NOW, trusted=MX).marks


def test_who_failed_is_marked() -> None:
    assert "sender-not-proven" in email.read(f"{FAIL}\n{ME}".encode(), NOW, trusted=MX).marks
