"""What a record says of databases: which rows were read, how many, and their digest.

A database has no file to compare. Its rows are counted at each look, which is cheap, and read
where their number has changed; `ingest` compares the digest of those it reads.
"""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from trunkline.settings import dataset
from trunkline.settings.databases import Sql
from trunkline.sources import recording, sql, sql_questions

ASKED = ("dialect", "table", "query")  # what tells one entry from another
FOUND = ("rows", "sha256")


def record(
    settings: dataset.Dataset, known: Mapping[str, Any], look: recording.Look
) -> dict[str, Any]:
    """Return the record of a dataset: of its files, and of its databases where it has any.

    Args:
        settings: of the dataset.
        known: the record that there is; empty where there is none.
        look: as `recording.seen`.

    Raises:
        ValueError: as `recording.seen` and `seen`.
        OSError: as `recording.seen` and `seen`.
    """
    files = {"files": recording.seen(settings, look)}
    rows = seen(settings, known.get("databases"))
    return {**files, "databases": rows} if rows else {**files}


def seen(settings: dataset.Dataset, known: object, root: Path = Path()) -> list[dict[str, Any]]:
    """Return rows and digest of each table and query that a dataset reads, in their order.

    Args:
        settings: of the dataset.
        known: the entries of the record that there is; one whose rows are still as many is kept.
        root: the project's folder.

    Raises:
        ValueError: as `sql.record`.
        OSError: as `sql.record`.
    """
    before = known if isinstance(known, list) else []
    sources = settings.sources or (settings.source,)
    asked = [source for source in sources if isinstance(source, Sql)]
    return [
        _facts(source, before[place] if place < len(before) else None, root)
        for place, source in enumerate(asked)
    ]


def hold(record: Mapping[str, Any], told: Mapping[str, Any], name: str) -> None:
    """Hold the rows of databases to a record: once they are read, they must be those it names.

    Args:
        record: as `seen` made it, under `databases`.
        told: what will be read, as a `Stream` tells it; rows and digest are put into it, and the
            stream stops at others.
        name: of the record, for messages.

    Raises:
        ValueError: the record is about other tables or queries.
    """
    known, read = record.get("databases", []), list(_read(told))
    if [_asked(entry) for entry in known] != [_asked(entry) for entry in read]:
        raise ValueError(
            f"{name}: it does not name the tables and queries that are read: `python -m stages "
            "look` writes the record anew, `make repro` does that first"
        )
    for entry, one in zip(known, read, strict=True):
        one.update({key: entry[key] for key in FOUND})


def _facts(source: Sql, before: Any, root: Path) -> dict[str, Any]:
    dialect = sql_questions.dialect(source)
    asked: dict[str, Any] = {"dialect": dialect}
    asked |= {"table": source.table} if source.table is not None else {"query": source.query}
    if dialect == "sqlite":
        asked["path"] = sa.make_url(source.url).database  # which a copy of the repository may lack
    same = isinstance(before, Mapping) and before == {**before, **asked}
    if same and sql.count(source, root) == before.get("rows"):
        return dict(before)
    return asked | {key: value for key, value in sql.record(source, root).items() if key in FOUND}


def _asked(entry: object) -> list[Any]:
    return [entry.get(key) for key in ASKED] if isinstance(entry, Mapping) else [entry]


def _read(told: Any) -> Iterator[dict[str, Any]]:
    """Yield what streams tell of databases."""
    if isinstance(told, dict) and told.get("kind") == "sql":
        yield told
    elif isinstance(told, Mapping):
        for entry in told.values():
            yield from _read(entry)
    elif isinstance(told, Sequence) and not isinstance(told, str):
        for entry in told:
            yield from _read(entry)
