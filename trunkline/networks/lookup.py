"""Vectors that whole numbers are looked up as: categories, and the tokens of a text.

A row is looked up by a gather, and its gradient is summed into the table row after row: the same
bits on every processor. One-hot products give the same sums, but over the 1024 words of a batch not
the same bits, and were slower at every size that was measured: for batches of 32 rows 1.3 times
with 10 categories, 8 times with 1000; for texts of 32 tokens of 2000, 100 times.

Shapes: B rows, W entries of a block, V indices, S the size of a vector.
"""

from collections.abc import Callable, Sequence

import keras
import tensorflow as tf

from trunkline.data.layout import Block
from trunkline.networks import portable


def look_up(table: tf.Tensor, index: tf.Tensor) -> tf.Tensor:
    """Return the rows `index` [...] of `table` [V, S]: [..., S].

    The gradient has the table's shape: what training changes is one array whatever a batch holds.
    It is summed in the order of `index`, on every processor.
    """

    @tf.custom_gradient  # type: ignore[untyped-decorator]  # TensorFlow is untyped
    def forward(rows: tf.Tensor) -> tuple[tf.Tensor, Callable[[tf.Tensor], tf.Tensor]]:
        vocabulary, size = rows.shape

        def backward(upstream: tf.Tensor) -> tf.Tensor:
            vectors, places = tf.reshape(upstream, (-1, size)), tf.reshape(index, (-1,))
            return tf.math.unsorted_segment_sum(vectors, places, vocabulary)

        return tf.gather(rows, index), backward

    return forward(table)


class _Looked(keras.layers.Layer):  # type: ignore[misc]  # Keras is untyped
    """A block of indices, and the table in which they are looked up."""

    def __init__(self, block: Block, **kwargs: object) -> None:
        """Keep the block."""
        super().__init__(**kwargs)
        self.block = block

    def build(self, shape: tuple[int, ...]) -> None:
        """Make the weight `table`, [V, S]."""
        del shape
        self.table = self.add_weight(shape=(self.block.vocabulary, self.block.size), name="table")

    def vectors(self, inputs: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        """Return the vectors [B, W, S], and where the index is not 0: 1, else 0 [B, W]."""
        index = tf.cast(inputs, tf.int32)
        return look_up(self.table.value, index), tf.cast(index > 0, tf.float32)


class Categories(_Looked):
    """The vectors of a block of categories: [B, W] -> [B, W S]."""

    def call(self, inputs: tf.Tensor) -> tf.Tensor:
        """Return them one after the other; a missing or unseen value has a vector, too."""
        found, _ = self.vectors(inputs)
        return tf.reshape(found, (-1, found.shape[1] * found.shape[2]))


class Mean(_Looked):
    """The mean vector of a text's tokens: [B, W] -> [B, S]; of no token, 0.

    References:
        Iyyer, Manjunatha, Boyd-Graber and Daume, "Deep Unordered Composition Rivals Syntactic
        Methods for Text Classification", ACL 2015, section 2.1.
    """

    def call(self, inputs: tf.Tensor) -> tf.Tensor:
        """Return the mean over the tokens that are there."""
        found, there = self.vectors(inputs)
        counted = tf.maximum(tf.reduce_sum(there, 1), 1.0)  # [B]
        return tf.reduce_sum(found * there[..., None], 1) / counted[:, None]


class Windows(_Looked):
    """What filters find anywhere in a text: [B, W] -> [B, windows * filters].

    c_i = relu(K [x_i, ..., x_(i + w - 1)] + b) of the vectors x of w tokens from i on, and of it
    the largest over the places i where a token is; beyond the last token the vectors are 0, so that
    it does not matter to which length texts are filled up. Of no token, 0.

    References:
        Kim, "Convolutional Neural Networks for Sentence Classification", EMNLP 2014, equations 2
        to 4.
    """

    def __init__(
        self, block: Block, windows: Sequence[int], filters: int, **kwargs: object
    ) -> None:
        """Keep the windows, whose filters are dense layers."""
        super().__init__(block, **kwargs)
        self.windows = tuple(windows)
        self.dense = [keras.layers.Dense(filters, name=f"window_{width}") for width in windows]

    def build(self, shape: tuple[int, ...]) -> None:
        """Make the table, and K and b of each window."""
        super().build(shape)
        for width, dense in zip(self.windows, self.dense, strict=True):
            dense.build((None, width * self.block.size))

    def call(self, inputs: tf.Tensor) -> tf.Tensor:
        """Return the largest answer of each filter."""
        found, there = self.vectors(inputs)
        places, known = there.shape[1], there[..., None]  # [B, W, 1]
        beyond = tf.pad(found * known, [[0, 0], [0, max(self.windows) - 1], [0, 0]])
        largest = []
        for width, dense in zip(self.windows, self.dense, strict=True):
            seen = [beyond[:, first : first + places] for first in range(width)]
            flat = tf.reshape(tf.concat(seen, -1), (-1, width * found.shape[2]))  # [B W, w S]
            said = tf.nn.relu(portable.product(flat, dense.kernel.value) + dense.bias.value)
            said = tf.reshape(said, (-1, places, said.shape[1])) * known
            largest.append(tf.reduce_max(said, 1))
        return tf.concat(largest, -1)
