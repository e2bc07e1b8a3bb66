"""What is asked of a database: which rows, and the one statement that asks for them."""

from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

import sqlalchemy as sa

from trunkline.settings.databases import Sql
from trunkline.sources import sql_postgresql, sql_sqlite
from trunkline.sources.sql_columns import Column

DATABASES: dict[str, ModuleType] = {"sqlite": sql_sqlite, "postgresql": sql_postgresql}


@dataclass(frozen=True)
class Question:
    """Which rows are asked for.

    Attributes:
        settings: the database, the table or the query.
        root: the project's folder.
        place: what to call all this in a message.
        taken: the columns that are taken, in the order of the source.
        keys: the columns that put the rows in one order.
    """

    settings: Sql
    root: Path
    place: str
    taken: tuple[Column, ...]
    keys: tuple[Column, ...]

    @property
    def columns(self) -> tuple[Column, ...]:
        """What is taken, and then what only sorts."""
        names = {column.name for column in self.taken}
        return self.taken + tuple(key for key in self.keys if key.name not in names)


def dialect(settings: Sql) -> str:
    """Return the name of the kind of database."""
    return settings.url.split(":", 1)[0]


def database(settings: Sql) -> ModuleType:
    """Return the module of a kind of database."""
    return DATABASES[dialect(settings)]


def parts(table: str) -> tuple[str | None, str]:
    """Return the schema of a table, None where it states none, and its name."""
    schema, point, name = table.partition(".")
    return (schema, name) if point else (None, table)


def source(connection: sa.Connection, settings: Sql) -> str:
    """Return what stands behind FROM: a name in quotes, or the query in brackets."""
    if settings.table is None:
        query = str(settings.query).strip().rstrip(";")
        return f"(\n{query}\n)"  # a comment may end it
    quote = connection.dialect.identifier_preparer.quote_identifier
    return ".".join(quote(part) for part in parts(settings.table) if part)


def statement(connection: sa.Connection, question: Question) -> str:
    """Return the one statement that reads."""
    room = database(question.settings)
    quote = connection.dialect.identifier_preparer.quote_identifier
    wanted = [room.asked(column, quote(column.name)) for column in question.columns]
    order = []
    for column in question.keys:
        asked = room.asked(column, quote(column.name)) if column.words else quote(column.name)
        order.append(f"{asked} COLLATE {room.COLLATION}" if column.words else asked)
    return (
        f"SELECT {', '.join(wanted)} FROM {source(connection, question.settings)} AS source_rows "  # noqa: S608 - names are quoted, the query is the user's
        f"ORDER BY {', '.join(f'{key} NULLS FIRST' for key in order)}"
    )
