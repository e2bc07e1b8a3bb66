"""Search the settings of every arm, with the same number of trials for each."""

from pathlib import Path

from stages import _stage
from trunkline.artifacts import models as networks
from trunkline.artifacts import opening, results, tables
from trunkline.training.tuning import records


def main(
    *, study: str, train: Path, validation: Path, pretrained: Path, source: Path, trials: Path,
    chosen: Path,
) -> None:  # fmt: skip
    """Read training and validation rows and pretrained trunks; write trials and choices."""
    seed, settings = _stage.params("seed", f"studies.{study}")
    found: list[records.Row] = []
    if settings.tune is not None:
        from trunkline.training.tuning import arms, tune  # seconds, where there is a search only

        most = settings.inputs.in_memory
        rows = arms.Rows(opening.rows(train, most), opening.rows(validation, most))
        epochs = results.read(source / "summary.json")["epochs_by_budget"]
        left = arms.Source(
            networks.read_only(pretrained), networks.read_encoder(pretrained), epochs
        )
        found = tune.tune(rows, left, settings, name=study, seed=seed)
    tables.write(records.table(found), trials)
    results.write(records.chosen(found, settings.finetune.budgets), chosen)
