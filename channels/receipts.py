"""Delivery receipts of texts: how far a message of ours has come, whatever order its receipts arrive in."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final


class Stage(StrEnum):
    """How far a message has come, least first: a later stage proves more than an earlier one."""

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    """A carrier has it."""

    FAILED = "failed"
    """It never left the provider."""

    UNDELIVERED = "undelivered"
    """The carrier could not deliver it."""

    DELIVERED = "delivered"
    """It is on the handset: that it arrived is proof against any word that it did not."""

    READ = "read"


LOST: Final = frozenset({Stage.FAILED, Stage.UNDELIVERED})
ARRIVED: Final = frozenset({Stage.DELIVERED, Stage.READ})
_RANK: Final = {stage: rank for rank, stage in enumerate(Stage)}


class Closing(StrEnum):
    """Why a channel is not to be used to a number any more."""

    OPTED_OUT = "opted-out"
    """They said so."""

    NOT_REACHED = "not-reached"
    """Nothing on this channel arrives there, as texts at a landline; calls still may."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """One receipt: of which message, by the provider's id, which stage, why where it is lost, and when it came.

    `closes` says what the reason means for the number, `address_at_fault` that it is none at all.
    """

    account: str
    provider_id: str
    stage: Stage
    reason: str
    received_at: datetime
    closes: Closing | None = None
    address_at_fault: bool = False


def furthest(stages: Iterable[Stage | None]) -> Stage | None:
    """The stage that some receipts prove together: the same in any order, repeated or not."""
    return max((each for each in stages if each), key=_RANK.__getitem__, default=None)
