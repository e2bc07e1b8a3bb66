"""Tasks learned jointly, on shared rows or on their own, against each alone on its rows."""

from dataclasses import replace

from trunkline.data import large
from trunkline.data.encoders import Encoder
from trunkline.data.large import Rows
from trunkline.determinism import seeds
from trunkline.networks import architectures
from trunkline.networks import learner as learners
from trunkline.networks.learner import Arrays
from trunkline.settings.study import Multitask, Question
from trunkline.tasks import labels, weighting
from trunkline.training import (
    affinity,
    balancers,
    choosing,
    courses,
    inputs,
    joint_rows,
    stacking,
    telling,
    tuned,
)
from trunkline.training.joint_rows import Drawn
from trunkline.training.outputs import Output
from trunkline.training.progress import watch
from trunkline.training.records import Key, Recorder, Run, Trained
from trunkline.training.trainer import Trainer
from trunkline.training.tuned import STATED, Chosen, Place, Tuned
from trunkline.training.ways import Way

EQUAL = "equal"  # the balancer
JOINT = "joint"  # the arm under it; those of other balancers go by their names
ALONE = "alone"
ALL = "all"  # the task under which joint networks are recorded


def train(
    rows: Rows,
    encoder: Encoder,
    study: Question,
    *,
    name: str,
    seed: int,
    searched: Chosen | None = None,
) -> Trained:
    """Train a network for all tasks in each way, and one for each task, in every repeat.

    The joint network minimises L(theta) = sum_i w_i L_i(f_i(x, theta)) + lambda R(theta), w_i
    the weights of the tasks and R the squared weights of the shared trunk; other balancers than
    `equal` weigh the w_i L_i anew at each step, and are compared by that same loss on the held
    rows. All heads read the same representation of the same rows; under another architecture
    than `hard`, each one its own. The arms of a repeat share rows, order and the trunk's initial
    weights; a task alone sees the rows that have its label.

    Args:
        rows: training rows.
        encoder: of the inputs.
        study: the question.
        name: of the study, for seeds.
        seed: the root seed.
        searched: what a search chose for each arm; none: all as stated.

    References:
        Caruana, "Multitask Learning", Machine Learning 28 (1997).
    """
    recorder = Recorder("multitask")
    names = study.multitask.tasks
    if not names:
        return recorder.result()
    shared, found = Shared(rows, encoder, study, name, seed), searched or Chosen()
    groups = groups_of(study.multitask)
    for repeat in range(study.repeats):
        shared.draw(repeat)  # what a later one lacks is told before the first is trained
    with watch(f"multitask {name}", study.repeats * len(groups)) as started:
        for repeat in range(study.repeats):
            draw = shared.draw(repeat)
            for key, group in groups.items():
                started(shared.label(key))
                values = found.values(Place("multitask", *key))
                run = shared.fit(key, group, draw, tuned.of(values, study.network))
                recorder.add(key, run)
    further: dict[str, object] = {**telling.tables(recorder.fits, names)}
    if study.multitask.affinity:
        measured = recorder.fits[Key(ALL, JOINT, study.multitask.total)]
        further |= telling.affinities(measured, names)
    return recorder.result(further)


def ways(joint: Multitask) -> dict[str, Way]:
    """Return how each joint arm learns: an arm for each balancer, then for each architecture."""
    known = balancers.chosen(joint.balancers)
    arms = {JOINT if name == EQUAL else name: Way(one) for name, one in known.items()}
    if joint.affinity:
        arms[JOINT] = Way(affinity.build())
    named = joint.sharing.named()
    for name, architecture in architectures.chosen(joint.sharing).items():
        arms[name] = Way(known[named[name].balancer], architecture)
    return arms


def groups_of(joint: Multitask) -> dict[Key, tuple[str, ...]]:
    """Return the tasks of each arm: those of joint training first, then each task alone."""
    together = {Key(ALL, arm, joint.total): joint.tasks for arm in ways(joint)}
    return together | {Key(task, ALONE, joint.rows_of(task)): (task,) for task in joint.tasks}


class Shared:
    """The tasks over one table, with one compiled network for each set of outputs."""

    def __init__(self, rows: Rows, encoder: Encoder, study: Question, name: str, seed: int) -> None:
        """Encode the rows; networks are compiled when they are first trained."""
        self._study, self._name, self._seed = study, name, seed
        self._tasks = {task: study.tasks[task] for task in study.multitask.tasks}
        narrow = large.narrow(rows, self._tasks.values())
        self._labels = {task: labels.encode(narrow, task, t) for task, t in self._tasks.items()}
        drawn = [] if narrow is rows else [self._drawn(n).draw for n in range(study.repeats)]
        parts = [part for draw in drawn for part in (draw.train, draw.held)]
        self._chosen = choosing.choose(rows, parts)
        self._features = inputs.features(self._chosen.frame, study.inputs, encoder)
        self.arms = ways(study.multitask)
        self._trainers: dict[tuple[Way, tuple[Output, ...]], Trainer] = {}
        self._repeat = 0

    def draw(self, repeat: int) -> Drawn:
        """Return the rows of a repeat, as `joint_rows.draw` does."""
        self._repeat = repeat
        found = self._drawn(repeat)
        seen = {task: self._chosen.labels(one) for task, one in found.labels.items()}
        return replace(found, draw=self._chosen.draw(found.draw), labels=seen)

    def _drawn(self, repeat: int) -> Drawn:
        return joint_rows.draw(
            self._labels, self._study, name=self._name, seed=self._seed, repeat=repeat
        )

    def label(self, key: Key) -> str:
        """Return what is trained in the repeat that was drawn last, for messages."""
        return f"{self._name} {key.arm} {key.task}, repeat {self._repeat}"

    def fit(self, key: Key, group: tuple[str, ...], drawn: Drawn, settings: Tuned = STATED) -> Run:
        """Train the tasks of `group` in one network, in the repeat that was drawn last."""
        outputs = tuple(inputs.output(self._tasks[task]) for task in group)
        trainer = self._trainer(outputs, self.arms.get(key.arm, Way()))
        draw = drawn.of(group)
        encoded = [
            weighting.drawn(task, self._tasks[task], drawn.labels[task], draw.train)
            for task in group
        ]
        scales = [
            inputs.scale(self._tasks[task], one, draw.train[one.known[draw.train]])
            for task, one in zip(group, encoded, strict=True)
        ]
        weights = [self._tasks[task].weight if len(group) > 1 else 1.0 for task in group]
        table = inputs.table(self._features, encoded, scales, weights)
        seed = seeds.derive(self._seed, self._name, "multitask", self._repeat)
        trainer.learner.initialise(seed)
        names = group if len(group) > 1 else ()
        fit = trainer.fit(
            table, draw, seed=seed, label=self.label(key), tasks=names, tuned=settings
        )
        arrays: Arrays = trainer.learner.arrays()
        for number, scale in enumerate(scales):
            arrays[f"scale/{number}"] = scale.array()
        return Run(fit, draw, arrays, learners.count(trainer.learner))

    def _trainer(self, outputs: tuple[Output, ...], way: Way) -> Trainer:
        wanted = way, outputs
        if wanted not in self._trainers:
            rows = self._study.multitask.total
            self._trainers[wanted] = stacking.trainer_of(len(outputs), way.balancer, way.sharing)(
                self._study.network,
                self._study.training,
                shape=self._features.shape,
                outputs={str(number): output for number, output in enumerate(outputs)},
                sizes=courses.sizes(self._study.training, train_rows=rows, held_rows=rows),
                way=way,
                layout=self._features.layout,
            )
        return self._trainers[wanted]
