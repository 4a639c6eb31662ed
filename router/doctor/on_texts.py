"""Whether we hear how our texts fare, and whether WhatsApp is set up as the landlord's needs for texts want it."""

from collections.abc import Iterator

from channels.names import SMS, WHATSAPP
from router.doctor.findings import Finding, ok, warning
from router.doctor.look import Look
from rules.landlord import Ruleset


def texts(look: Look) -> Finding | None:
    """What is wrong with how texts are set up, beside the account; nothing where none is sent."""
    settings = look.settings
    if not settings.twilio_account_sid or not (settings.sms_from or settings.whatsapp_from):
        return None
    if look.ruleset is None:
        return None
    found = [*_unheard(look), *(_whatsapp(look.ruleset) if settings.whatsapp_from else ())]
    if found:
        return warning(" ".join(what for what, _ in found), " ".join(do for _, do in found))
    return ok("We hear how texts fare, and they are sent as the landlord's needs want it.")


def _unheard(look: Look) -> Iterator[tuple[str, str]]:
    if not look.settings.public_url:
        yield (
            "No delivery receipts come in, so nobody learns that a text did not arrive.",
            "Set FIRSTCONTACT_PUBLIC_URL to an address that the provider reaches.",
        )


def _whatsapp(ruleset: Ruleset) -> Iterator[tuple[str, str]]:
    channel = ruleset.channels.get(WHATSAPP)
    if channel is None:
        yield "The landlord has no channel whatsapp, so it is never used.", "Add it to `channels`."
        return
    if channel.reply_within is None:
        yield (
            "WhatsApp refuses messages to who has not written for a day, and the channel does not say so.",
            "Give `channels: whatsapp` a `reply_within: 24 hours`.",
        )
    careless = [each.key for each in ruleset.adjustments.values() if SMS in each.never and WHATSAPP not in each.never]
    if careless:
        yield (
            f"Who may not be sent texts may be sent WhatsApp messages: {', '.join(careless)}.",
            "Add whatsapp to their `never`, unless that is meant.",
        )
