"""When two addresses are one person's mailbox: told apart conservatively, because a reply may join by it."""

from typing import Final

_ALIASES: Final = {"googlemail.com": "gmail.com"}
_DOTLESS: Final = frozenset({"gmail.com"})
"""Domains known to ignore dots before the @ sign."""

_SUBADDRESSED: Final = frozenset(
    {
        "fastmail.com", "fastmail.fm", "gmail.com", "hotmail.co.uk", "hotmail.com", "icloud.com", "live.co.uk",
        "live.com", "mac.com", "me.com", "msn.com", "outlook.com", "pm.me", "proton.me", "protonmail.com",
    }
)  # fmt: skip
"""Domains known to deliver `name+anything` to `name`. At any other the two may be two people, and count as two."""


def canonical(address: str) -> str:
    """The form in which two addresses of one mailbox are equal: case never counts, dots and plus only where known."""
    local, at, domain = address.strip().casefold().rpartition("@")
    if not at:
        return domain
    domain = domain.rstrip(".")
    domain = _ALIASES.get(domain, domain)
    if domain in _SUBADDRESSED:
        local = local.partition("+")[0] or local
    if domain in _DOTLESS:
        local = local.replace(".", "") or local
    return f"{local}@{domain}"


def without_tag(address: str) -> str:
    """An address of ours without what stands behind a plus sign: repairs+anything@… is repairs@…."""
    local, at, domain = address.rpartition("@")
    return f"{local.partition('+')[0]}{at}{domain}" if at and not local.startswith("+") else address


def tag_of(address: str) -> str:
    """What stands behind the plus sign of an address, "" where nothing does."""
    return address.rpartition("@")[0].partition("+")[2]
