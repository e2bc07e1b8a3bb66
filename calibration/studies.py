"""Studies of known truth: a generated table, one source, and a target of each kind of relation."""

import functools
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from trunkline.data import identity, splits, streams
from trunkline.data.splits import Split
from trunkline.determinism import seeds
from trunkline.metrics import summaries
from trunkline.metrics.verdicts import Verdict
from trunkline.settings import dataset, splitting
from trunkline.settings.inputs import Inputs
from trunkline.settings.judging import Evaluate
from trunkline.settings.strategies import FineTune, LinearProbe, Strategies
from trunkline.settings.study import (
    Finetune,
    Network,
    Pretrain,
    Question,
    Task,
    Training,
)
from trunkline.sources import latent
from trunkline.training import evaluation, pretraining, transfer
from trunkline.training.pretraining import Pretrained
from trunkline.training.targets import Targets
from trunkline.training.trainers import Trainers

SEED = 20261122
# What the target has to do with the source, by the column of the generated table.
KINDS = {"related": "shared", "unrelated": "unrelated", "contradicting": "contradicting"}

# Ten repeats are the default. Two arms at one budget are two comparisons, so that Holm's first
# step asks for p <= 0.025; the smallest p of ten repeats is 2/1024. By simulation, a normal gain
# of 1.0, 1.25 or 1.5 deviations of its repeats is then called "helps" in 65, 85 or 95 % of
# studies, one of 0 in 1 %. In the first eight worlds fine-tuning gained some 8 points, and repeats
# deviated by some 5: enough for 9 in 10. Each target has about 1,600 test rows: repeats share
# them, so their chance, which no interval shows, must stay small beside the gains.
TABLE = dataset.Latent(kind="latent", rows=4000, features=30, factors=3, noise=0.5, strength=1.0)
PARTS = splitting.Split(stratify=("domain",))
BUDGET = 50
QUESTION = Question(
    inputs=Inputs(columns=("feature_*",)),
    tasks={
        name: Task(kind="binary", target=name, positive=(1,), where={"domain": (domain,)})
        for name, domain in [
            ("source", "source"),
            *((column, "target") for column in KINDS.values()),
        ]
    },
    network=Network(widths=(32,), l2=0.001),
    training=Training(learning_rate=0.01, epochs=100, patience=10),
    pretrain=Pretrain(task="source"),
    finetune=Finetune(
        budgets=(BUDGET,),
        strategies=Strategies(linear_probe=LinearProbe(), fine_tune=FineTune()),
    ),
    evaluate=Evaluate(resamples=1999),
)


@dataclass(frozen=True)
class Finding:
    """One comparison of one study.

    Attributes:
        number: of the generated world.
        kind: what the target has to do with the source.
        difference: gain over scratch, as a share of the test rows.
    """

    number: int
    kind: str
    arm: str
    difference: float
    verdict: Verdict


def run(number: int, question: Question = QUESTION) -> list[Finding]:
    """Generate a world and return what a study of each kind of target finds in it.

    The three studies share the world's source, whose trunks are learned once; each corrects for
    its own comparisons only.

    Args:
        number: decides every random number.
        question: the study, without its target.
    """
    seed = seeds.derive(SEED, "calibration", number)
    rows = identity.whole(streams.of_frame(latent.table(TABLE, seed)))
    split = splits.split(rows, PARTS, seed)
    first = _asking(question, next(iter(KINDS.values())))
    source = pretraining.pretrain(
        split.train, split.validation, first, name="calibration", seed=seed, trainers=_trainers()
    )
    return [
        finding
        for kind, column in KINDS.items()
        for finding in _findings(number, kind, split, source, _asking(question, column), seed)
    ]


def _asking(question: Question, target: str) -> Question:
    return replace(question, finetune=replace(question.finetune, tasks=(target,)))


def _findings(
    number: int, kind: str, split: Split, source: Pretrained, question: Question, seed: int
) -> Iterator[Finding]:
    """Train and judge one study, by the functions that the stages call."""
    (weights,) = source.trained.models.values()
    targets = Targets(split.train, source.encoder, question, "calibration", seed, _trainers())
    done = transfer.train_all(targets, weights, source.epochs_by_budget)
    models = {(key.task, key.arm, key.budget): arrays for key, arrays in done.models.items()}
    trained = evaluation.Trained("transfer", models, source.encoder)
    scored = evaluation.score(split.test, [trained], question)
    for row in summaries.compare(scored.scores, question, seed=seeds.derive(seed, kind)):
        yield Finding(
            number, kind, row["arm"], float(np.round(row["difference"], 6)), row["verdict"]
        )


@functools.cache
def _trainers() -> Trainers:
    """Return the networks of this process: compiled for its first study, used by all."""
    return Trainers()
