"""Pretrain the trunk on the source task."""

from pathlib import Path

from stages import _stage
from trunkline.artifacts import models as networks
from trunkline.artifacts import opening, records, tables
from trunkline.settings.study import Question
from trunkline.training import architecture, pretraining


def main(
    *, study: str, train: Path, validation: Path, models: Path, result: Path, curves: Path
) -> None:
    """Read training and validation rows; write trunks, runs and curves."""
    seed, inputs, tasks, repeats, network, training, source, targets = _stage.params(
        "seed",
        f"studies.{study}.inputs",
        f"studies.{study}.tasks",
        f"studies.{study}.repeats",
        f"studies.{study}.network",
        f"studies.{study}.training",
        f"studies.{study}.pretrain",
        f"studies.{study}.finetune",
    )
    question = Question(
        inputs=inputs, tasks=tasks, repeats=repeats, network=network, training=training,
        pretrain=source, finetune=targets,
    )  # fmt: skip
    most = (source.inputs or inputs).in_memory
    rows, held = opening.rows(train, most), opening.rows(validation, most)
    done = pretraining.pretrain(rows, held, question, name=study, seed=seed)
    networks.write(
        done.trained.models, done.encoder, architecture.describe(question, done.encoder), models
    )
    epochs = {str(budget): count for budget, count in done.epochs_by_budget.items()}
    summary = {"study": study, "task": source.task, "epochs_by_budget": epochs}
    records.write({"runs": done.trained.runs, "summary": summary}, result)
    tables.write_csv(done.trained.curves, curves)
