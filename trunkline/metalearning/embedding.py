"""What a trunk makes of the rows of episodes, all episodes of a batch at once.

Shapes: B episodes, S rows of a support, Q queries, d numbers of an embedding.
"""

from collections.abc import Callable
from typing import NamedTuple

import keras
import tensorflow as tf

from trunkline.metalearning.method import Form, Task
from trunkline.networks import learner as learners
from trunkline.networks import portable
from trunkline.networks.learner import Learner


class Seen(NamedTuple):
    """What methods that compare see of a batch of episodes."""

    support: tf.Tensor  # float32 [B, S, d]
    labels: tf.Tensor  # [B, S], classes as int32 or numbers as float32
    query: tf.Tensor  # float32 [B, Q, d]


@keras.saving.register_keras_serializable("trunkline")
class LongDense(keras.layers.Dense):  # type: ignore[misc]  # Keras is untyped
    """A dense layer of rows of whole episodes, whose kernel's gradient is summed in pieces.

    Input shape: [rows, inputs], any number of rows. Output shape: [rows, units].
    """

    def call(self, inputs: tf.Tensor, training: bool = False) -> tf.Tensor:
        """Return what any dense layer does."""
        del training
        found = portable.product(inputs, self.kernel.value)
        return self.activation(found + self.bias.value if self.use_bias else found)


def learner(form: Form, **heads: Callable[[int], keras.Model]) -> Learner:
    """Return the trunk that a study describes, and heads of a method's own, by d.

    A batch of episodes has more rows than sums may have terms, so that its dense layers are
    `LongDense`; names of weights, and their first values, are those of any other trunk.
    """
    trunk = learners.build(form.network, form.shape, {}).trunk
    long = keras.models.clone_model(trunk, clone_function=_long)
    width = long.outputs[0].shape[-1]
    return Learner(long, {name: make(width) for name, make in heads.items()})


def rows(trunk: keras.Model, x: tf.Tensor, *, training: bool = False) -> tf.Tensor:
    """Return the embeddings [N, d] of rows [N, ...]."""
    return trunk(x, training=training)


def seen(trunk: keras.Model, task: Task, *, training: bool) -> Seen:
    """Return the embeddings of a batch of episodes.

    The trunk is called once: while it trains, batch normalisation has the moments of all rows of
    all episodes, afterwards its running ones. So no answer depends on the other queries.
    """
    many, shots, *shape = task.support.shape
    queries = task.query.shape[1]
    together = tf.concat([task.support, task.query], 1)  # [B, S + Q, ...]
    flat = tf.reshape(together, (-1, *shape))  # [B (S + Q), ...]
    found = rows(trunk, flat, training=training)
    of_each = tf.reshape(found, (many, shots + queries, found.shape[-1]))
    return Seen(of_each[:, :shots], task.support_y, of_each[:, shots:])


def _long(layer: keras.layers.Layer) -> keras.layers.Layer:
    kind = LongDense if type(layer) is keras.layers.Dense else type(layer)
    return kind.from_config(layer.get_config())
