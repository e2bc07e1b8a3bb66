"""Validate a dataset: stop where its contract is broken, else split its rows once."""

from pathlib import Path

from stages import _stage
from trunkline.artifacts import files, parts, records, results, tables
from trunkline.data import contracts, outcomes, rules, rules_rows, splits, summaries
from trunkline.data import tables as rows


def main(  # noqa: PLR0913  one flag a path
    *,
    dataset: str,
    table: Path,
    schema: Path,
    contract: Path,
    keys: Path,
    train: Path,
    validation: Path,
    test: Path,
    quarantine: Path,
    report: Path,
) -> None:
    """Check `table` against `schema` and `contract`; write its parts and a report on them."""
    settings, seed = _stage.params(f"datasets.{dataset}", "seed")
    frame, agreed = tables.read(table), results.read(contract)
    rows.conform(frame, results.read(schema))
    held = contracts.check(frame, agreed, dataset)
    outcomes.enforce(held)
    parting = splits.parting(frame, settings.split, seed)
    held = rules.enforce(held, agreed, rules_rows.of_frame(frame, parting), parts.read_all(keys))
    split, aside = splits.taken(frame, parting), frame.head(0)
    samples = summaries.samples(split.train, settings.split.stratify)
    summary = summaries.summarise(split, aside, settings.split.stratify)
    parts.write(table, {train: parting.train, validation: parting.validation, test: parting.test})
    tables.write(aside, quarantine)
    hashes = files.hashes({"table": table, "contract": contract, "train": train})
    named = {"dataset": dataset, "title": settings.title, "sha256": hashes}
    told = {"validation": outcomes.to_json(held), "summary": {**named, **summary, **parting.told}}
    records.write({**told, "samples": samples}, report)
