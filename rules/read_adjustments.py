"""The `adjustments` section: the catalogue of duties."""

from typing import Final

from rules.landlord import Adjustment
from rules.nodes import Node, Scalar, quoted
from rules.reading import Reading, Slot, flag, many, name_of, record, text, texts


def read_adjustment(reading: Reading, key: Scalar, node: Node) -> Adjustment:
    """One adjustment."""
    values = record(reading, node, _ADJUSTMENT, f"adjustment {quoted(key.value)}", key.mark)
    if values["only"] and not set(values["only"]) - set(values["never"]):
        hint = "leave it one channel, or take `only` out"
        reading.findings.error(key.mark, f"adjustment {quoted(key.value)} leaves no channel at all", hint)
    return Adjustment(key=key.value, mark=key.mark, **values)


_channels: Final = many(name_of("channel"))
_ADJUSTMENT: Final = {
    "name": Slot(text, "", required="write what people call it"),
    "means": Slot(text, "", wished="say in a sentence what it means"),
    "code": Slot(text, ""),
    "safety": Slot(flag, default=False),
    "never": Slot(_channels, ()),
    "only": Slot(_channels, ()),
    "formats": Slot(texts, ()),
    "call_prefix": Slot(text, ""),
    "interpreter": Slot(text, ""),
    "voicemail": Slot(flag, default=True),
    "recording": Slot(flag, default=True),
    "caller_identity": Slot(flag, default=True),
    "skip_menu": Slot(flag, default=False),
    "extra_time": Slot(flag, default=False),
    "slower_speech": Slot(flag, default=False),
    "times": Slot(flag, default=False),
    "needs_detail": Slot(flag, default=False),
    "instructions": Slot(texts, ()),
}
