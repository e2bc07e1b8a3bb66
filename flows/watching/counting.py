"""Tables of a database: how many rows they have."""

import contextlib
import sqlite3
import urllib.parse
from collections.abc import Mapping
from pathlib import Path
from typing import Any

SQLITE = "sqlite:///"


def look(table: str, source: Mapping[str, Any]) -> dict[str, Any]:
    """Return the number of rows of a table.

    Rows that are changed in place are not seen; the nightly run sees them.

    Args:
        table: Its name.
        source: With the database: the `path` of an SQLite file, or a `url` that starts with
            `sqlite:///`.

    Raises:
        ValueError: It is a database of another kind.
        OSError: The database or the table cannot be read.
    """
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
        f"expected the path of an SQLite file or a url that starts with {SQLITE}, received "
        f"'{scheme}': rows of other databases are not counted yet (flows/watching/counting.py)"
    )
