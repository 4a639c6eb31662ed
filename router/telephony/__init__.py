"""The hub's telephone line: callers who wait, the telephones that take them, and what became of each call."""
