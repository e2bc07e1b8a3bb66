"""A ridge regression on the embeddings of the support, solved in closed form."""

import math

import tensorflow as tf

from trunkline.metalearning import comparing, embedding, similarity
from trunkline.metalearning.comparing import Comparing
from trunkline.metalearning.embedding import Seen
from trunkline.metalearning.method import Form
from trunkline.networks import products
from trunkline.settings.metalearning.methods import R2d2
from trunkline.training import solvers

SCALE = 10.0  # at the start: answers lie between 0 and 1, where no softmax is sure


def build(form: Form, options: R2d2) -> Comparing:
    """Return the method a x W + b, W = X^T (X X^T + lambda I)^-1 Y.

    X [S, d + 1] are the embeddings of the support with a column of ones, whose coefficient is an
    intercept; Y has a 1 for a row's class, or is a regression's number, when a = 1 and b = 0.
    lambda = exp(l), a and b are learned together with the trunk, through the solution.

    With K = X X^T, an answer is x X^T (K + lambda I)^-1 Y: a system of S rows however long an
    embedding is (the Woodbury identity), and no W.

    Args:
        form: what the episodes have in common.
        options: lambda at the start.

    References:
        Bertinetto et al., "Meta-learning with Differentiable Closed-form Solvers", ICLR 2019,
        equations 4 to 6.
    """
    starts = {"log_ridge": math.log(options.ridge)}
    if form.ways:
        starts |= {"scale": SCALE, "bias": 0.0}
    numbers = comparing.numbers(starts)

    def compare(seen: Seen) -> tf.Tensor:
        ridge = tf.exp(numbers["log_ridge"].value)
        if not form.ways:
            return solved(seen, seen.labels[..., None], ridge)
        found = solved(seen, similarity.members(seen.labels, form.ways), ridge)
        return numbers["scale"].value * found + numbers["bias"].value

    objective = comparing.cross_entropy if form.ways else comparing.squared_error
    return Comparing(embedding.learner(form), compare, objective, numbers, starts)


def solved(seen: Seen, targets: tf.Tensor, ridge: tf.Tensor) -> tf.Tensor:
    """Return what a ridge regression on targets [B, S, W] says of the queries, [B, Q, W].

    The inverse M of A = K + lambda I is found without its gradient; M Y + M (Y - A M Y) is the
    solution once more refined, and its derivative M (dY - dA M Y) that of the solution.
    """
    support, query = (_with_ones(rows) for rows in (seen.support, seen.query))
    matrix = products.against(support, support)  # [B, S, S]
    matrix += ridge * tf.eye(matrix.shape[-1])
    inverse = solvers.inverse(tf.stop_gradient(matrix))
    begun = tf.matmul(inverse, targets)  # [B, S, W]
    weights = begun + tf.matmul(inverse, targets - tf.matmul(matrix, begun))
    return tf.matmul(products.against(query, support), weights)


def _with_ones(rows: tf.Tensor) -> tf.Tensor:
    return tf.concat([rows, tf.ones_like(rows[..., :1])], -1)
