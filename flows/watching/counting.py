"""Tables and queries of a database: how many rows they have."""

import contextlib
import sqlite3
import urllib.parse
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from trunkline.settings.databases import Sql
from trunkline.sources import sql

SQLITE = "sqlite:///"
POSTGRESQL = "postgresql://"
ASKED = ("url", "table", "query", "password_env", "timeout")


def look(table: str, source: Mapping[str, Any]) -> dict[str, Any]:
    """Return the number of rows of a table or a query.

    Rows that are changed in place are not seen; the nightly run sees them.

    Args:
        table: Its name; of a query its text.
        source: With the database: the `path` of an SQLite file, or a `url`.

    Raises:
        ValueError: It is a database of another kind.
        OSError: The database or the table cannot be read.
    """
    if "query" in source or str(source.get("url", "")).startswith(POSTGRESQL):
        told = {name: source[name] for name in ASKED if name in source}
        return {"rows": sql.count(Sql(kind="sql", **told))}
    path = _path(source)
    address = f"file:{urllib.parse.quote(str(path.resolve()))}?mode=ro"  # never made by looking
    name = table.replace('"', '""')
    try:
        with contextlib.closing(sqlite3.connect(address, uri=True)) as database:
            (rows,) = database.execute(f'SELECT count(*) FROM "{name}"').fetchone()  # noqa: S608 - quoted
    except sqlite3.Error as error:
        raise OSError(f"table '{table}' of {path}: {error}") from error
    return {"rows": rows}


def _path(source: Mapping[str, Any]) -> Path:
    url = str(source.get("url", ""))
    if "path" in source:
        return Path(source["path"])
    if url.startswith(SQLITE):
        return Path(url.removeprefix(SQLITE))
    scheme = urllib.parse.urlsplit(url).scheme
    raise ValueError(
        f"expected the path of an SQLite file or a url that starts with {SQLITE} or {POSTGRESQL}, "
        f"received '{scheme}': rows of other databases are not counted yet "
        "(flows/watching/counting.py)"
    )
