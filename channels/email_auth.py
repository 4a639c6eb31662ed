"""What our own mail server found out about a mail's sender (RFC 8601), read from its header and from no other.

Anybody can write `Authentication-Results` into a mail. It counts only where it names a server that the landlord trusts,
and stands where only that server can have put it.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from channels.email_headers import raw_text

UNNAMED: Final = "microsoft-365"
"""Stands for a server that does not name itself: Exchange Online writes the header without a name."""

Headers = Sequence[tuple[str, bytes]]
"""Every header of a mail from the top on: its name in lower case, its raw value."""

_LONGEST: Final = 20_000
_COMMENT: Final = re.compile(r"\((?:[^()\\]|\\.){0,2000}\)")
_QUOTED: Final = re.compile(r'"((?:[^"\\]|\\.){0,2000})"')
_RESULT: Final = re.compile(r"\s*([a-z][a-z0-9-]{0,30})(?:\s*/\s*\d{1,9})?\s*=\s*([a-z]{1,30})\b(.*)", re.DOTALL)
_PROPERTY: Final = re.compile(r"\b([a-z]{1,20}\.[a-z0-9_-]{1,40})\s*=\s*(\S{1,320})")
_TAG: Final = re.compile(r"(?:\A|;)\s*([a-z]{1,3})\s*=\s*([^;]{0,300})")
_METHODS: Final = ("spf", "dkim", "dmarc", "arc")
_PASSED: Final = frozenset({"pass", "bestguesspass"})
_FAILED: Final = frozenset({"fail", "softfail", "hardfail", "policy"})
_SPAM: Final = {
    "x-spam-flag": re.compile(r"yes"),
    "x-spam-status": re.compile(r"yes"),
    "x-spam": re.compile(r"yes"),
    "x-forefront-antispam-report": re.compile(r".{0,2000}?\bsfv:(?:spm|skb|sks)\b", re.DOTALL),
}


@dataclass(frozen=True, slots=True)
class Trusted:
    """Whose word counts: names of our mail servers, and domains of forwarders whose seals (ARC) are trusted."""

    servers: tuple[str, ...] = ()
    forwarders: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Result:
    method: str
    result: str
    properties: Mapping[str, str]

    def domain(self, *names: str) -> str:
        """The domain that a property is about, the first of these that is there."""
        value = next((self.properties[name] for name in names if name in self.properties), "")
        return _ascii(value.rpartition("@")[2].strip("<>.,"))


def auth_facts(headers: Headers, sender: str, trusted: Trusted) -> dict[str, str]:
    """Return `auth`, `aligned` and what was said of `spf`, `dkim`, `dmarc`, `arc` and `spam`; {} if nobody is trusted.

    `auth` is pass where the domain of the From address answers for the mail, fail where that was looked for and it
    does not, none where nothing was found out. `aligned` says whether SPF or DKIM passed for that domain itself.
    """
    if not trusted.servers:
        return {}
    results = _results(_own(headers, trusted.servers))
    facts = {each.method: each.result for each in reversed(results) if each.method in _METHODS}
    if any(each.method == "dkim" and each.result == "pass" for each in results):
        facts["dkim"] = "pass"
    if facts.get("arc") == "pass" and facts.get("dmarc") != "pass":
        results = _sealed(headers, trusted.forwarders) or results
    domain = _ascii(sender.rpartition("@")[2]) if "@" in sender else ""
    aligned = bool(domain) and any(_aligned(each, domain) for each in results)
    facts |= {"auth": _verdict(results, domain, aligned=aligned), "aligned": "yes" if aligned else "no"}
    if any(name in _SPAM and _SPAM[name].match(_text(value)) for name, value in headers):
        facts["spam"] = "yes"
    return facts


def _own(headers: Headers, servers: Sequence[str]) -> list[str]:
    """List what one of our servers wrote: all that stands above the first Received, else only the topmost.

    A server puts its Received on top of what a sender wrote, so nothing above the first one can be the sender's.
    """
    found: list[str] = []
    hops = 0
    for name, value in headers:
        hops += name == "received"
        if hops and found:
            return found
        if name == "authentication-results" and _server(text := _text(value)) in servers:
            found.append(text)
            if hops:
                return found
    return found[:1]


def _server(text: str) -> str:
    first = text.partition(";")[0].split()
    return UNNAMED if not first or "=" in first[0] else first[0]


def _sealed(headers: Headers, forwarders: Sequence[str]) -> list[_Result]:
    """Read what the last forwarder that sealed the mail had found out, if it is trusted; our server checked seals."""
    seals = [dict(_TAG.findall(_text(value))) for name, value in headers if name == "arc-seal"]
    numbered = [(int(seal["i"]), seal) for seal in seals if seal.get("i", "").strip().isdecimal()]
    if not numbered:
        return []
    number, last = max(numbered, key=lambda each: each[0])
    if last.get("d", "").strip() not in forwarders:
        return []
    reports = [_text(value) for name, value in headers if name == "arc-authentication-results"]
    return _results([each for each in reports if dict(_TAG.findall(each)).get("i", "").strip() == str(number)])


def _results(reports: Sequence[str]) -> list[_Result]:
    segments = [segment for report in reports for segment in report.split(";")[:100]]
    found = [match for match in map(_RESULT.match, segments) if match]
    return [_Result(match[1], match[2], dict(_PROPERTY.findall(match[3]))) for match in found]


def _verdict(results: Sequence[_Result], domain: str, *, aligned: bool) -> str:
    policy = next((each for each in results if each.method == "dmarc" and _about(each, domain)), None)
    if policy and domain and policy.result in _PASSED:
        return "pass"
    if policy and policy.result in _FAILED:
        return "fail"
    if aligned:
        return "pass"
    failed = any(each.method in ("spf", "dkim") and each.result in _FAILED for each in results)
    return "fail" if failed else "none"


def _about(result: _Result, domain: str) -> bool:
    """Whether a DMARC result is about this From: one that is about another says nothing for it."""
    return result.domain("header.from") in ("", domain)


def _aligned(result: _Result, domain: str) -> bool:
    if result.result != "pass" or result.method not in ("spf", "dkim"):
        return False
    names = ("header.d", "header.i") if result.method == "dkim" else ("smtp.mailfrom", "smtp.mail", "envelope.from")
    signer = result.domain(*names)
    if "." not in signer:
        return False
    return signer == domain or signer.endswith(f".{domain}") or domain.endswith(f".{signer}")


def _ascii(domain: str) -> str:
    domain = domain.lower()
    if domain.isascii():
        return domain
    try:
        return domain.encode("idna").decode("ascii")
    except UnicodeError:
        return domain


def _text(value: bytes) -> str:
    """Return a header in lower case, without comments and quotation marks."""
    text = raw_text(value[:_LONGEST]).lower()
    text = _QUOTED.sub(lambda match: match[1].replace(";", " "), text)
    for _ in range(5):  # comments may stand in comments
        if "(" not in text:
            break
        text = _COMMENT.sub(" ", text)
    return text.strip()
