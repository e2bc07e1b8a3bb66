"""The smallest singular values of a batch's representation, without a decomposition.

Decompositions differ between processors, or do not compile. Directions of the smallest eigenvalues
of the Gramian come from inverse iteration, whose matrix is inverted once; a slightly wrong
direction costs only its square in the value.
"""

import tensorflow as tf

from trunkline.networks import products

RIDGE = 1e-6  # of the trace: what single precision leaves of a Gramian
TURNS = 64  # of the inverse iteration
TINY = 1e-20


def smallest(features: tf.Tensor, weight: tf.Tensor, count: int) -> tf.Tensor:
    """Return the sum of the `count` smallest squared singular values, with its gradient.

    Of n rows and d features there are min(n, d) singular values. With u the directions that belong
    to them, d(sum sigma^2) = 2 u u^T F dF: the u are constants to the gradient.

    Args:
        features: F [B, d].
        weight: [B], 0 for rows that do not count.
        count: k.
    """
    counts = tf.cast(weight > 0, tf.float32)  # [B]
    kept = features * counts[:, None]
    batch, width = features.shape
    by_rows = _spread(kept, _directions(kept, 1.0 - counts, count))
    if batch <= width:
        return by_rows
    turned = tf.transpose(kept)
    by_columns = _spread(turned, _directions(turned, tf.zeros(width), count))
    return tf.where(tf.reduce_sum(counts) <= width, by_rows, by_columns)


def _spread(matrix: tf.Tensor, directions: tf.Tensor) -> tf.Tensor:
    """Return the sum of ||u^T F||^2 over directions u, the columns of [n, k]."""
    along = tf.reduce_sum(directions[:, :, None] * matrix[:, None, :], 0)  # [k, d]
    return tf.reduce_sum(along * along)


def _directions(matrix: tf.Tensor, apart: tf.Tensor, count: int) -> tf.Tensor:
    """Return the directions [n, k] of the smallest eigenvalues of F F^T, F [n, d], as constants.

    Args:
        matrix: F.
        apart: [n], 1 for rows of zeros, whose directions are not meant.
        count: k.
    """
    fixed = tf.stop_gradient(matrix)
    gram = products.along(fixed, fixed)
    size = tf.linalg.trace(gram) + TINY
    inverse = _inverse(gram / size + tf.linalg.diag(apart + RIDGE))
    there = tf.reduce_sum(1.0 - apart)  # no more directions than rows
    first = _start(gram.shape[0], count) * (1.0 - apart)[:, None]
    first *= tf.cast(tf.range(count, dtype=tf.float32) < there, tf.float32)
    found, turn = _orthonormal(first), tf.constant(0)
    while turn < TURNS:
        found = _orthonormal(tf.matmul(inverse, found))
        turn += 1
    return tf.stop_gradient(found)


def _start(size: int, count: int) -> tf.Tensor:
    """Return directions [n, k] that miss no eigenvector: a fixed irregular pattern."""
    steps = tf.range(1, size * count + 1, dtype=tf.float32)
    pattern = steps * 0.6180340
    return tf.reshape(pattern - tf.floor(pattern) - 0.5, (size, count))


def _inverse(matrix: tf.Tensor) -> tf.Tensor:
    """Return A^-1 of A [n, n], symmetric and positive definite, by Gauss and Jordan."""
    size = matrix.shape[0]
    table, number = tf.concat([matrix, tf.eye(size)], -1), tf.constant(0)  # [n, 2 n]
    while number < size:
        unit = tf.one_hot(number, size)
        row = table[number]  # [2 n]
        column = tf.reduce_sum(table[:, :size] * unit, -1)  # [n]
        table -= (column - unit)[:, None] * (row / row[number])[None]
        number += 1
    return table[:, size:]


def _orthonormal(vectors: tf.Tensor) -> tf.Tensor:
    """Return columns [n, k] made orthonormal, one after the other, twice for safety."""
    for _ in range(2):
        done: list[tf.Tensor] = []
        for column in tf.unstack(vectors, axis=-1):
            rest = column
            for earlier in done:
                rest -= tf.reduce_sum(rest * earlier) * earlier
            length = tf.sqrt(tf.reduce_sum(rest * rest) + TINY)
            done.append(rest / (length + TINY))
        vectors = tf.stack(done, -1)
    return vectors
