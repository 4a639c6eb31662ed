"""A table with a column of every sort that many rows at once are found, inserted and changed in."""

from sqlalchemy import Boolean, Column, Float, MetaData, String, Table, Text

from router.store.types import Json, UtcDateTime

metadata = MetaData()
things = Table(
    "things",
    metadata,
    Column("id", String(26), primary_key=True),
    Column("order", Text),  # a word that has to be quoted
    Column("data", Json),
    Column("at", UtcDateTime),
    Column("current", Boolean),
    Column("share", Float),
)
