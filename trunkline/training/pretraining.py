"""The source task: a trunk for each repeat, and how long small budgets are to be trained."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from trunkline.data.encoders import Encoder
from trunkline.determinism import seeds
from trunkline.networks import learner as learners
from trunkline.networks import trunks
from trunkline.networks.learner import Arrays
from trunkline.settings.study import Question, Task
from trunkline.tasks import budgets, labels, weighting
from trunkline.tasks.budgets import Draw
from trunkline.tasks.labels import Labels
from trunkline.training import answers, courses, inputs
from trunkline.training.batches import Table
from trunkline.training.fisher import Fisher
from trunkline.training.progress import Watch, watch
from trunkline.training.records import Key, Recorder, Run, Trained
from trunkline.training.trainer import Fit
from trunkline.training.trainers import Trainers


@dataclass(frozen=True)
class Pretrained:
    """What the source task gives.

    Attributes:
        trained: the networks and what their training showed.
        encoder: of the source's inputs, fitted on the training rows; on the source's alone, where
            it has its own inputs.
        epochs_by_budget: epochs for each label budget that is too small to hold rows back;
            the budget is text, as in JSON.
    """

    trained: Trained
    encoder: Encoder
    epochs_by_budget: dict[str, int]


def pretrain(
    train: pd.DataFrame,
    validation: pd.DataFrame,
    study: Question,
    *,
    name: str,
    seed: int,
    trainers: Trainers | None = None,
) -> Pretrained:
    """Learn the source task with all its labels, once for each repeat.

    For a target budget too small to hold rows back, the source also answers how long to
    train: networks learn the source from scratch with as few labels, and stop where the loss
    on the source's validation rows is least. The median of the best epochs is the number for
    every arm of that budget, scratch included, and costs no label of the target.

    Args:
        train: training rows.
        validation: validation rows, for early stopping on the source.
        study: the question.
        name: of the study, for seeds.
        seed: the root seed.
        trainers: networks that may be compiled already.

    Raises:
        ValueError: as `labels.encode` of the training rows.
    """
    source, read = study.pretrain.task, study.pretrain.inputs or study.inputs
    encoder = inputs.fit(_learned(train, study), read)
    if source is None:
        return Pretrained(Recorder("pretrain").result(), encoder, {})
    labels.encode(train, source, study.tasks[source])  # validation rows cannot stand in
    frame = pd.concat([train, validation], ignore_index=True)
    encoded = labels.encode(frame, source, study.tasks[source])
    rows = np.flatnonzero(encoded.known).astype(np.int32)
    draw = Draw(rows[rows < len(train)], rows[rows >= len(train)])
    features = inputs.features(frame, read, encoder, asked=encoded.known)
    run = _Source(study, name, seed, features, encoded, draw, trainers or Trainers())
    small = [
        budget
        for budget in study.finetune.budgets
        if not budgets.held_of(budget, study.training.validation_share)
    ]
    recorder = Recorder("pretrain")
    with watch(f"pretrain {name}", study.repeats * (1 + len(small))) as started:
        for repeat in range(study.repeats):
            fit = run.fit(draw, repeat, started, "all labels")
            arrays = run.trainer.learner.arrays() | run.measured(draw)
            size = learners.count(run.trainer.learner)
            key = Key(source, "pretrain", draw.train.size)
            recorder.add(key, Run(fit, draw, arrays, size))
        epochs = {str(budget): run.epochs(budget, started) for budget in small}
    return Pretrained(recorder.result(), encoder, epochs)


def _learned(train: pd.DataFrame, study: Question) -> pd.DataFrame:
    """Return the rows that tell the scale of the inputs: the source's, if it has its own inputs."""
    source = study.pretrain.task
    if source is None or study.pretrain.inputs is None:
        return train
    return train[labels.encode(train, source, study.tasks[source]).known]


class _Source:
    """Runs of the source task, all with one compiled network."""

    def __init__(
        self,
        study: Question,
        name: str,
        seed: int,
        features: inputs.Features,
        encoded: Labels,
        draw: Draw,
        trainers: Trainers,
    ) -> None:
        self._study, self._name, self._seed = study, name, seed
        self._encoded, self._held = encoded, draw.held
        known = np.zeros_like(encoded.known)
        known[draw.train] = True
        self._train = Labels(encoded.y, known)
        self._features = features
        self._fisher: Fisher | None = None
        self.trainer = trainers.give(
            study.network,
            study.training,
            shape=features.shape,
            outputs={"target": inputs.output(self.task)},
            sizes=courses.sizes(
                study.training, train_rows=draw.train.size, held_rows=draw.held.size
            ),
        )

    @property
    def task(self) -> Task:
        return self._study.tasks[str(self._study.pretrain.task)]

    def fit(self, draw: Draw, repeat: int, started: Watch, label: str) -> Fit:
        """Train from new weights."""
        title = f"{self._name} source, {label}, repeat {repeat}"
        started(title)
        seed = seeds.derive(self._seed, self._name, "pretrain", label, repeat)
        self.trainer.learner.initialise(seed)
        return self.trainer.fit(self._table(draw), draw, seed=seed, label=title)

    def measured(self, draw: Draw) -> Arrays:
        """Return what the study's strategies want to know of the network as it is."""
        wanted, learner, table = self._study.finetune.strategies, self.trainer.learner, self._table
        found: Arrays = {}
        if wanted.ewc is not None:
            if self._fisher is None:
                jit = trunks.compiled_by_xla(self._study.network)
                self._fisher = Fisher(learner, self.task.kind, jit=jit)
            found |= self._fisher.measure(table(draw), draw.train)
        if wanted.co_tuning is not None:
            said = answers.said(learner, learner.arrays(), table(draw), draw.held)
            warmth = answers.temperature(said, self._encoded.y[draw.held])
            found[answers.TEMPERATURE] = np.array(warmth, np.float32)
        return found

    def epochs(self, budget: int, started: Watch) -> int:
        """Return the median best epoch of the source with `budget` labels, over the repeats."""
        best = []
        for repeat in range(self._study.repeats):
            rng = seeds.generator(self._seed, self._name, "pretrain", "labels", repeat)
            chosen = budgets.draw(
                self._train,
                str(self._study.pretrain.task),
                self.task,
                budget=budget,
                validation_share=0.0,
                rng=rng,
            )
            draw = Draw(chosen.train, self._held)
            best.append(self.fit(draw, repeat, started, f"{budget} labels").best_epoch)
        return max(1, round(float(np.median(best))))

    def _table(self, draw: Draw) -> Table:
        scale = inputs.scale(self.task, self._encoded, draw.train)
        name = str(self._study.pretrain.task)
        encoded = weighting.drawn(name, self.task, self._encoded, draw.train)
        return inputs.table(self._features, [encoded], [scale], [1.0])
