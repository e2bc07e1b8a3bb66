"""Databases with tables of the tests' own: SQLite, and PostgreSQL where it can be started."""

import contextlib
import hashlib
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from tests.sources import databases, projects

VARIABLE = "SHOP_PASSWORD"
FILE = Path("data/shop.db")


class Store:
    """A database: its source, statements that change it, and all that it holds."""

    def __init__(self, server: databases.Server | None) -> None:
        self.server = server
        if server is None:
            FILE.parent.mkdir(exist_ok=True)
        else:
            server.run("DROP SCHEMA public CASCADE", "CREATE SCHEMA public")

    def source(self, **options: Any) -> dict[str, Any]:
        """Return a source of this database."""
        if self.server is None:
            return {"kind": "sql", "url": f"sqlite:///{FILE}", **options}
        return {"kind": "sql", "url": self.server.url, "password_env": VARIABLE, **options}

    def run(self, *statements: str) -> list[Any]:
        """Run statements that may write."""
        if self.server is not None:
            return self.server.run(*statements)
        with contextlib.closing(sqlite3.connect(FILE, isolation_level=None)) as connection:
            return [connection.execute(statement).fetchall() for statement in statements][-1]

    def content(self) -> Any:
        """Return what must not change: the bytes of the file, or all rows of all tables."""
        if self.server is None:
            names = sorted(path.name for path in FILE.parent.iterdir())
            return names, hashlib.sha256(FILE.read_bytes()).hexdigest()
        tables = self.server.run(
            "SELECT oid::regclass::text, relkind::text FROM pg_class "
            "WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'S') ORDER BY 1"
        )
        return [
            (name, self.server.run(f"SELECT ROW(t.*)::text FROM {name} AS t ORDER BY 1"))
            for name, _ in tables
        ]

    def taken(self, **options: Any) -> Any:
        """Ingest a source of this database."""
        return projects.taken(self.source(**options))

    def refused(self, message: str, **options: Any) -> None:
        """Hold an ingest to its message, to leaving nothing, and to changing nothing."""
        before = self.content()
        with pytest.raises((ValueError, OSError), match=message) as caught:
            projects.taken(self.source(**options))
        assert databases.PASSWORD not in str(caught.value)
        assert projects.nothing_was_left()
        assert self.content() == before
