"""The sections `transfer_reasons` and `resolutions`: why enquiries are passed on, and how they end."""

from typing import Final

from rules.landlord import Reason
from rules.nodes import Node, Scalar, quoted
from rules.reading import Reading, Slot, flag, record, text

STANDARD_TRANSFERS: Final = (
    Reason("wrong-team", "It should not have come to us", misroute=True),
    Reason("wrong-journey", "It is about something else than it seemed", misroute=True),
    Reason("next-step", "Our part is done, and the next step is theirs"),
    Reason("specialist", "It needs somebody who knows more about it"),
    Reason("capacity", "We cannot do it in time"),
)
"""What a landlord has who says nothing of `transfer_reasons`."""

STANDARD_RESOLUTIONS: Final = (
    Reason("answered", "The question was answered"),
    Reason("done", "The work was done"),
    Reason("referred", "Passed to somebody outside who can help"),
    Reason("no-reply", "The customer did not answer"),
    Reason("withdrawn", "The customer no longer wants it"),
    Reason("duplicate", "It is dealt with in another enquiry"),
    Reason("not-for-us", "Nothing that a landlord can do, such as advertising", counted=False),
)
"""What a landlord has who says nothing of `resolutions`."""


def read_transfer_reason(reading: Reading, key: Scalar, node: Node) -> Reason:
    """One reason for passing an enquiry on."""
    values = record(reading, node, _TRANSFER, f"the transfer reason {quoted(key.value)}", key.mark)
    return Reason(key=key.value, **values)


def read_resolution(reading: Reading, key: Scalar, node: Node) -> Reason:
    """One way in which an enquiry ends."""
    values = record(reading, node, _RESOLUTION, f"the resolution {quoted(key.value)}", key.mark)
    return Reason(key=key.value, **values)


_NAME: Final = {"name": Slot(text, "", required="write it as colleagues choose it from a list")}
_TRANSFER: Final = _NAME | {"misroute": Slot(flag, default=False)}
_RESOLUTION: Final = _NAME | {"counted": Slot(flag, default=True)}
