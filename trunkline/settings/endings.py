"""The kind of a source, where the ending of its file leaves no doubt."""

from collections.abc import Iterable, Mapping
from typing import Any

from trunkline.settings import addresses

KINDS = {
    ".csv": "csv",
    ".tsv": "csv",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".parquet": "parquet",
    ".arrow": "arrow",
    ".feather": "arrow",
    ".xlsx": "excel",
    ".npz": "npz",
}
DATABASES = ("sqlite", "postgresql", "postgres", "mysql", "mariadb", "mssql", "oracle")
DATABASE = (
    "it is the address of a database: write `kind: sql`, that address as `url`, and a `table` or a "
    "`query`"
)
# What else a user may have, by its ending: what to write, or to make of it.
HINTS = {
    ".json": "JSON is read as an object a line: write it so, as `.jsonl`",
    ".xls .xlsm .xlsb .ods": "workbooks are read as `.xlsx`: save it as one",
    ".zip .tar .tgz": (
        "it is an archive: add `kind: images` for pictures, or `kind: csv` and `member: <name>` "
        "for a CSV in a zip archive"
    ),
    "-ubyte .idx": "it is a file of IDX: write `kind: idx` and `paths: {<column>: <file>}`",
    ".db .sqlite .sqlite3": (
        "if it is a database of SQLite, write `kind: sql`, `url: sqlite:///<path>`, and a `table` "
        "or a `query`"
    ),
}
PACKED = (".gz", ".bz2", ".xz", ".zst")


def kind(source: Mapping[str, Any]) -> str | None:
    """Return the kind of a source that states none, None where its `path` does not tell.

    Example:
        >>> kind({"path": "wine.csv.gz"}), kind({"path": "pictures"})
        ('csv', None)
    """
    path = source.get("path")
    if not isinstance(path, str):
        return None
    name = _plain(path)
    return next((kind for ending, kind in KINDS.items() if name.endswith(ending)), None)


def completed(source: object) -> object:
    """Return a source with its kind, where it states none and its ending tells."""
    if isinstance(source, Mapping) and "kind" not in source and (told := kind(source)):
        return {"kind": told, **source}
    return source


def database(path: str) -> bool:
    """Return whether a path is the address of a database.

    Example:
        >>> database("sqlite:///data/shop.db"), database("data/shop.db")
        (True, False)
    """
    return addresses.scheme(path).partition("+")[0] in DATABASES


def unknown(source: object, kinds: Iterable[str]) -> str:
    """Return what is wrong with entries that tell no kind, and what to add to them.

    Args:
        source: the entries.
        kinds: that there are.
    """
    told = f"expected entries with a 'kind' ({', '.join(kinds)})"
    if not isinstance(source, Mapping):
        return told
    if isinstance(source.get("url"), str):
        return f"{told}: `url` is that of a database: add `kind: sql`"
    path = source.get("path")
    return f"{told}: {_hint(path)}" if isinstance(path, str) else told


def _hint(path: str) -> str:
    """Return what to add to a path whose ending does not tell a kind."""
    if database(path):
        return DATABASE
    name = _plain(path)
    for ends, hint in HINTS.items():
        if name.endswith(tuple(ends.split())):
            return hint
    shown = addresses.masked(repr(path[:60]))
    if "." in name:
        return f"{shown} does not tell it: if it is text with a delimiter, add `kind: csv`"
    return (
        f"{shown} does not end as one of them does: a folder is `kind: images` or `kind: parquet`"
    )


def _plain(path: str) -> str:
    """Return the name of a file in small letters, without the ending that says it is packed."""
    name = addresses.name(path).lower()
    for packed in PACKED:
        name = name.removesuffix(packed)
    return name
