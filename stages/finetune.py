"""Train each transfer strategy on each target task, label budget and repeat."""

from pathlib import Path

from stages import _stage
from trunkline.artifacts import models as networks
from trunkline.artifacts import opening, records, results, tables
from trunkline.settings.study import Question
from trunkline.training import adaptation, architecture, transfer, transferability, tuned


def main(  # noqa: PLR0913  # each path is a flag
    *, study: str, train: Path, pretrained: Path, source: Path, chosen: Path, models: Path,
    result: Path, curves: Path,
) -> None:  # fmt: skip
    """Read training rows and pretrained trunks; write networks, runs, curves, measures."""
    seed, inputs, tasks, repeats, network, training, origin, targets = _stage.params(
        "seed", f"studies.{study}.inputs", f"studies.{study}.tasks", f"studies.{study}.repeats",
        f"studies.{study}.network", f"studies.{study}.training", f"studies.{study}.pretrain",
        f"studies.{study}.finetune",
    )  # fmt: skip
    question = Question(
        inputs=inputs, tasks=tasks, repeats=repeats, network=network, training=training,
        pretrain=origin, finetune=targets,
    )  # fmt: skip
    rows, origins = opening.rows(train, inputs.in_memory), networks.read_encoder(pretrained)
    encoder = transfer.target_encoder(rows, question, origins)
    trunks = networks.read_only(pretrained)
    epochs = results.read(source / "summary.json")["epochs_by_budget"]
    done = transfer.finetune(
        rows, trunks, encoder, epochs, question, name=study, seed=seed,
        searched=tuned.Chosen(results.read(chosen)),
    )  # fmt: skip
    done = adaptation.joined_to(done, rows, encoder, question, name=study, seed=seed)
    told = transferability.measure(rows, trunks, encoder, question, name=study, seed=seed)
    networks.write(done.models, encoder, architecture.describe(question, encoder, origins), models)
    records.write({"runs": done.runs, "transferability": told}, result)
    tables.write_csv(done.curves, curves)
