"""What the report reads: the results of each study and dataset, from where the stages put them."""

from pathlib import Path
from typing import Any

from trunkline.artifacts import results, tables
from trunkline.reports import contents, findings
from trunkline.settings.dataset import Dataset
from trunkline.settings.study import Study

CURVES = ("pretrain", "finetune", "multitask")


def study(name: str, settings: Study, evaluation: Path, plots: Path) -> findings.Study:
    """Read what was measured in a study.

    Args:
        name: the study's key in params.yaml.
        settings: its parameters.
        evaluation: folder that the evaluate stage wrote.
        plots: folder of the study's curves, one CSV file per training stage.
    """
    trials = evaluation.parent / "tuning" / "trials.parquet"
    return findings.studied(
        name,
        settings,
        {
            stem: results.read(evaluation / f"{stem}.json")
            for stem in ("tasks", "estimates", "comparisons", "transferability")
        },
        tables.read(evaluation / "confusion.parquet"),
        {stage: tables.read_csv(plots / f"{stage}.csv") for stage in CURVES},
        _told(evaluation.parent / "multitask"),
        tables.read(trials) if settings.tune else None,
    )


def _told(folder: Path) -> dict[str, Any]:
    """Read what joint training told; the files that are there differ between studies."""
    found: dict[str, Any] = {
        stem: tables.read(folder / f"{stem}.parquet")
        for stem in ("weights", "conflicts", "affinity")
        if (folder / f"{stem}.parquet").exists()
    }
    if (folder / "groups.json").exists():
        found["groups"] = results.read(folder / "groups.json")
    return found


def dataset(name: str, settings: Dataset, validated: Path, contract: Path) -> contents.Dataset:
    """Read what the validate stage wrote about a dataset, and its contract."""
    return contents.Dataset(
        name=name,
        settings=settings,
        summary=results.read(validated / "summary.json"),
        validation=results.read(validated / "validation.json"),
        contract=results.read(contract),
        samples=tables.read(validated / "samples.parquet"),
    )
