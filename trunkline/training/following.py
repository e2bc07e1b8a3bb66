"""A run of a compiled epoch: over rows in memory, or over shards that are loaded one at a time."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import tensorflow as tf

from trunkline.determinism import seeds
from trunkline.settings.study import Training
from trunkline.tasks.budgets import Draw
from trunkline.training import courses, divergence
from trunkline.training.batches import Course, Table
from trunkline.training.courses import Sizes
from trunkline.training.epoch import CompiledEpochs
from trunkline.training.shards import Sharded


@dataclass(frozen=True)
class Plan:
    """What a run is to do.

    Attributes:
        training: schedule and patience.
        sizes: shapes of a call, into which the rows or each shard fit.
        epochs: passes over the rows, at most.
        rate: the learning rate the schedule starts from.
        seed: decides the order of the rows.
        label: what is trained, for messages.
        tasks: their names, for messages, where the label does not say them.
    """

    training: Training
    sizes: Sizes
    epochs: int
    rate: float
    seed: int
    label: str
    tasks: Sequence[str] = ()


def follow(
    program: CompiledEpochs, table: Table | Sharded, draw: Draw, plan: Plan
) -> tuple[np.ndarray, int]:
    """Train, and leave the best weights.

    Args:
        program: what is trained, compiled.
        table: rows and labels.
        draw: of the rows in memory those to train on, and those held; of shards all are trained on.
        plan: what to do.

    Returns:
        The training and validation loss of each epoch that ran, [epochs, 2], and the number of the
        best epoch, from 1.

    Raises:
        ValueError: the loss became infinite or NaN.
    """
    if isinstance(table, Sharded):
        return _Passes(program, table, draw, plan).follow()
    planned = courses.courses(
        plan.training,
        plan.sizes,
        draw,
        epochs=plan.epochs,
        rate=plan.rate,
        rng=seeds.generator(plan.seed, "order"),
    )
    seed = seeds.derive(plan.seed, "balancer")
    return program.follow(table, planned, plan.label, seed=seed, tasks=plan.tasks)


class _Passes:
    """Epochs over shards: each is loaded once an epoch, its rows in a new order.

    An epoch takes the shards in a new order too. A batch holds rows of one shard, whose rows were
    drawn from the whole table at random. Early stopping is that of rows in memory.
    """

    def __init__(self, program: CompiledEpochs, table: Sharded, draw: Draw, plan: Plan) -> None:
        self._program, self._table, self._plan = program, table, plan
        self._rng = seeds.generator(plan.seed, "order")
        self._steps = -(-table.shards.sizes // plan.sizes.batch)  # of each shard
        self._held = courses.held(plan.training, plan.sizes, draw, epochs=plan.epochs)

    def follow(self) -> tuple[np.ndarray, int]:
        program, plan, curve = self._program, self._plan, list[tuple[float, float]]()
        begun = [variable.numpy() for variable in program.live]
        progress = program.start(seeds.derive(plan.seed, "balancer"))
        while len(curve) < plan.epochs and self._goes_on(len(curve), int(progress.best_epoch)):
            training = tf.constant(self._epoch(len(curve)), tf.float32)
            validation, progress = program.judge(self._table.held, self._held, training, progress)
            curve.append((float(training), float(validation)))
            if not np.isfinite(curve[-1]).all():
                for variable, value in zip(program.live, begun, strict=True):
                    variable.assign(value)
                raise divergence.Diverged(divergence.told(plan.label, len(curve), None, plan.tasks))
        program.finish()
        divergence.refuse(plan.label, len(curve), program.live)
        return np.array(curve, np.float32).reshape(-1, 2), int(progress.best_epoch)

    def _goes_on(self, epoch: int, best_epoch: int) -> bool:
        return epoch - best_epoch < int(self._held.patience)

    def _epoch(self, epoch: int) -> float:
        """Train on each shard once; return the mean of the batches' losses."""
        plan, total = self._plan, 0.0
        every = int(self._steps.sum())
        first = epoch * every
        for shard in self._rng.permutation(len(self._steps)).tolist():
            steps = int(self._steps[shard])
            rate = courses.rates_between(
                plan.training,
                steps=every * plan.epochs,
                rate=plan.rate,
                place=(first, first + steps),
            )
            order = self._rng.permutation(int(self._table.shards.sizes[shard])).astype(np.int32)
            course = courses.of_shard(self._held, plan.sizes, order, rate)
            total += steps * float(self._pass(shard, course))
            first += steps
        return total / every

    def _pass(self, shard: int, course: Course) -> tf.Tensor:
        tensors = Course(*(tf.convert_to_tensor(value) for value in course))
        return self._program.train_once(self._table.table(shard), tensors, tf.constant(0))
