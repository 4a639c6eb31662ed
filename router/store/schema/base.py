"""What all tables share: their metadata with its names, the columns that recur, and indexes over some rows only.

No text column has a length: PostgreSQL would hold to it and SQLite would not, and what comes in is bounded before.
"""

from sqlalchemy import (
    Column,
    ForeignKey,
    Index,
    MetaData,
    text,
)

from router.store.types import Id

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def id_column() -> Column[str]:
    """The id of a row, by which it is known everywhere."""
    return Column("id", Id, primary_key=True)


def mention_column(name: str) -> Column[str]:
    """The id of something that may be gone, or may not be stored yet."""
    return Column(name, Id)


def index_where(name: str, condition: str, *columns: str, unique: bool = False) -> Index:
    """An index over the rows that meet a condition, so that the others cost it nothing."""
    return Index(name, *columns, unique=unique, sqlite_where=text(condition), postgresql_where=text(condition))


def key_column(table: str, name: str) -> Column[str]:
    """The id of a row of another table, which has to be there."""
    return Column(name, Id, ForeignKey(f"{table}.id"), nullable=False)
