"""What a balanced run tells of each epoch: weights of the tasks, and how their gradients conflict.

Shapes: T tasks, E epochs.
"""

from typing import NamedTuple

import numpy as np
import tensorflow as tf

from trunkline.training import solvers


class Told(NamedTuple):
    """A run, epoch by epoch, and what its balancer remembered in the end."""

    weights: np.ndarray  # float32 [E, T], mean over the steps; NaN of methods without weights
    conflicts: np.ndarray  # float32 [E], share of pairs with a negative cosine; NaN: not seen
    cosines: np.ndarray  # float32 [E], mean over pairs and steps; NaN: not seen
    state: tuple[np.ndarray, ...]


class Diary:
    """Sums over the steps of each epoch, in variables of the compiled epoch."""

    def __init__(self, tasks: int, epochs: int) -> None:
        """Make room for `epochs`; of those beyond nothing is told."""
        self._tasks = tasks
        # A row for each epoch: weights, conflicts, cosines, steps that saw them, steps.
        self._sums = tf.Variable(tf.zeros((epochs, tasks + 4)), trainable=False)

    def start(self) -> None:
        """Forget everything."""
        self._sums.assign(tf.zeros_like(self._sums))

    def add(
        self, epoch: tf.Tensor, weights: tf.Tensor, gram: tf.Tensor, present: tf.Tensor
    ) -> None:
        """Add a step.

        Args:
            epoch: from 0.
            weights: of the tasks [T]; NaN of a method without.
            gram: Gramian of the gradients [T, T], or [0, 0].
            present: [T], 1 or, for a task without a label in the batch, 0.
        """
        seen = pairs(gram, present) if gram.shape[0] else tf.zeros(3)
        row = tf.concat([weights, seen, tf.ones(1)], 0)
        here = tf.one_hot(epoch, self._sums.shape[0])
        self._sums.assign_add(tf.where(here[:, None] > 0, row[None], 0.0))

    def told(self, state: tuple[np.ndarray, ...]) -> Told:
        """Return the means of the epochs that ran."""
        sums = self._sums.numpy()
        ran = sums[sums[:, -1] > 0]
        seen = np.where(ran[:, -2] > 0, ran[:, -2], np.nan)
        means = ran[:, : self._tasks] / ran[:, -1:]
        return Told(means, ran[:, -4] / seen, ran[:, -3] / seen, state)


def pairs(gram: tf.Tensor, present: tf.Tensor) -> tf.Tensor:
    """Return the share of pairs of tasks that conflict, their mean cosine, and whether there are.

    A pair conflicts where the cosine of its gradients is negative.

    References:
        Yu et al., "Gradient Surgery for Multi-Task Learning", NeurIPS 2020, definition 1.
    """
    both = present[:, None] * present[None, :]
    both = tf.linalg.band_part(both, 0, -1) - tf.linalg.band_part(both, 0, 0)  # i < j
    count = tf.reduce_sum(both)
    found = solvers.cosines(gram)
    conflicts = tf.reduce_sum(both * tf.cast(found < 0, tf.float32))
    seen = tf.cast(count > 0, tf.float32)
    sums = tf.stack([conflicts, tf.reduce_sum(both * found)]) / tf.maximum(count, 1.0)
    return tf.concat([sums, seen[None]], 0)
