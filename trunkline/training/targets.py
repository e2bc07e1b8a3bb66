"""The target tasks over one table, and the runs that are made of them."""

import numpy as np

from trunkline.data import large
from trunkline.data.encoders import Encoder
from trunkline.data.large import Rows
from trunkline.determinism import seeds
from trunkline.networks.learner import Arrays
from trunkline.settings.study import Question, Task
from trunkline.tasks import budgets, labels, weighting
from trunkline.tasks.budgets import Draw
from trunkline.tasks.labels import Labels
from trunkline.training import choosing, courses, inputs, pairs, source_rows
from trunkline.training.courses import Sizes
from trunkline.training.trainer import Trainer
from trunkline.training.trainers import Trainers
from trunkline.training.transferring.arm import Arm
from trunkline.training.tuned import STATED, Tuned


class Targets:
    """The target tasks over one table, with one compiled network for each kind of output."""

    def __init__(
        self,
        train: Rows,
        encoder: Encoder,
        study: Question,
        name: str,
        seed: int,
        trainers: Trainers | None = None,
    ) -> None:
        """Encode the rows; `trainers` may hold networks that are compiled already."""
        self.study, self.name, self._seed = study, name, seed
        self.tasks = {task: study.tasks[task] for task in study.finetune.tasks}
        narrow = large.narrow(train, self.tasks.values())
        self._all = {name: labels.encode(narrow, name, task) for name, task in self.tasks.items()}
        self._chosen = choosing.choose(train, () if train is narrow else self._asked(train))
        self.rows = self._chosen.frame
        self.labels = {name: self._chosen.labels(one) for name, one in self._all.items()}
        asked = np.any([encoded.known for encoded in self.labels.values()], axis=0)
        self.features = inputs.features(self.rows, study.inputs, encoder, asked)
        self._trainers = trainers or Trainers()

    @property
    def sizes(self) -> Sizes:
        """Shapes of a call, into which every draw fits."""
        most = max(self.study.finetune.budgets) * max(2, *map(labels.units, self.tasks.values()))
        return courses.sizes(self.study.training, train_rows=most, held_rows=most)

    def runs(self) -> list[tuple[str, int, int]]:
        """Return every task, budget and repeat."""
        return [
            (task, budget, repeat)
            for task in self.tasks
            for budget in self.study.finetune.budgets
            for repeat in range(self.study.repeats)
        ]

    def draw(self, task: str, budget: int, repeat: int) -> Draw:
        """Return the labels of a repeat; larger budgets contain smaller ones."""
        return self._chosen.draw(self._drawn(task, budget, repeat))

    def _asked(self, train: Rows) -> list[np.ndarray]:
        """Return the rows of every draw, and those of the source that are read beside them."""
        most = max(self.study.finetune.budgets)
        drawn = [
            self._drawn(task, most, repeat)
            for task in self.tasks
            for repeat in range(self.study.repeats)
        ]
        beside = [source_rows.sample(train, self.study)] if pairs.asked(self.study) else []
        return [*beside, *(rows for draw in drawn for rows in (draw.train, draw.held))]

    def _drawn(self, task: str, budget: int, repeat: int) -> Draw:
        return budgets.draw(
            self._all[task],
            task,
            self.tasks[task],
            budget=budget,
            validation_share=self.study.training.validation_share,
            rng=seeds.generator(self._seed, self.name, "labels", task, repeat),
        )

    def scale(self, task: str, draw: Draw) -> inputs.Scale:
        """Return the scale of the labels of the drawn training rows."""
        return inputs.scale(self.tasks[task], self.labels[task], draw.train)

    def arm(
        self,
        task: str,
        draw: Draw,
        learned: Arrays,
        repeat: int,
        epochs: int,
        label: str,
        tuned: Tuned = STATED,
    ) -> Arm:
        """Return a run to be made; its seed is the same for every strategy."""
        encoded: Labels = weighting.drawn(task, self.tasks[task], self.labels[task], draw.train)
        return Arm(
            trainer=self._trainer(self.tasks[task]),
            table=inputs.table(self.features, [encoded], [self.scale(task, draw)], [1.0]),
            draw=draw,
            trunk={name: a for name, a in learned.items() if name.startswith("trunk/")},
            seed=seeds.derive(self._seed, self.name, "finetune", task, repeat),
            epochs=epochs,
            label=label,
            source={name: a for name, a in learned.items() if not name.startswith("trunk/")},
            tuned=tuned,
        )

    def _trainer(self, task: Task) -> Trainer:
        """Return the network for this output: tasks of one kind and size share it."""
        return self._trainers.give(
            self.study.network,
            self.study.training,
            shape=self.features.shape,
            layout=self.features.layout,
            outputs={"target": inputs.output(task)},
            sizes=self.sizes,
        )
