"""Judge every trained network on the test rows, which no other stage reads."""

from pathlib import Path

from stages import _stage
from trunkline.artifacts import models, opening, records, results, tables
from trunkline.metrics import foretelling, summaries
from trunkline.settings.study import Question
from trunkline.training import evaluation


def main(  # noqa: PLR0913  # each path is a flag
    *, study: str, test: Path, finetuned: Path, measures: Path, multitask: Path, result: Path,
    metrics: Path, budgets: Path,
) -> None:  # fmt: skip
    """Read networks and test rows; write scores, estimates, comparisons and verdicts."""
    seed, inputs, tasks, network, targets, joint, judgement = _stage.params(
        "seed",
        f"studies.{study}.inputs",
        f"studies.{study}.tasks",
        f"studies.{study}.network",
        f"studies.{study}.finetune",
        f"studies.{study}.multitask",
        f"studies.{study}.evaluate",
    )
    question = Question(inputs=inputs, tasks=tasks, network=network, finetune=targets,
                        multitask=joint, evaluate=judgement)  # fmt: skip
    rows = opening.rows(test, inputs.in_memory)
    trained = [
        evaluation.Trained(part, models.read_all(folder), models.read_encoder(folder))
        for part, folder in (("transfer", finetuned), ("multitask", multitask))
    ]
    scored = evaluation.score(rows, trained, question)
    found = summaries.summarise(scored.scores, question, name=study, seed=seed)
    promised = tables.read(measures / "transferability.parquet")
    told = foretelling.rank(promised, found.comparisons, question, name=study, seed=seed)
    said = evaluation.describe(rows, question)
    records.write(vars(scored) | found._asdict() | {"tasks": said, "transferability": told}, result)
    results.write(summaries.headlines(found.comparisons), metrics)
    tables.write_csv(summaries.learning_curves(found.estimates, said), budgets)
