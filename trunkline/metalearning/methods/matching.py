"""Matching networks: attention of a query over the rows of the support."""

from collections.abc import Callable

import tensorflow as tf

from trunkline.metalearning import embedding, similarity
from trunkline.metalearning.comparing import Comparing
from trunkline.metalearning.embedding import Seen
from trunkline.metalearning.method import Form
from trunkline.settings.metalearning.methods import Matching

FAR = -1e9  # of a row that is of another class


def build(form: Form, options: Matching) -> Comparing:
    """Return the method p(w | x) = sum_i a(x, x_i) [y_i = w].

    a = softmax_i(scale cos(f(x), f(x_i))) over the rows x_i of the support; f the trunk. What
    it answers are logarithms of p, up to a number that is the same for all classes.

    Args:
        form: what the episodes have in common.
        options: scale; published with 1, with which one row against four others has at most the
            share e / (e + 4 / e) = 0.65; 10 lets the softmax be sure.

    References:
        Vinyals et al., "Matching Networks for One Shot Learning", NeurIPS 2016, equation 1 and
        section 2.1.1, with the same embedding of support and queries and without full context
        embeddings (no recurrent network reads the support).
    """

    def compare(seen: Seen) -> tf.Tensor:
        near = options.scale * similarity.cosine(seen.query, seen.support)  # [B, Q, S]
        member = similarity.members(seen.labels, form.ways)  # [B, S, W]
        member = tf.transpose(member, (0, 2, 1))[:, None]  # [B, 1, W, S]
        return _log_sum(tf.where(member > 0, near[:, :, None], FAR))  # [B, Q, W]

    return Comparing(embedding.learner(form), compare)


@tf.custom_gradient  # type: ignore[untyped-decorator]  # TensorFlow is untyped
def _log_sum(values: tf.Tensor) -> tuple[tf.Tensor, Callable[[tf.Tensor], tf.Tensor]]:
    """Return log(sum(exp(v))) over the last axis; its gradient has no reciprocal."""
    most = tf.reduce_max(values, -1, keepdims=True)
    total = tf.reduce_sum(tf.exp(values - most), -1)

    def backward(upstream: tf.Tensor) -> tf.Tensor:
        return upstream[..., None] * similarity.shares(values)

    return tf.math.log(total) + most[..., 0], backward
