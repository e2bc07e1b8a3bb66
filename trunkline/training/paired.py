"""A network whose batches hold rows of two tables, and runs of it.

It is `trainer.Trainer` for two tables: the same compiled epoch, early stopping and seeds. The first
half of each batch are rows of the first table, drawn and ordered as a run of that table alone would
have them; the second half are rows of the other table.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import keras
import numpy as np
import tensorflow as tf

from trunkline.determinism import seeds
from trunkline.networks.learner import Learner
from trunkline.settings.study import Training
from trunkline.tasks.budgets import Draw
from trunkline.training import courses, effort, optimizers
from trunkline.training.batches import Losses, Table
from trunkline.training.beside import beside
from trunkline.training.courses import Sizes
from trunkline.training.epoch import CompiledEpochs
from trunkline.training.trainer import Fit, Part


@dataclass(frozen=True)
class Design:
    """A network, and what a step of it minimises.

    Attributes:
        learner: what is trained; its heads are all that is no trunk.
        losses: of the tasks, for the part of the network that is trained.
        tasks: the names of the losses, in their order.
        penalty: what is added to the weighted sum of the losses.
    """

    learner: Learner
    losses: Callable[[Part], Losses]
    tasks: Sequence[str]
    penalty: Callable[[], tf.Tensor]


class Paired:
    """A design, compiled once for each part of it that is trained."""

    def __init__(self, design: Design, training: Training, *, sizes: Sizes, jit: bool) -> None:
        """Keep the design; a part is compiled when it is first trained.

        Args:
            design: the network and its losses.
            training: optimizer, rate, schedule, patience.
            sizes: shapes of a call, for the rows of the first table.
            jit: compile by XLA.
        """
        self._design, self._training, self._sizes, self._jit = design, training, sizes, jit
        self._programs: dict[Part, CompiledEpochs] = {}

    @property
    def learner(self) -> Learner:
        """The network whose weights are trained."""
        return self._design.learner

    def rows_beside(self, draw: Draw) -> int:
        """Return how many of the second table's rows go by in a pass over those of `draw`."""
        return -(-draw.train.size // self._sizes.batch) * self._sizes.batch

    def fit(  # noqa: PLR0913  # what makes one run differ from another, by name
        self,
        table: Table,
        draw: Draw,
        other: np.ndarray,
        *,
        seed: int,
        label: str,
        part: Part = "everything",
        rate: float = 1.0,
        epochs: int | None = None,
        strength: Callable[[np.ndarray], np.ndarray] | None = None,
        learning_rate: float | None = None,
    ) -> Fit:
        """Train the learner from its present weights, and leave the best ones in it.

        Args:
            table: rows and labels of both.
            draw: the first table's rows to train on, and those held for early stopping.
            other: the second table's rows.
            seed: decides the order of the rows.
            label: what is trained, for messages.
            part: as of `Trainer.fit`.
            rate: the learning rate as a share of the study's.
            epochs: passes over the first table's rows, at most.
            strength: weight of the second rows, by the share of the run that is done; none: 1.
            learning_rate: what a search chose; none: the study's.

        Raises:
            ValueError: the loss became infinite or NaN.
        """
        epochs = epochs or self._training.epochs
        self.learner.restart_dropout(seed)
        planned = courses.courses(
            self._training,
            self._sizes,
            draw,
            epochs=epochs,
            rate=rate * (learning_rate or self._training.learning_rate),
            rng=seeds.generator(seed, "order"),
        )
        steps = -(-draw.train.size // self._sizes.batch)
        share = np.arange(epochs * steps).reshape(epochs, steps) / (epochs * steps)
        doubled = beside(
            planned,
            other,
            seeds.generator(seed, "order of the other table"),
            strength=None if strength is None else strength(share),
        )
        curve, best_epoch = self._program(part).follow(
            table, doubled, label, tasks=self._design.tasks
        )
        if not draw.held.size:
            curve[:, 1] = np.nan
        took = effort.of_run(self.learner, draw, len(curve), heads_only=part == "heads", tables=2)
        return Fit(curve, best_epoch, held=draw.held.size > 0, effort=took)

    def _program(self, part: Part) -> CompiledEpochs:
        if part not in self._programs:
            trunk = self.learner.trunk
            moving = [] if part == "heads" else trunk.non_trainable_variables
            heads: Sequence[keras.Model] = list(self.learner.heads.values())
            self._programs[part] = CompiledEpochs(
                self._design.losses(part),
                trained=[
                    *([] if part == "heads" else trunk.trainable_variables),
                    *(v for head in heads for v in head.trainable_variables),
                ],
                kept=[variable for variable in moving if variable.dtype == "float32"],
                optimizer=optimizers.build(self._training),
                penalty=self._design.penalty,
                jit=self._jit,
            )
        return self._programs[part]
