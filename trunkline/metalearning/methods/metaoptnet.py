"""A linear support vector machine on the embeddings of the support."""

import tensorflow as tf

from trunkline.metalearning import comparing, embedding, similarity
from trunkline.metalearning.comparing import Comparing
from trunkline.metalearning.embedding import Seen
from trunkline.metalearning.method import Form
from trunkline.networks import products
from trunkline.settings.metalearning.methods import MetaOptNet

SMALL = 1e-6  # of a bound by which a step is divided


def build(form: Form, options: MetaOptNet) -> Comparing:
    """Return the method a x W, W = sum_i x_i a_i, a the dual of a machine of many classes.

    The dual of Crammer and Singer: minimise sum_w a_w^T K a_w / 2 - sum_i a_iy over a [S, W], where
    each row has the sum 0, a_iw <= 0 of the other classes and a_iy <= C of its own; K = X X^T of
    the embeddings of the support. The scale a of the answers is learned together with the trunk.

    Args:
        form: what the episodes have in common.
        options: C, and steps of the solver.

    References:
        Lee et al., "Meta-Learning with Differentiable Convex Optimization", CVPR 2019, equations
        6 to 10. They solve the dual by an interior point method and differentiate its optimum; here
        it is solved by so many accelerated projected gradient steps (Beck and Teboulle, "A Fast
        Iterative Shrinkage-Thresholding Algorithm", 2009), and gradients go through them. They
        add 1 to the diagonal of K; here nothing.
    """
    starts = {"scale": 1.0}
    numbers = comparing.numbers(starts)

    def compare(seen: Seen) -> tf.Tensor:
        kernel = products.against(seen.support, seen.support)  # [B, S, S]
        own = options.c * similarity.members(seen.labels, form.ways)  # [B, S, W]
        dual = solved(kernel, own, options)
        said = tf.matmul(products.against(seen.query, seen.support), dual)  # [B, Q, W]
        return numbers["scale"].value * said

    return Comparing(embedding.learner(form), compare, numbers=numbers, starts=starts)


def solved(kernel: tf.Tensor, own: tf.Tensor, options: MetaOptNet) -> tf.Tensor:
    """Return the dual variables a [B, S, W] after so many steps, from 0.

    Args:
        kernel: K [B, S, S].
        own: C where a row is of a class, else 0: [B, S, W].
        options: C and steps.
    """
    bound = tf.reduce_max(tf.reduce_sum(tf.abs(kernel), -1, keepdims=True), -2, keepdims=True)
    bound = tf.stop_gradient(bound) + SMALL  # [B, 1, 1], at least the largest eigenvalue
    target = own * (1.0 / options.c)  # 1 where a row is of a class

    def step(dual: tf.Tensor, ahead: tf.Tensor, time: tf.Tensor) -> tuple[tf.Tensor, ...]:
        slope = tf.matmul(kernel, ahead) - target
        new = own - _simplex(own - ahead + slope / bound, options.c)
        after = (1.0 + tf.sqrt(1.0 + 4.0 * time * time)) / 2.0
        return new, new + (time - 1.0) / after * (new - dual), after

    start = tf.zeros_like(own)
    dual, _, _ = tf.while_loop(
        lambda *_: True, step, (start, start, tf.constant(1.0)),
        maximum_iterations=options.iterations,
    )  # fmt: skip
    return dual


def _simplex(points: tf.Tensor, total: float) -> tf.Tensor:
    """Return the nearest points [..., W] that are nowhere below 0 and have the sum `total`.

    max(v - t, 0), where t is the largest of (sum of all v_j >= v_i - total) / (their number), over
    i: no sorting, as W is small.

    References:
        Held, Wolfe and Crowder, "Validation of subgradient optimization", 1974.
    """
    above = tf.cast(points[..., None, :] >= points[..., None], points.dtype)  # [..., W, W]
    sums = tf.reduce_sum(above * points[..., None, :], -1) - total
    threshold = tf.reduce_max(sums / tf.reduce_sum(above, -1), -1, keepdims=True)
    return tf.maximum(points - threshold, 0.0)
