"""What the report reads: the results of each study and dataset, from where the stages put them."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from trunkline.artifacts import results, tables
from trunkline.reports import contents, findings
from trunkline.reports.metalearning import measured as metalearning
from trunkline.reports.recommending import measured
from trunkline.settings.dataset import Dataset
from trunkline.settings.metalearning.study import Metalearner
from trunkline.settings.recommending.study import Recommender
from trunkline.settings.study import Study

CURVES = ("pretrain", "finetune", "multitask")
TOLD = ("weights", "conflicts", "affinity")  # by joint training


def studies(
    settings: Mapping[str, Study], results_of: Path, plots: Path
) -> tuple[findings.Study, ...]:
    """Read what was measured in all studies."""
    return tuple(
        study(key, one, results_of / "studies" / key / "evaluation", plots / key)
        for key, one in settings.items()
    )


def study(name: str, settings: Study, evaluation: Path, plots: Path) -> findings.Study:
    """Read what was measured in a study.

    Args:
        name: the study's key in params.yaml.
        settings: its parameters.
        evaluation: folder that the evaluate stage wrote.
        plots: folder of the study's curves, one CSV file per training stage.
    """
    return findings.studied(
        name,
        settings,
        {
            stem: results.read(evaluation / f"{stem}.json")
            for stem in ("tasks", "estimates", "comparisons", "transferability", "rivals")
        },
        tables.read(evaluation / "confusion.parquet"),
        {stage: tables.read_csv(plots / f"{stage}.csv") for stage in CURVES},
        _told(evaluation.parent),
        {stage: tables.read(evaluation.parent / stage / "runs.parquet") for stage in CURVES},
    )


def _told(results_of: Path) -> dict[str, Any]:
    """Read what else stages told; the files that are there differ between studies."""
    files = {stem: results_of / "multitask" / f"{stem}.parquet" for stem in TOLD}
    files["trials"] = results_of / "tuning" / "trials.parquet"
    found: dict[str, Any] = {
        stem: tables.read(file) for stem, file in files.items() if file.exists()
    }
    groups = results_of / "multitask" / "groups.json"
    return found | ({"groups": results.read(groups)} if groups.exists() else {})


def datasets(
    settings: Mapping[str, Dataset], results_of: Path, contracts: Path
) -> tuple[contents.Dataset, ...]:
    """Read what is known of all datasets."""
    return tuple(
        dataset(key, one, results_of / "datasets" / key, contracts / f"{key}.json")
        for key, one in settings.items()
    )


def dataset(name: str, settings: Dataset, validated: Path, contract: Path) -> contents.Dataset:
    """Read what the validate stage wrote about a dataset, and its contract."""
    drift = validated / "drift.json"
    return contents.Dataset(
        name=name,
        settings=settings,
        summary=results.read(validated / "summary.json"),
        validation=results.read(validated / "validation.json"),
        contract=results.read(contract),
        drift=results.read(drift) if drift.exists() else {},
        samples=tables.read(validated / "samples.parquet"),
    )


def recommenders(
    settings: Mapping[str, Recommender], results_of: Path
) -> tuple[measured.Measured, ...]:
    """Read what was measured in all studies of recommenders."""
    titles = {key: one.title for key, one in settings.items()}
    return tuple(
        recommender(key, one, results_of / "recommenders" / key, titles)
        for key, one in settings.items()
    )


def recommender(
    name: str, settings: Recommender, folder: Path, titles: Mapping[str, str]
) -> measured.Measured:
    """Read what was measured in a study of recommenders.

    Args:
        name: the study's key in params.yaml.
        settings: its parameters.
        folder: of its results: `evaluation` and `learned`.
        titles: of all studies of recommenders, by name.
    """
    stems = [*measured.RECORDS, *_asked(settings)]
    records = {stem: results.read(folder / "evaluation" / f"{stem}.json") for stem in stems}
    learned = folder / "learned"
    return measured.measured(
        name,
        settings,
        records | {"lists": results.read(learned / "lists.json")},
        tables.read(learned / "trials.parquet"),
        titles,
    )


def _asked(settings: Recommender) -> list[str]:
    """Return what else the evaluation wrote, as the study asks for it."""
    asked = {"borrowed": settings.transfer, "tasks": settings.tasks}
    return [stem for stem, options in asked.items() if options is not None]


def metalearners(
    settings: Mapping[str, Metalearner], results_of: Path
) -> tuple[metalearning.Measured, ...]:
    """Read what was measured in all studies of meta-learners."""
    return tuple(
        metalearner(key, one, results_of / "metalearners" / key) for key, one in settings.items()
    )


def metalearner(name: str, settings: Metalearner, folder: Path) -> metalearning.Measured:
    """Read what was measured in a study of meta-learners.

    Args:
        name: the study's key in params.yaml.
        settings: its parameters.
        folder: of its results: `evaluation` and `learned`.
    """
    files = {stem: folder / "evaluation" / f"{stem}.json" for stem in metalearning.EVALUATED}
    files |= {stem: folder / "learned" / f"{stem}.json" for stem in metalearning.LEARNED}
    records = {stem: results.read(path) for stem, path in files.items()}
    curves = tables.read(folder / "learned" / "curves.parquet")
    return metalearning.measured(name, settings, records, curves)
