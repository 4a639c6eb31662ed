"""What an adjustment leaves open that whoever wrote it may not have meant."""

from rules.constraints import allowed_channels
from rules.landlord import SMS, WHATSAPP, Ruleset
from rules.nodes import quoted
from rules.reading import Reading


def check_adjustments(reading: Reading, ruleset: Ruleset) -> None:
    """Warn of adjustments that forbid texts and leave WhatsApp, which comes to the same telephone."""
    channel = ruleset.channels.get(WHATSAPP)
    if channel is None or not channel.outbound:
        return
    for each in ruleset.adjustments.values():
        if SMS in each.never and WHATSAPP in allowed_channels([each.key], ruleset):
            message = f"{quoted(each.key)} forbids texts, and messages by {channel.name} remain allowed"
            reading.findings.warning(each.mark, message, f"add {quoted(WHATSAPP)} to its `never`, unless that is meant")
