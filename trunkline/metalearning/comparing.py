"""Methods that compare what one trunk makes of queries with what it makes of a support.

Shapes: B episodes, S rows of a support, Q queries, W ways, or 1 of a regression.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import keras
import tensorflow as tf

from trunkline.metalearning import embedding
from trunkline.metalearning.embedding import Seen
from trunkline.metalearning.method import Task
from trunkline.networks.learner import Learner
from trunkline.objectives import losses

Losses = Callable[[tf.Tensor, tf.Tensor], tf.Tensor]


def cross_entropy(labels: tf.Tensor, scores: tf.Tensor) -> tf.Tensor:
    """Return the cross-entropy of each episode, [B]; of scores [B, Q, W]."""
    return _mean(losses.categorical_cross_entropy, labels, scores)


def squared_error(labels: tf.Tensor, scores: tf.Tensor) -> tf.Tensor:
    """Return the squared error of each episode, [B]; of numbers [B, Q, 1]."""
    return _mean(losses.squared_error, labels, scores)


@dataclass(frozen=True)
class Comparing:
    """A method: a trunk, and a rule that says how well queries go with each class.

    Attributes:
        learner: the trunk; its heads are the rule's own networks.
        compare: what it says of the queries, [B, Q, W].
        objective: of labels [B, Q] and that; [B].
        numbers: that are learned, and belong to the rule, by name.
        starts: what they are at first.
    """

    learner: Learner
    compare: Callable[[Seen], tf.Tensor]
    objective: Losses = cross_entropy
    numbers: Mapping[str, keras.Variable] = field(default_factory=dict)
    starts: Mapping[str, float] = field(default_factory=dict)

    @property
    def trained(self) -> dict[str, keras.Variable]:
        """What the outer optimizer changes, by name."""
        mine = self.learner.variables().items()
        return {name: v for name, v in mine if v.trainable} | dict(self.numbers)

    @property
    def kept(self) -> dict[str, keras.Variable]:
        """The moments of batch normalisation, by name."""
        return {name: v for name, v in self.learner.variables().items() if not v.trainable}

    def start(self, seed: int) -> None:
        """Draw the first weights: the same for the same seed."""
        self.learner.initialise(seed)
        self.learner.restart_dropout(seed)
        for name, number in self.numbers.items():
            number.assign(self.starts[name])

    def loss(self, task: Task, training: bool) -> tf.Tensor:
        """Return the mean loss of each episode's queries, [B]."""
        return self.objective(task.query_y, self._said(task, training=training))

    def answers(self, task: Task) -> tf.Tensor:
        """Return scores of the classes, or numbers, of the queries: [B, Q, W]."""
        return self._said(task, training=False)

    def embed(self, x: tf.Tensor) -> tf.Tensor:
        """Return the embeddings [N, d] of rows [N, ...]."""
        return embedding.rows(self.learner.trunk, x)

    def _said(self, task: Task, *, training: bool) -> tf.Tensor:
        return self.compare(embedding.seen(self.learner.trunk, task, training=training))


def numbers(starts: Mapping[str, float]) -> dict[str, keras.Variable]:
    """Return a variable of its own for each number, at its start."""
    return {
        name: keras.Variable(value, dtype="float32", name=name) for name, value in starts.items()
    }


def _mean(objective: losses.Objective, labels: tf.Tensor, scores: tf.Tensor) -> tf.Tensor:
    queries, width = scores.shape[1:]
    each = objective(tf.reshape(labels, (-1,)), tf.reshape(scores, (-1, width)))  # [B Q]
    return tf.reduce_mean(tf.reshape(each, (-1, queries)), 1)
