"""Prototypical networks: the nearest class mean of embeddings."""

import tensorflow as tf

from trunkline.metalearning import embedding, similarity
from trunkline.metalearning.comparing import Comparing
from trunkline.metalearning.embedding import Seen
from trunkline.metalearning.method import Form
from trunkline.settings.metalearning.methods import Prototypes


def build(form: Form, options: Prototypes) -> Comparing:
    """Return the method p(w | x) = softmax_w(-scale d(f(x), c_w)), c_w = mean of f(support of w).

    d is the squared Euclidean distance, or minus the cosine; f the trunk. All shapes as in
    `embedding`. Of Euclidean distances, what is the same for all classes of a query is left out.
    With one row of a class the mean is that row.

    Args:
        form: what the episodes have in common.
        options: distance and scale; published with 1.

    References:
        Snell, Swersky and Zemel, "Prototypical Networks for Few-shot Learning", NeurIPS 2017,
        equations 1 and 2. We train with the ways and shots that are tested; they found more ways
        in training better.
    """
    similar = similarity.SIMILARITY[options.distance]

    def compare(seen: Seen) -> tf.Tensor:
        prototypes = similarity.means(seen.support, seen.labels, form.ways)  # [B, W, d]
        return options.scale * similar(seen.query, prototypes)  # [B, Q, W]

    return Comparing(embedding.learner(form), compare)
