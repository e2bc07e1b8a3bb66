"""Validate a dataset: stop where its contract is broken, or set rows aside; split the rest once."""

from pathlib import Path

from stages import _stage
from trunkline.artifacts import agreements, files, parts, records, results, streaming
from trunkline.data import outcomes, quarantining, rules, splits_tables, stored, summaries
from trunkline.data import tables as rows


def main(  # noqa: PLR0913  # each path is a flag
    *, dataset: str, table: Path, schema: Path, contract: Path, keys: Path, drift: Path,
    train: Path, validation: Path, test: Path, quarantine: Path, report: Path,
) -> None:  # fmt: skip
    """Check `table` against `schema` and `contract`; write its parts and a report on them."""
    settings, seed = _stage.params(f"datasets.{dataset}", "seed")
    found, agreed = streaming.stored(table), agreements.read(contract, dataset)
    ingested = results.read(schema)
    rows.agree(stored.told(found), ingested)
    kept, held = quarantining.keep(found, agreed, dataset, settings)
    parting = splits_tables.parting(table, quarantining.kept(kept), settings.split, seed)
    held = rules.enforce(held, agreed, parts.read(table, parting), parts.read_all(keys))
    paths = {"train": train, "validation": validation, "test": test}
    parts.write(table, {path: getattr(parting, name) for name, path in paths.items()})
    aside = streaming.copy(*quarantining.rows(found, held, settings), quarantine)
    written = {name: streaming.stored(path) for name, path in paths.items()}
    summary = summaries.summarise(written, aside, settings.split.stratify)
    samples = summaries.samples(written["train"], settings.split.stratify)
    hashes = files.hashes({"table": table, "contract": contract, "train": train})
    named = {"dataset": dataset, "title": settings.title, "sha256": hashes}
    named |= {"source": ingested.get("source", {})}
    told = {"validation": outcomes.to_json(held), "summary": {**named, **summary, **parting.told}}
    records.write({**told, "samples": samples, "drift": results.read(drift)}, report)
