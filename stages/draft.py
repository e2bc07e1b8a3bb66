"""Draft the contract of a dataset from its ingested rows; `make contract` calls it."""

import sys
from pathlib import Path

from stages import _stage
from trunkline.artifacts import agreements, results
from trunkline.data import drafting, drafting_words, profiles
from trunkline.settings import asked


def main(
    *,
    dataset: str,
    replace: str = "no",
    ingested: Path = Path("data/ingested"),
    contracts: Path = Path("contracts"),
) -> None:
    """Write the contract of `dataset` where there is none, else tell how a draft differs.

    Args:
        dataset: a name under `datasets` of params.yaml, ingested before.
        replace: `yes` writes over a contract that is there.
        ingested: folder of the ingested tables.
        contracts: folder of the contracts.
    """
    settings, studies = _stage.params(f"datasets.{dataset}", "studies")
    schema = results.read(ingested / dataset / "schema.json")
    columns = profiles.profile(ingested / dataset / "table.parquet")
    classes = asked.classes(dataset, settings, studies)
    text = drafting_words.text(drafting.draft(dataset, columns, schema, classes))
    path = contracts / f"{dataset}.json"
    kept = agreements.keep(text, path, replace)
    notes = drafting_words.notes(columns)
    sys.stdout.write(drafting_words.message(str(path), kept, text, notes))
