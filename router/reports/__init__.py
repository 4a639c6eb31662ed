"""Figures from events alone, each with its definition in words; pure but for `reading`, which fetches the events."""
