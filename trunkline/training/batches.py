"""What a compiled epoch reads, remembers and asks of others.

Shapes: E epochs a call, S steps an epoch, B rows a batch, K blocks of held rows, T tasks.
"""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, Protocol

import numpy as np
import tensorflow as tf


class Rows(Protocol):
    """What batches are gathered from: only the losses know what else it has."""

    @property
    def task_weight(self) -> tf.Tensor:
        """float32 [T], w_i of the joint loss."""


class Table(NamedTuple):
    """Rows of inputs and labels."""

    x: tf.Tensor  # float32 [rows, ...]
    # C columns: one for each task, in their order; of a multilabel task one for each label.
    y: tf.Tensor  # float32 [C, rows]; 0 where a label is missing
    weight: tf.Tensor  # float32 [C, rows], what a label counts; 0 where it is missing
    task_weight: tf.Tensor  # float32 [T], w_i of the joint loss


class Course(NamedTuple):
    """The batches of one call, padded to fixed shapes: padding has weight 0 or is not run."""

    rows: np.ndarray  # int32 [E, S, B], of each batch
    weight: np.ndarray  # float32 [E, S, B], 0 for padding
    rate: np.ndarray  # float32 [E, S], the learning rate
    held_rows: np.ndarray  # int32 [K, B], of the validation loss
    held_weight: np.ndarray  # float32 [K, B]
    epochs: np.int32  # <= E
    steps: np.int32  # <= S
    blocks: np.int32  # <= K; 0: nothing is held, the last weights are the best
    patience: np.int32  # epochs without a better validation loss


class Progress(NamedTuple):
    """What early stopping remembers between calls."""

    epoch: tf.Tensor  # int32 scalar, epochs run
    best_epoch: tf.Tensor  # int32 scalar
    best_loss: tf.Tensor  # float32 scalar


class Batch(NamedTuple):
    """The rows of one step."""

    table: Any  # the Rows that the losses are made for
    rows: tf.Tensor  # int32 [B]
    weight: tf.Tensor  # float32 [B]
    rate: tf.Tensor  # float32 scalar, the learning rate


Losses = Callable[[Any, tf.Tensor, tf.Tensor, bool], tf.Tensor]  # of the Rows they are made for


class Balance(Protocol):
    """What decides how the tasks' losses make one step; `balanced.Balancing` says more."""

    def start(self, seed: int) -> None:
        """Begin a run."""

    def turn(self) -> None:
        """Begin an epoch."""

    def step(
        self,
        losses: Losses,
        penalty: Callable[[], tf.Tensor],
        trained: Sequence[tf.Tensor],
        batch: Batch,
    ) -> tuple[tf.Tensor, list[tf.Tensor], Any]:
        """Return the joint loss, the gradient of each weight, and what `review` asks for."""

    def told(self) -> Any:
        """Return what the run that ended tells."""

    def review(self, losses: Losses, batch: Batch, signal: Any) -> None:
        """Look at the batch again, after the step."""
