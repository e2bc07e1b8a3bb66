"""Validate a dataset: stop where its contract is broken, or set rows aside; split the rest once."""

from pathlib import Path

from stages import _stage
from trunkline.artifacts import files, records, results, streaming, tables
from trunkline.data import outcomes, quarantining, splits, stored, summaries
from trunkline.data import tables as rows


def main(  # noqa: PLR0913  one flag a path
    *,
    dataset: str,
    table: Path,
    schema: Path,
    contract: Path,
    train: Path,
    validation: Path,
    test: Path,
    quarantine: Path,
    report: Path,
) -> None:
    """Check `table` against `schema` and `contract`; write its parts and a report on them."""
    settings, seed = _stage.params(f"datasets.{dataset}", "seed")
    found = streaming.stored(table)
    rows.agree(stored.told(found), results.read(schema))
    kept, held = quarantining.keep(found, results.read(contract), dataset, settings)
    parts = splits.split(kept.whole(list(kept.types)), settings.split, seed)
    paths = {"train": train, "validation": validation, "test": test}
    for name, path in paths.items():
        tables.write(getattr(parts, name), path)
    aside = streaming.copy(*quarantining.rows(found, held, settings), quarantine)
    written = {name: streaming.stored(path) for name, path in paths.items()}
    summary = summaries.summarise(written, aside, settings.split.stratify)
    samples = summaries.samples(written["train"], settings.split.stratify)
    sources = {"table": table, "contract": contract, "train": train}
    hashes = {name: files.sha256(path) for name, path in sources.items()}
    named = {"dataset": dataset, "title": settings.title, "sha256": hashes}
    told = {"validation": outcomes.to_json(held), "summary": {**named, **summary}}
    records.write({**told, "samples": samples}, report)
