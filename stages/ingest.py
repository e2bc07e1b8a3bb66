"""Ingest a dataset: rows from their source, as a table of typed columns with a stable row_id."""

from pathlib import Path

from stages import _stage
from trunkline.artifacts import results, streaming
from trunkline.sources import reading, recording, recording_databases

NONE = Path()


def main(*, dataset: str, table: Path, schema: Path, record: Path = NONE) -> None:
    """Read the source of `dataset`, whose files are those of its record; write table and schema."""
    settings, seed = _stage.params(f"datasets.{dataset}", "seed")
    rows = reading.quick(settings, seed)
    if record != NONE:
        recorded = results.read(record)
        recording.compare(recorded, rows.told, str(record))
        recording_databases.hold(recorded, rows.told, str(record))
    rows, written = streaming.write_quick(rows, settings.row_id, table)
    told = {"source": rows.told} if rows.told else {}
    results.write({"dataset": dataset, "title": settings.title, **written, **told}, schema)
