"""What the source's head says of rows, and how sure it may be of it."""

from collections.abc import Mapping

import numpy as np
import tensorflow as tf

from trunkline.networks.learner import Learner
from trunkline.objectives.losses import soft_cross_entropy
from trunkline.training.batches import Table
from trunkline.training.extras import Seen, Term

TEMPERATURE = "temperature"  # what pretraining leaves it as
HEAD = "head/target/dense/"
COLDEST, WARMEST, SEARCHES = 0.05, 20.0, 60


class SourceHead(Term):
    """A term that trains the source's head beside the target's: the mean cross-entropy to answers.

    The values are `answers` [rows, classes], shares of the source's classes, and the head.
    """

    learned = ("kernel", "bias")

    def logits(self, seen: Seen) -> tf.Tensor:
        """Return what the source's head says of the batch [B, classes]."""
        kernel, bias = self.values["kernel"].value, self.values["bias"].value
        return with_both(tf.matmul(seen.hidden, kernel) + bias)

    def term(self, seen: Seen) -> tf.Tensor:
        """Return strength T^2 mean CE(answers, z / T), T the options' temperature, or 1."""
        warmth = getattr(self.options, "temperature", 1.0)
        wanted = tf.gather(self.values["answers"].value, seen.rows)  # [B, classes]
        loss = soft_cross_entropy(wanted, self.logits(seen) / warmth)
        return self.options.strength * warmth * warmth * seen.mean(loss)


def values(
    head: Mapping[str, np.ndarray], table: Table, rows: np.ndarray, shares: np.ndarray
) -> dict[str, np.ndarray]:
    """Return what `SourceHead` is told of a run.

    Args:
        head: the source's, by the names of pretraining.
        table: whose rows are trained on.
        rows: those that have shares.
        shares: of the source's classes, [N, classes].
    """
    answers = np.full((table.x.shape[0], shares.shape[1]), 1 / shares.shape[1], np.float32)
    answers[rows] = shares
    return {"answers": answers, "kernel": head[f"{HEAD}kernel"], "bias": head[f"{HEAD}bias"]}


def said(
    learner: Learner, head: Mapping[str, np.ndarray], table: Table, rows: np.ndarray
) -> np.ndarray:
    """Return the logits of the source's head for rows on the trunk as it is: [N, classes]."""
    hidden = learner.trunk(tf.gather(table.x, rows), training=False)
    return np.asarray(with_both(tf.matmul(hidden, head[f"{HEAD}kernel"]) + head[f"{HEAD}bias"]))


def with_both(logits: tf.Tensor) -> tf.Tensor:
    """Return logits of two classes [N, 2] where there is one [N, 1]; more stay as they are."""
    return tf.concat([tf.zeros_like(logits), logits], -1) if logits.shape[-1] == 1 else logits


def shares(logits: np.ndarray, temperature: float) -> np.ndarray:
    """Return softmax(z / T) in float64, [N, classes]."""
    warm = logits.astype(np.float64) / temperature
    exponents = np.exp(warm - warm.max(axis=-1, keepdims=True))
    return np.asarray(exponents / exponents.sum(axis=-1, keepdims=True))


def temperature(logits: np.ndarray, y: np.ndarray) -> float:
    """Return the T that makes the labels likeliest under softmax(z / T); 1 without rows.

    The loss has one minimum over log T, found by golden section between 0.05 and 20.

    Args:
        logits: z [N, classes], of rows that were not trained on.
        y: their classes [N].

    References:
        Guo, Pleiss, Sun and Weinberger, "On Calibration of Modern Neural Networks", ICML 2017,
        section 4.2.
    """
    if not len(y):
        return 1.0
    low, high = np.log(COLDEST), np.log(WARMEST)
    golden = (np.sqrt(5) - 1) / 2
    for _ in range(SEARCHES):
        inner = high - golden * (high - low), low + golden * (high - low)
        costs = [_cost(logits, y, float(np.exp(point))) for point in inner]
        low, high = (low, inner[1]) if costs[0] <= costs[1] else (inner[0], high)
    return float(np.exp((low + high) / 2))


def _cost(logits: np.ndarray, y: np.ndarray, temperature: float) -> float:
    """Return the mean of -log softmax(z / T)_y."""
    warm = logits.astype(np.float64) / temperature
    warm -= warm.max(axis=-1, keepdims=True)
    chosen = warm[np.arange(len(y)), y.astype(int)]
    return float(np.mean(np.log(np.exp(warm).sum(axis=-1)) - chosen))
