"""Validate a dataset: stop where its contract is broken, else split its rows once."""

from pathlib import Path

from stages import _stage
from trunkline.artifacts import agreements, files, records, results, tables
from trunkline.data import contracts, outcomes, splits, summaries
from trunkline.data import tables as rows


def main(  # noqa: PLR0913  one flag a path
    *,
    dataset: str,
    table: Path,
    schema: Path,
    contract: Path,
    drift: Path,
    train: Path,
    validation: Path,
    test: Path,
    quarantine: Path,
    report: Path,
) -> None:
    """Check `table` against `schema` and `contract`; write its parts and a report on them."""
    settings, seed = _stage.params(f"datasets.{dataset}", "seed")
    frame = tables.read(table)
    rows.conform(frame, results.read(schema))
    held = contracts.check(frame, agreements.read(contract, dataset), dataset)
    outcomes.enforce(held)
    parts, aside = splits.split(frame, settings.split, seed), frame.head(0)
    samples = summaries.samples(parts.train, settings.split.stratify)
    summary = summaries.summarise(parts, aside, settings.split.stratify)
    written = {train: parts.train, validation: parts.validation, test: parts.test}
    for path, part in {**written, quarantine: aside}.items():
        tables.write(part, path)
    sources = {"table": table, "contract": contract, "train": train}
    hashes = {name: files.sha256(path) for name, path in sources.items()}
    named = {"dataset": dataset, "title": settings.title, "sha256": hashes}
    told = {"validation": outcomes.to_json(held), "summary": {**named, **summary}}
    records.write({**told, "samples": samples, "drift": results.read(drift)}, report)
