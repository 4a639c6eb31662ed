"""Everything that answers over HTTP: provider webhooks, chat, API, health and metrics."""
