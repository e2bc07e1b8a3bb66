"""Ingest a dataset: rows from their source, as a table of typed columns with a stable row_id."""

from pathlib import Path

from stages import _stage
from trunkline.artifacts import results, streaming
from trunkline.sources import reading


def main(*, dataset: str, table: Path, schema: Path) -> None:
    """Read the source of `dataset`; write its table and its schema."""
    settings, seed = _stage.params(f"datasets.{dataset}", "seed")
    rows = reading.stream(settings, seed)
    written = streaming.write(rows, settings.row_id, table)
    told = {"source": rows.told} if rows.told else {}
    results.write({"dataset": dataset, "title": settings.title, **written, **told}, schema)
