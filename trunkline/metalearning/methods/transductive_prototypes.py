"""Prototypes that move to the queries: a soft k-means that all queries take part in."""

import tensorflow as tf

from trunkline.metalearning import embedding, similarity
from trunkline.metalearning.comparing import Comparing
from trunkline.metalearning.embedding import Seen
from trunkline.metalearning.method import Form
from trunkline.networks import products
from trunkline.settings.metalearning.methods import TransductivePrototypes


def build(form: Form, options: TransductivePrototypes) -> Comparing:
    """Return the method: prototypes, `rounds` times refined by the queries it is asked about.

    z_jw = softmax_w(-scale d(f(x_j), c_w)) of the queries j, then
    c_w = (sum of f(support of w) + sum_j z_jw f(x_j)) / (shots + sum_j z_jw).

    An answer depends on the other queries, of which each class has as many: more than any method
    is told that sees one query at a time. Reported apart. Of one query the order of classes stays.

    Args:
        form: what the episodes have in common.
        options: distance and scale as of prototypes, and rounds.

    References:
        Ren et al., "Meta-Learning for Semi-Supervised Few-Shot Classification", ICLR 2018,
        equation 3, with one round and rows without labels in the place of the queries; training
        goes through the rounds, as theirs.
    """
    similar = similarity.SIMILARITY[options.distance]

    def compare(seen: Seen) -> tf.Tensor:
        first = similarity.means(seen.support, seen.labels, form.ways)  # [B, W, d]
        prototypes = first
        for _ in range(options.rounds):
            share = similarity.shares(options.scale * similar(seen.query, prototypes))  # [B, Q, W]
            prototypes = _moved(first, _counts(seen, form), share, seen.query)
        return options.scale * similar(seen.query, prototypes)

    return Comparing(embedding.learner(form), compare)


def _counts(seen: Seen, form: Form) -> tf.Tensor:
    """Return the rows of each class, [B, W]."""
    return tf.reduce_sum(similarity.members(seen.labels, form.ways), 1)


def _moved(means: tf.Tensor, counts: tf.Tensor, share: tf.Tensor, query: tf.Tensor) -> tf.Tensor:
    """Return the means [B, W, d] of the support with the queries' shares [B, Q, W]."""
    total = counts[..., None] * means + products.summed(share, query)
    return total / (counts + tf.reduce_sum(share, 1))[..., None]
