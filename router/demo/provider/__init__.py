"""A telephony provider that plays whole calls against our webhooks: it follows TwiML, and answers its REST API."""
