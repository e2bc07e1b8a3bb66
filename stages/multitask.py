"""Train the tasks of a study jointly, and each alone."""

from pathlib import Path

from stages import _stage
from trunkline.artifacts import models as networks
from trunkline.artifacts import opening, records, results, tables
from trunkline.settings.study import Question
from trunkline.training import architecture, multitask, tuned
from trunkline.training import inputs as encoding


def main(
    *, study: str, train: Path, chosen: Path, models: Path, result: Path, curves: Path
) -> None:
    """Read training rows and what a search chose; write networks, runs and curves."""
    seed, inputs, tasks, repeats, network, training, joint = _stage.params(
        "seed",
        f"studies.{study}.inputs",
        f"studies.{study}.tasks",
        f"studies.{study}.repeats",
        f"studies.{study}.network",
        f"studies.{study}.training",
        f"studies.{study}.multitask",
    )
    question = Question(
        inputs=inputs, tasks=tasks, repeats=repeats, network=network, training=training,
        multitask=joint,
    )  # fmt: skip
    rows = opening.rows(train, inputs.in_memory)
    encoder = encoding.fit(rows, inputs)
    searched = tuned.Chosen(results.read(chosen))
    done = multitask.train(rows, encoder, question, name=study, seed=seed, searched=searched)
    networks.write(done.models, encoder, architecture.describe(question, encoder), models)
    records.write({"runs": done.runs, **done.further}, result)
    tables.write_csv(done.curves, curves)
