"""How much the source needs each weight of its trunk: the diagonal of Fisher's matrix."""

import numpy as np
import tensorflow as tf

from trunkline.networks.learner import Arrays, Learner
from trunkline.objectives.losses import OBJECTIVES
from trunkline.training import columns
from trunkline.training.batches import Table

PREFIX = "fisher/"


class Fisher:
    """The empirical Fisher information of a network with one head, compiled once."""

    def __init__(self, learner: Learner, kind: str, *, jit: bool) -> None:
        """Prepare the graph.

        Args:
            learner: whose weights at the time are measured.
            kind: of the task of its head.
            jit: compile by XLA.
        """
        ((task, head),) = learner.heads.items()
        self._learner, self._task, self._kind = learner, task, kind
        (self._place,) = columns.places([(kind, head.output_shape[-1])])
        self._weights = {
            PREFIX + name.removeprefix("trunk/"): variable.value
            for name, variable in learner.variables().items()
            if name.startswith("trunk/") and variable.trainable
        }
        self._run = tf.function(self._sum, jit_compile=jit)

    def measure(self, table: Table, rows: np.ndarray) -> Arrays:
        """Return the mean over rows of (d log p(y | x, w) / d w)^2 of each weight, `fisher/...`.

        The labels are those of the rows, and so is what they count: a row of weight 2 is that row
        twice; of several labels, their mean weight. Batch normalisation and dropout are as in
        inference. A regression's log p is that of a normal distribution of variance 1: half its
        loss; that of several labels the sum over those that are known.

        Args:
            table: rows and labels.
            rows: to measure on, [N].

        References:
            Kirkpatrick et al., "Overcoming catastrophic forgetting in neural networks", PNAS 114
            (2017), equation 3; Martens, "New insights and perspectives on the natural gradient
            method", JMLR 21 (2020), section 11, on the empirical Fisher.
        """
        sums, count = self._run(table, tf.constant(rows, tf.int32))
        return {
            name: total.numpy() / count.numpy()
            for name, total in zip(self._weights, sums, strict=True)
        }

    def _sum(self, table: Table, rows: tf.Tensor) -> tuple[list[tf.Tensor], tf.Tensor]:
        """Return the weighted sum over rows of each weight's squared gradient; that of weights."""
        weights = list(self._weights.values())
        sums, number = [tf.zeros_like(weight) for weight in weights], tf.constant(0)
        total = tf.constant(0.0)
        while number < tf.shape(rows)[0]:
            row = tf.reshape(rows[number], [1])
            with tf.GradientTape() as tape:
                hidden = self._learner.trunk(tf.gather(table.x, row), training=False)
                output = self._learner.heads[self._task](hidden, training=False)
                loss = OBJECTIVES[self._kind](columns.gather(table.y, self._place, row), output)
                counts = columns.gather(table.weight, self._place, row)  # of the shape of the loss
                known = tf.cast(counts > 0, tf.float32)
                unlikely = tf.reduce_sum(known * loss)  # -log p
                unlikely *= 0.5 if self._kind == "regression" else 1.0
            found = tape.gradient(unlikely, weights)
            share = tf.math.divide_no_nan(tf.reduce_sum(counts), tf.reduce_sum(known))
            sums = [done + share * one * one for done, one in zip(sums, found, strict=True)]
            total, number = total + share, number + 1
        return sums, total
