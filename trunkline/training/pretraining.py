"""The source task: a trunk for each repeat, and how long small budgets are to be trained."""

from dataclasses import dataclass

import numpy as np

from trunkline.data import large
from trunkline.data.encoders import Encoder
from trunkline.data.large import Rows
from trunkline.determinism import seeds
from trunkline.networks import learner as learners
from trunkline.networks import trunks
from trunkline.networks.learner import Arrays
from trunkline.settings.study import Question, Task
from trunkline.tasks import labels, weighting
from trunkline.tasks.budgets import Draw
from trunkline.tasks.labels import Labels
from trunkline.training import answers, anticipating, courses, inputs, source_rows
from trunkline.training.batches import Table
from trunkline.training.fisher import Fisher
from trunkline.training.progress import Watch, watch
from trunkline.training.records import Key, Recorder, Run, Trained
from trunkline.training.shards import Sharded
from trunkline.training.source_rows import SourceRows
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
    train: Rows,
    validation: Rows,
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
        ValueError: as `anticipating.check`, and as `inputs.fit`.
    """
    anticipating.check(train, study)
    source, read = study.pretrain.task, study.pretrain.inputs or study.inputs
    encoder = inputs.fit(train, read, _learned(train, study))
    if source is None:
        return Pretrained(Recorder("pretrain").result(), encoder, {})
    given = source_rows.gather(train, validation, study, encoder, name=name, seed=seed)
    run, draw = _Source(study, name, seed, given, trainers or Trainers()), given.draw
    small = source_rows.small_budgets(study)
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


def _learned(train: Rows, study: Question) -> np.ndarray | None:
    """Return the rows that tell the scale of the inputs: the source's, if it has its own inputs."""
    source = study.pretrain.task
    if source is None or study.pretrain.inputs is None:
        return None
    task = study.tasks[source]
    return labels.encode(large.narrow(train, [task]), source, task).known


class _Source:
    """Runs of the source task, all with one compiled network."""

    def __init__(
        self,
        study: Question,
        name: str,
        seed: int,
        given: SourceRows,
        trainers: Trainers,
    ) -> None:
        self._study, self._name, self._seed = study, name, seed
        self._given = given
        self._train = source_rows.learned(given.encoded, given.draw)
        self._fisher: Fisher | None = None
        self.trainer = trainers.give(
            study.network,
            study.training,
            shape=given.features.shape,
            layout=given.features.layout,
            outputs={"target": inputs.output(self.task)},
            sizes=courses.sizes(
                study.training, train_rows=given.at_once, held_rows=given.draw.held.size
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
        table, places = self._table(draw), self._given.chosen
        if draw is self._given.draw and self._given.shards is not None:
            sharded = Sharded(self._given.shards, *self._labelled(draw), table)
            draw = draw._replace(held=places.places(draw.held))  # each shard is learned
            return self.trainer.fit(sharded, draw, seed=seed, label=title)
        return self.trainer.fit(table, places.draw(draw), seed=seed, label=title)

    def measured(self, draw: Draw) -> Arrays:
        """Return what the study's strategies want to know of the network as it is."""
        wanted, learner, table = self._study.finetune.strategies, self.trainer.learner, self._table
        found: Arrays = {}
        if wanted.ewc is not None:
            if self._fisher is None:
                jit = trunks.compiled_by_xla(self._study.network)
                self._fisher = Fisher(learner, self.task.kind, jit=jit)
            rows = self._given.chosen.places(self._given.measured)
            found |= self._fisher.measure(table(draw), rows)
        if wanted.co_tuning is not None:
            held = self._given.chosen.places(draw.held)
            said = answers.said(learner, learner.arrays(), table(draw), held)
            warmth = answers.temperature(said, self._given.encoded.y[draw.held])
            found[answers.TEMPERATURE] = np.array(warmth, np.float32)
        return found

    def epochs(self, budget: int, started: Watch) -> int:
        """Return the median best epoch of the source with `budget` labels, over the repeats."""
        best = []
        for repeat in range(self._study.repeats):
            rows = source_rows.small(
                self._study, self._train, budget, repeat, name=self._name, seed=self._seed
            )
            draw = Draw(rows, self._given.draw.held)
            best.append(self.fit(draw, repeat, started, f"{budget} labels").best_epoch)
        return max(1, round(float(np.median(best))))

    def _table(self, draw: Draw) -> Table:
        """Return the rows in memory."""
        encoded, scale = self._scaled(draw)
        near = self._given.chosen.labels(encoded)
        return inputs.table(self._given.features, [near], [scale], [1.0])

    def _labelled(self, draw: Draw) -> tuple[np.ndarray, np.ndarray]:
        """Return labels of all rows, and what they count."""
        encoded, scale = self._scaled(draw)
        return inputs.labelled([encoded], [scale])

    def _scaled(self, draw: Draw) -> tuple[Labels, inputs.Scale]:
        """Return the labels with the weights and the scale of the drawn training rows."""
        scale = inputs.scale(self.task, self._given.encoded, draw.train)
        name = str(self._study.pretrain.task)
        return weighting.drawn(name, self.task, self._given.encoded, draw.train), scale
