"""A network for some tasks, and runs of it: fit on drawn rows, keep the best weights."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Literal

import keras
import numpy as np
import tensorflow as tf

from trunkline.data.layout import Layout
from trunkline.networks import learner as learners
from trunkline.networks import trunks
from trunkline.networks.learner import Learner
from trunkline.settings.study import Network, Training
from trunkline.tasks.budgets import Draw
from trunkline.training import effort, following, joint_losses, optimizers
from trunkline.training.balanced import Balancing
from trunkline.training.batches import Losses, Table
from trunkline.training.courses import Sizes
from trunkline.training.diary import Told
from trunkline.training.effort import Effort
from trunkline.training.epoch import CompiledEpochs
from trunkline.training.extras import NOTHING, Addition, Extra
from trunkline.training.following import Plan
from trunkline.training.outputs import Output
from trunkline.training.shards import Sharded
from trunkline.training.tuned import STATED, Tuned
from trunkline.training.ways import PLAIN, Way

Part = Literal["everything", "weights", "heads"]


@dataclass(frozen=True)
class Fit:
    """What one run did.

    Attributes:
        curve: loss of each epoch, training and (NaN without held rows) validation: [epochs, 2].
        best_epoch: the epoch whose weights were kept, from 1.
        held: whether the validation loss is of held rows.
        told: of a balanced run, its weights and conflicts.
        effort: what it took.
    """

    curve: np.ndarray
    best_epoch: int
    held: bool
    told: Told | None = None
    effort: Effort = effort.NOTHING


class Trainer:
    """One network, compiled once for each part of it that is trained."""

    def __init__(
        self,
        network: Network,
        training: Training,
        *,
        shape: tuple[int, ...],
        outputs: Mapping[str, Output],
        sizes: Sizes,
        way: Way = PLAIN,
        layout: Layout = (),
    ) -> None:
        """Build the network; a part is compiled when it is first trained.

        Args:
            network: the trunk.
            training: optimizer, rate, schedule, patience.
            shape: shape of one row.
            outputs: of each task.
            sizes: shapes of a call, into which all runs must fit.
            way: how the tasks learn together.
            layout: what the entries of a row are; none: numbers.
        """
        self._network, self._training, self._sizes = network, training, sizes
        self._shape, self._outputs, self._way = shape, dict(outputs), way
        self.kinds = {task: output.kind for task, output in outputs.items()}
        self._layout = layout
        self._jit = trunks.compiled_by_xla(network)
        self._l2 = tf.Variable(0.0, trainable=False)  # of runs that have one of their own
        self.learner = self._build("learned")
        self._kept = self._build("kept") if network.batch_norm else self.learner
        self._programs: dict[object, CompiledEpochs] = {}
        self._extras: dict[object, Extra] = {}

    def fit(  # noqa: PLR0913  # what makes one run differ from another, by name
        self,
        table: Table | Sharded,
        draw: Draw,
        *,
        seed: int,
        label: str,
        part: Part = "everything",
        rate: float = 1.0,
        epochs: int | None = None,
        tasks: Sequence[str] = (),
        addition: Addition = NOTHING,
        tuned: Tuned = STATED,
    ) -> Fit:
        """Train the learner from its present weights, and leave the best ones in it.

        Args:
            table: rows and labels.
            draw: the rows to train on, and those held for early stopping; as `following.follow`.
            seed: decides the order of the rows.
            label: what is trained, for messages.
            part: `weights` leaves batch normalisation as it is, in inference mode; `heads`
                the whole trunk.
            rate: the learning rate as a share of the study's.
            epochs: passes over the rows, at most; as the study says by default.
            tasks: their names, for messages, where the label does not say them.
            addition: what else decides the steps, while the whole network trains.
            tuned: what a search chose; neither rate nor l2 is compiled anew for a value.

        Raises:
            ValueError: the loss became infinite or NaN.
        """
        program, learner = self._program(part, addition, tuned.l2)
        learner.restart_dropout(seed)
        if learner is not self.learner:
            learner.load(self.learner.arrays())
        rate *= tuned.learning_rate or self._training.learning_rate
        epochs = epochs or self._training.epochs
        plan = Plan(self._training, self._sizes, epochs, rate, seed, label, tasks)
        curve, best_epoch = following.follow(program, table, draw, plan)
        if learner is not self.learner:
            self.learner.load(learner.arrays())
        if not draw.held.size:
            curve[:, 1] = np.nan
        told = program.balance.told() if program.balance else None
        asked = self._way.balancer is not None and self._way.balancer.needs != "losses"
        took = effort.of_run(
            self.learner, draw, len(curve), heads_only=part == "heads",
            passes=len(self._outputs) if asked else 1,
        )  # fmt: skip
        return Fit(curve, best_epoch, held=draw.held.size > 0, told=told, effort=took)

    def _build(self, statistics: str) -> Learner:
        units = {task: output.units for task, output in self._outputs.items()}
        return learners.build(
            self._network, self._shape, units, statistics=statistics, sharing=self._way.sharing,
            layout=self._layout, augment=self._training.augment,
        )  # fmt: skip

    def _program(
        self, part: Part, addition: Addition = NOTHING, l2: float | None = None
    ) -> tuple[CompiledEpochs, Learner]:
        """Return the compiled epochs that train `part`, and the learner they change."""
        own = l2 is not None and part != "heads"  # heads have no penalty to weigh
        if part == "weights" and self._kept is self.learner:
            part = "everything"  # nothing to leave as it is: one compilation serves both
        key: object = part if addition is NOTHING else (part, addition.key)
        key = ("l2", key) if own else key
        if key not in self._programs:
            learner = self._kept if part == "weights" else self.learner
            self._extras[key] = addition.built(learner, self._build)
            l2_of = self._l2 if own else self._network.l2
            self._programs[key] = self._compile(self._extras[key], part, l2_of)
        if own:
            self._l2.assign(l2)
        self._extras[key].assign(addition.values)
        return self._programs[key], self._extras[key].learner

    def _compile(self, extra: Extra, part: Part, l2: float | tf.Variable) -> CompiledEpochs:
        learner, how = extra.learner, self._way.balancer
        shared, own = ([], []) if part == "heads" else learner.trained()
        moving = [] if part == "heads" else learner.trunk.non_trainable_variables
        losses = partial(self._losses, trunk_trains=part != "heads")
        tasks, epochs = len(self._outputs), self._training.epochs

        def penalty() -> tf.Tensor:
            return learner.penalised(joint_losses.shared_penalty(learner.trunk, l2))

        return CompiledEpochs(
            extra.watched(losses),
            trained=[*shared, *own, *self._heads(learner), *extra.trained],
            kept=[variable for variable in moving if variable.dtype == "float32"],
            optimizer=extra.stepping(optimizers.build(self._training)),
            penalty=extra.joined(penalty),
            balance=Balancing(how, tasks=tasks, shared=shared, epochs=epochs) if how else None,
            jit=self._jit,
        )

    # What `stacking.StackedTrainer` does otherwise.
    def _heads(self, learner: Learner) -> list[keras.Variable]:
        return [v for head in learner.heads.values() for v in head.trainable_variables]

    def _losses(self, learner: Learner, *, trunk_trains: bool) -> Losses:
        return joint_losses.weighted_losses(learner, self._outputs, trunk_trains=trunk_trains)
