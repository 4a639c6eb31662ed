"""Twilio's error codes in plain words: what went wrong, what a colleague can do, and what it means for the number.

Source: the provider's dictionary of error and warning codes, https://www.twilio.com/docs/api/errors.
"""

from typing import Final, NamedTuple

from channels.receipts import Closing

PREFIX: Final = "twilio-"


class Meaning(NamedTuple):
    """What an error code means: `words` for a colleague, and whether it is of use to try the same again later."""

    words: str
    closes: Closing | None = None
    """Whether the channel is not to be used to this number any more."""

    no_number: bool = False
    """There is no such number, for calls no more than for texts."""

    passes: bool = False


_OUT, _UNREACHED = Closing.OPTED_OUT, Closing.NOT_REACHED
_ADMIN: Final = "Tell whoever runs this server"
MEANINGS: Final[dict[int, Meaning]] = {
    14107: Meaning("Too many messages went out at once. It is tried again by itself", passes=True),
    20003: Meaning(f"The provider did not accept our password. {_ADMIN}"),
    20429: Meaning("Too many messages went out at once. It is tried again by itself", passes=True),
    21211: Meaning("This is no phone number. Ask the customer for the right one", no_number=True),
    21212: Meaning(f"The number that we send from is not valid. {_ADMIN}"),
    21214: Meaning("This number cannot be reached. Ask the customer for another one", no_number=True),
    21217: Meaning("This is no phone number. Ask the customer for the right one", no_number=True),
    21265: Meaning("A short code cannot be sent texts. Ask the customer for their own number", _UNREACHED),
    21408: Meaning(f"Our account may not send texts to this country. {_ADMIN}, or reach the customer another way"),
    21602: Meaning("There was nothing in the message. Write it again"),
    21603: Meaning(f"No number to send from is set. {_ADMIN}"),
    21606: Meaning(f"The number that we send from cannot send texts to this one. {_ADMIN}"),
    21608: Meaning(f"A trial account only sends to numbers that were verified. {_ADMIN}"),
    21610: Meaning(
        "They have stopped texts from us. Use another channel; they can send START to have texts again", _OUT
    ),
    21611: Meaning("Too many messages wait to be sent. It is tried again by itself", passes=True),
    21612: Meaning("Texts from our number do not reach this one. Use another channel, or ask for another number"),
    21614: Meaning(
        "This is not a mobile number, so no texts arrive there. Ring it, or use another channel", _UNREACHED
    ),
    21617: Meaning("The message is longer than a text can be. Make it shorter, or send it by email"),
    21635: Meaning("This is a landline, so no texts arrive there. Ring it, or use another channel", _UNREACHED),
    21656: Meaning(f"The values of an approved WhatsApp message are wrong. {_ADMIN}"),
    21703: Meaning(f"The messaging service has no number to send from. {_ADMIN}"),
    30001: Meaning("Too many messages waited at the provider. Send it again, or use another channel"),
    30002: Meaning(f"Our account is suspended. {_ADMIN} at once"),
    30003: Meaning("The phone is switched off or has no signal. Try later, or ring"),
    30004: Meaning("The phone or its network blocks our texts. Use another channel"),
    30005: Meaning("The number is unknown or not in use any more. Ask the customer for another one", _UNREACHED),
    30006: Meaning("This is a landline, or its network takes no texts. Ring it, or use another channel", _UNREACHED),
    30007: Meaning("The network took the text for spam. Say it in other words without links, or use another channel"),
    30008: Meaning("The network did not say why it failed. Try again once, or use another channel"),
    30009: Meaning("A part of the text was lost on its way. Send it again, or use another channel"),
    30010: Meaning("The text costs more than our account allows. Make it shorter, or use another channel"),
    30032: Meaning(f"Our toll-free number is not verified. {_ADMIN}"),
    30034: Meaning(f"Our number is not registered for texts to this country. {_ADMIN}"),
    30410: Meaning("The provider took too long. Try again once, or use another channel"),
    30450: Meaning("Texts to this country are blocked for our account to prevent fraud. Use another channel"),
    60410: Meaning("Texts to numbers like this are blocked to prevent fraud. Use another channel"),
    63001: Meaning(f"WhatsApp did not accept our account. {_ADMIN}"),
    63003: Meaning("This number has no WhatsApp. Use a text or another channel", _UNREACHED),
    63005: Meaning("WhatsApp did not accept the message. Use another channel"),
    63007: Meaning(f"The WhatsApp number that we send from is not set up. {_ADMIN}"),
    63013: Meaning("WhatsApp refused it under its own policy. Use another channel"),
    63015: Meaning("The WhatsApp trial only reaches people who joined it. Use another channel", _UNREACHED),
    63016: Meaning(
        "They last wrote by WhatsApp more than 24 hours ago, so WhatsApp takes only messages it has approved."
        " Use another channel"
    ),
    63018: Meaning("Too many WhatsApp messages went out at once. It is tried again by itself", passes=True),
    63024: Meaning("This number cannot get WhatsApp messages from us. Use a text or another channel", _UNREACHED),
    63032: Meaning("WhatsApp will not send them messages from us. Use another channel"),
    63033: Meaning("They have blocked us on WhatsApp. Use another channel", _OUT),
    63049: Meaning("WhatsApp held it back, as it does with some messages. Use another channel"),
    63051: Meaning(f"WhatsApp has locked our account. {_ADMIN}"),
}


def meaning_of(reason: str) -> Meaning | None:
    """What a reason such as `twilio-21610` means; None where it is not one of these codes."""
    code = reason.removeprefix(PREFIX)
    return MEANINGS.get(int(code)) if code != reason and code.isascii() and code.isdigit() else None
