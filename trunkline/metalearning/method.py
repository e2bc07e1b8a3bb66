"""What a meta-learner is given, and what it returns.

Shapes: B episodes, S rows of a support, Q queries, W outputs: ways, or 1 of a regression.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple, Protocol

import keras
import numpy as np
import tensorflow as tf

from trunkline.settings.study import Network

Arrays = Mapping[str, np.ndarray]


class Task(NamedTuple):
    """A batch of episodes of one form."""

    support: tf.Tensor  # float32 [B, S, *shape]
    support_y: tf.Tensor  # int32 [B, S] of classes, float32 [B, S] of a regression
    query: tf.Tensor  # float32 [B, Q, *shape]
    query_y: tf.Tensor  # as support_y, [B, Q]


class Form(NamedTuple):
    """What all episodes of a study have in common, and how a method is to learn."""

    network: Network
    shape: tuple[int, ...]  # of one row
    ways: int  # classes; 0: a regression
    shots: int
    queries: int  # of each class; of the task, for a regression
    steps: int  # optimizer steps of the whole training, for what changes over it

    @property
    def outputs(self) -> int:
        """W, what a network puts out for a row."""
        return self.ways or 1


class Method(Protocol):
    """A meta-learner whose variables are trained by the compiled epoch."""

    @property
    def trained(self) -> Mapping[str, keras.Variable]:
        """What the outer optimizer changes, by name."""

    @property
    def kept(self) -> Mapping[str, keras.Variable]:
        """What else belongs to the fitted model, such as moments of a normalisation."""

    def start(self, seed: int) -> None:
        """Draw the first weights: the same for the same seed."""

    def loss(self, task: Task, training: bool) -> tf.Tensor:
        """Return the mean loss of each episode's queries, [B]; differentiable by `trained`."""

    def answers(self, task: Task) -> tf.Tensor:
        """Return what it says of the queries when it has adapted: scores or numbers [B, Q, W]."""


class Adaptive(Method, Protocol):
    """One that adapts by steps: MAML and its kin, and the arms that are trained on an episode."""

    def path(self, task: Task, steps: Sequence[int]) -> tf.Tensor:
        """Return its answers after each number of steps, [len(steps), B, Q, W]."""


Build = Callable[[Form, Any], Method]  # of a form and the method's options
