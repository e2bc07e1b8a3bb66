"""Ingest a dataset: rows from their source, as a table of typed columns with a stable row_id."""

from pathlib import Path

from stages import _stage
from trunkline.artifacts import results, tables
from trunkline.data import tables as rows
from trunkline.sources import reading


def main(*, dataset: str, table: Path, schema: Path) -> None:
    """Read the source of `dataset`; write its table and its schema."""
    settings, seed = _stage.params(f"datasets.{dataset}", "seed")
    frame = rows.identified(reading.read(settings.source, seed), settings.row_id)
    tables.write(frame, table)
    results.write({"dataset": dataset, "title": settings.title, **rows.schema(frame)}, schema)
