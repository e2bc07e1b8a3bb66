"""Accept a dataset as it is now: later versions are compared with it; `make accept` calls it."""

import sys
from pathlib import Path

from stages import _stage
from trunkline.artifacts import files
from trunkline.data import references
from trunkline.settings import asked


def main(
    *,
    dataset: str,
    missing: str = "no",
    ingested: Path = Path("data/ingested"),
    contracts: Path = Path("contracts"),
) -> None:
    """Write what the ingested rows of `dataset` are like, for review and commit.

    Args:
        dataset: a name under `datasets` of params.yaml, ingested before.
        missing: `yes` writes only where there is no reference yet.
        ingested: folder of the ingested tables.
        contracts: folder of the contracts.
    """
    settings, studies = _stage.params(f"datasets.{dataset}", "studies")
    path = contracts / f"{dataset}.reference.json"
    if missing == "yes" and path.exists():
        return
    classes = asked.classes(dataset, settings, studies)
    found = references.make(dataset, ingested / dataset / "table.parquet", classes)
    files.write(references.text(found).encode(), path)
    sys.stdout.write(f"{path}: written. Review what has changed, then commit it\n")
