"""The keys of the channels that adapters and ways out are made for; a landlord's YAML may have others beside them."""

from typing import Final

PHONE: Final = "phone"
SMS: Final = "sms"
WHATSAPP: Final = "whatsapp"
EMAIL: Final = "email"
CHAT: Final = "chat"

TEXTS: Final = frozenset({SMS, WHATSAPP})
"""Short messages between two numbers: they may come in pieces, have words that are obeyed, and wait for their turn."""
