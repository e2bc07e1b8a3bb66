"""Small problems of a step, solved by a fixed number of plain sums and products.

TensorFlow's decompositions differ between processors, or do not compile; these give the same bits
everywhere, and under XLA an iteration takes some tens of nanoseconds. No divisor is a bare root,
for which XLA would take the reciprocal root, which makers round differently.
"""

from itertools import combinations

import tensorflow as tf

SMALL = 1e-12  # a gradient this short has no direction
RIDGE = 1e-5  # of the trace: what single precision leaves of a Gramian
SWEEPS = 8  # of Jacobi's method, which converges quadratically
BLOCKS = 8  # exchanges of all violated indices, before those of one
NEWTON = 32  # steps of a damped Newton method


def lengths(gram: tf.Tensor) -> tf.Tensor:
    """Return the length of each gradient [T], a little above 0 at the least."""
    return tf.sqrt(tf.maximum(tf.linalg.diag_part(gram), 0.0)) + SMALL


def cosines(gram: tf.Tensor) -> tf.Tensor:
    """Return the cosines between gradients [T, T]; 1 on the diagonal also for zeros."""
    norms = lengths(gram)
    found = gram / (norms[:, None] * norms[None, :])
    return tf.linalg.set_diag(found, tf.ones_like(norms))


def conditioned(gram: tf.Tensor) -> tf.Tensor:
    """Return a positive definite matrix of trace 1 or so, in proportion to a Gramian [T, T]."""
    size = tf.linalg.trace(gram) + SMALL * SMALL
    return gram / size + RIDGE * tf.eye(gram.shape[0])


def product(matrix: tf.Tensor, vector: tf.Tensor) -> tf.Tensor:
    """Return the product of matrices [..., n, n] and vectors [..., n]."""
    return tf.reduce_sum(matrix * vector[..., None, :], -1)


def solve(matrix: tf.Tensor, right: tf.Tensor) -> tf.Tensor:
    """Return x with A x = b, by Gauss and Jordan's elimination without exchanges.

    Args:
        matrix: A [..., n, n], symmetric and positive definite.
        right: b [..., n].

    Returns:
        x [..., n].
    """
    return _eliminated(tf.concat([matrix, right[..., None]], -1))[..., 0]


def inverse(matrix: tf.Tensor) -> tf.Tensor:
    """Return the inverse of symmetric, positive definite matrices [..., n, n], as `solve` would."""
    unit = tf.eye(matrix.shape[-1], dtype=matrix.dtype)
    return _eliminated(tf.concat([matrix, tf.broadcast_to(unit, tf.shape(matrix))], -1))


def _eliminated(table: tf.Tensor) -> tf.Tensor:
    """Return X [..., n, m] with A X = B of a table (A, B) [..., n, n + m]."""
    size = table.shape[-2]
    number = tf.constant(0)
    while number < size:
        unit = tf.one_hot(number, size, dtype=table.dtype)  # [n]
        row = tf.reduce_sum(unit[:, None] * table, -2)  # [..., n + m]
        column = tf.reduce_sum(table[..., :size] * unit, -1)  # [..., n]
        pivot = tf.reduce_sum(unit * row[..., :size], -1)  # [...]
        table -= (column - unit)[..., None] * (row / pivot[..., None])[..., None, :]
        number += 1
    return table[..., size:]


def complementary(matrix: tf.Tensor, offset: tf.Tensor) -> tf.Tensor:
    """Return x >= 0 with y = M x + q >= 0 and x y = 0: it minimises x M x / 2 + q x.

    Principal pivoting: solve for the x that are not 0, exchange all that break a condition, and
    after `BLOCKS` of these, lest it should cycle, only the first of them.

    Args:
        matrix: M [n, n], symmetric and positive definite.
        offset: q [..., n].

    Returns:
        x [..., n].

    References:
        Judice and Pires, "A block principal pivoting algorithm for large-scale strictly monotone
        linear complementarity problems", Computers & OR 21 (1994); Murty, "Note on a Bard-type
        scheme for solving the complementarity problem", Opsearch 11 (1974).
    """
    size = matrix.shape[-1]
    slack = 1e-6 * tf.reduce_max(tf.abs(offset))
    free = tf.cast(offset < 0, tf.float32)  # [..., n], 1 where x may differ from 0
    found, number = tf.zeros_like(offset), tf.constant(0)
    while number < BLOCKS + 4 * size:
        pair = free[..., :, None] * free[..., None, :]
        inner = matrix * pair + tf.linalg.diag(1.0 - free)
        found = solve(inner, -offset * free)
        other = product(matrix, found) + offset
        wrong = tf.cast(tf.where(free > 0, found, other) < -slack, tf.float32)
        first = wrong * tf.cast(tf.cumsum(wrong, -1) <= 1, tf.float32)
        free = tf.abs(free - tf.where(number < BLOCKS, wrong, first))
        number += 1
    return tf.maximum(found, 0.0)


def project(values: tf.Tensor, present: tf.Tensor) -> tf.Tensor:
    """Return the nearest point of the simplex of the tasks that are present, [T].

    Its threshold is the largest of (sum of the k largest values - 1) / k over k.

    References:
        Held, Wolfe and Crowder, "Validation of subgradient optimization", Math. Programming 6
        (1974), section 4.
    """
    above = present * tf.cast(values[None, :] >= values[:, None], tf.float32)  # [T, T]
    sums = tf.reduce_sum(above * values, -1) - 1.0
    means = sums / tf.maximum(tf.reduce_sum(above, -1), 1.0)
    threshold = tf.reduce_max(tf.where(present > 0, means, -1e30))
    return present * tf.maximum(values - threshold, 0.0)


def proportional(matrix: tf.Tensor, alpha: float) -> tf.Tensor:
    """Return w > 0 with (M w)_t = w_t^(-1 / alpha), by damped Newton steps from 1.

    Args:
        matrix: M [T, T], symmetric and positive definite.
        alpha: > 0; 1 is Nash's bargaining solution.

    References:
        Boyd and Vandenberghe, "Convex Optimization" (2004), section 9.6.4, for the damping.
    """
    weights, number = tf.ones(matrix.shape[0]), tf.constant(0)
    while number < NEWTON:
        wanted = tf.exp(-tf.math.log(weights) / alpha)
        excess = product(matrix, weights) - wanted
        curvature = matrix + tf.linalg.diag(wanted / (alpha * weights))
        change = solve(curvature, -excess)
        decrement = tf.sqrt(tf.maximum(-tf.reduce_sum(excess * change), 0.0))
        weights = tf.maximum(weights + change / (1.0 + decrement), 0.1 * weights)
        number += 1
    return weights


def eigen(matrix: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
    """Return eigenvalues [n] and eigenvectors [n, n], in columns, by cyclic Jacobi rotations.

    Args:
        matrix: symmetric, [n, n].

    References:
        Golub and Van Loan, "Matrix Computations", 4th edition (2013), section 8.5.
    """
    size = matrix.shape[0]
    if size == 1:
        return tf.linalg.diag_part(matrix), tf.eye(1)
    pairs = tf.constant([*combinations(range(size), 2)])  # [n (n - 1) / 2, 2]
    vectors, number = tf.eye(size), tf.constant(0)
    while number < SWEEPS * pairs.shape[0]:
        p, q = tf.unstack(tf.one_hot(pairs[number % pairs.shape[0]], size))
        off = tf.reduce_sum(p * product(matrix, q))
        half = tf.reduce_sum(q * product(matrix, q)) - tf.reduce_sum(p * product(matrix, p))
        ratio = tf.math.divide_no_nan(half, 2.0 * off)
        tangent = tf.where(ratio < 0, -1.0, 1.0) / (tf.abs(ratio) + tf.sqrt(ratio * ratio + 1.0))
        tangent = tf.where(off == 0, 0.0, tangent)
        cosine = tf.sqrt(1.0 / (1.0 + tangent * tangent))
        pair = tf.stack([p, q])  # [2, n]
        turn = tf.stack([cosine, -tangent * cosine]), tf.stack([tangent * cosine, cosine])
        matrix = _rotated(tf.transpose(_rotated(matrix, pair, *turn)), pair, *turn)
        vectors = _rotated(vectors, pair, *turn)
        number += 1
    return tf.linalg.diag_part(matrix), vectors


def _rotated(matrix: tf.Tensor, pair: tf.Tensor, p: tf.Tensor, q: tf.Tensor) -> tf.Tensor:
    """Return [n, n] with two columns, one-hot in `pair` [2, n], mixed by p [2] and q [2]."""
    columns = tf.reduce_sum(matrix[None] * pair[:, None, :], -1)  # [2, n]
    mixed = tf.stack([tf.reduce_sum(by[:, None] * columns, 0) for by in (p, q)])
    return matrix + tf.reduce_sum((mixed - columns)[:, :, None] * pair[:, None, :], 0)
