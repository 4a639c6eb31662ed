"""Thread tokens: that we invited this participant to write in this enquiry, as few letters as a mailbox's name takes.

A token is a key's id, the enquiry's public reference and a MAC over enquiry and participant, in small letters and
digits, because mail programs change the case of addresses. It says nothing that the reference does not; only whoever
has the key can make one, and one that is made for a participant is of no use to another.
"""

import hmac
import re
from base64 import b32encode
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Final

from channels.same_mailbox import canonical
from router.references import normalise
from router.settings import Settings

KEY_ID: Final = 2
REFERENCE: Final = 9
MAC: Final = 20
"""Letters of five bits each: 100 bits."""

LENGTH: Final = KEY_ID + REFERENCE + MAC
_TOKEN: Final = re.compile(rf"([a-z2-7]{{{KEY_ID}}})([a-z0-9]{{{REFERENCE}}})([a-z2-7]{{{MAC}}})")
_MESSAGE_ID: Final = re.compile(rf"([A-Za-z0-9]{{{LENGTH}}})\.[0-9A-Za-z]{{26}}@")


@dataclass(frozen=True, slots=True)
class Token:
    """A token as it was found: nothing in it is proven yet but that the reference could be one of ours."""

    key_id: str
    reference: str
    mac: str


@dataclass(frozen=True, slots=True)
class Keys:
    """The keys that tokens are made and checked with, by their ids: the one in use first, then those it replaced."""

    by_id: Mapping[str, bytes] = field(repr=False)

    def issue(self, enquiry_id: str, reference: str, participant: str) -> str:
        """A token for a participant's address in an enquiry; "" where there is no key."""
        for key_id, key in self.by_id.items():
            plain = "".join(filter(str.isalnum, reference)).lower()
            return f"{key_id}{plain}{_mac(key, enquiry_id, participant)}"
        return ""

    def proves(self, token: Token, enquiry_id: str, participant: str) -> bool:
        """Whether we made this token for this participant in this enquiry."""
        key = self.by_id.get(token.key_id)
        return key is not None and hmac.compare_digest(token.mac, _mac(key, enquiry_id, participant))


def keys_of(settings: Settings) -> Keys:
    """The keys that follow from these settings."""
    former = settings.former_secret_keys.get_secret_value().split(",")
    secrets = [settings.secret_key.get_secret_value(), *(each.strip() for each in former)]
    return keys_from(filter(None, secrets))


def keys_from(secrets: Iterable[str]) -> Keys:
    """The keys that follow from these secrets: each has an id of its own that says nothing of it."""
    derived = [hmac.digest(secret.encode(), b"firstcontact thread token 1", sha256) for secret in secrets]
    found: dict[str, bytes] = {}
    for key in derived:
        found.setdefault(_letters(sha256(b"id" + key).digest(), KEY_ID), key)
    return Keys(found)


def read(written: str) -> Token | None:
    """The token that this is, whatever its case; None where it cannot be one of ours."""
    match = _TOKEN.fullmatch(written.lower())
    reference = normalise(match[2]) if match else None
    return Token(match[1], reference, match[3]) if match and reference else None


def in_message_id(message_id: str) -> Token | None:
    """The token in the id of a message of ours."""
    match = _MESSAGE_ID.match(message_id)
    return read(match[1]) if match else None


def _mac(key: bytes, enquiry_id: str, participant: str) -> str:
    signed = f"{enquiry_id}\0{canonical(participant)}".encode()
    return _letters(hmac.digest(key, signed, sha256), MAC)


def _letters(digest: bytes, count: int) -> str:
    return b32encode(digest).decode().lower()[:count]
