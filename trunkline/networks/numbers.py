"""Vectors that numbers become, each by weights of its own.

Shapes: B rows, N numbers, P pieces, S the size of a vector.
"""

from statistics import NormalDist

import keras
import numpy as np
import tensorflow as tf

DIGITS = 6  # of an edge: no processor's last digit


class Pieces(keras.layers.Layer):  # type: ignore[misc]  # Keras is untyped
    """Each number as the vector relu(W_i e(x_i) + c_i): [B, N] -> [B, N S].

    e_p(x) = (x - b_(p-1)) / (b_p - b_(p-1)), not below 0 and not above 1, but for the first piece,
    which is open below, and the last, which is open above: what lies between two edges is told by
    one entry, so that a first layer can bend at each edge. The publication takes the quantiles of
    each column for edges; these are those of a normal distribution, which numbers on one scale have
    in common, so that a trunk can be taken to other rows.

    References:
        Gorishniy, Rubachev and Babenko, "On Embeddings for Numerical Features in Tabular Deep
        Learning", NeurIPS 2022, equations 1 and 2 (piecewise linear encoding, "Q-LR").
    """

    def __init__(self, pieces: int, size: int, **kwargs: object) -> None:
        """Keep P and S."""
        super().__init__(**kwargs)
        self.pieces, self.size = pieces, size

    def build(self, shape: tuple[int, ...]) -> None:
        """Make the weights `slopes`, W [N, P, S], and `offsets`, c [N, S]."""
        self.slopes = self.add_weight(shape=(shape[-1], self.pieces, self.size), name="slopes")
        self.offsets = self.add_weight(shape=(shape[-1], self.size), name="offsets")

    def call(self, inputs: tf.Tensor) -> tf.Tensor:
        """Return the vectors one after the other."""
        cut, slopes = encode(inputs, edges(self.pieces)), tf.convert_to_tensor(self.slopes.value)
        found = tf.convert_to_tensor(self.offsets.value)[None]  # [1, N, S]
        # Piece by piece, in one order: no product is cut up, however many numbers there are.
        for piece in range(self.pieces):
            found += cut[:, :, piece, None] * slopes[None, :, piece]  # [B, N, S]
        said = tf.nn.relu(found)
        return tf.reshape(said, (-1, said.shape[1] * said.shape[2]))


def edges(pieces: int) -> np.ndarray:
    """Return b, float32 [P + 1]: quantiles of the normal distribution for mean 0 and deviation 1.

    The outer pieces are as wide as their neighbours.
    """
    inner = [round(NormalDist().inv_cdf(p / pieces), DIGITS) for p in range(1, pieces)]
    first, last = 2 * inner[0] - inner[1], 2 * inner[-1] - inner[-2]
    return np.array([first, *inner, last], np.float32)


def encode(inputs: tf.Tensor, at: np.ndarray) -> tf.Tensor:
    """Return e of numbers [B, N] for the edges `at` [P + 1]: [B, N, P]."""
    # TensorFlow makes a division by constants a product with reciprocals of its own, which differ.
    share = (inputs[..., None] - at[:-1]) * (np.float32(1) / (at[1:] - at[:-1]))
    pieces = len(at) - 1
    low = np.array([-np.inf] + [0] * (pieces - 1), np.float32)
    high = np.array([1] * (pieces - 1) + [np.inf], np.float32)
    return tf.minimum(tf.maximum(share, low), high)
