"""The softmax over the items of a batch, each drawn as often as it is popular.

Shapes: B pairs.
"""

import tensorflow as tf

from trunkline.objectives import losses
from trunkline.recommending.neural.taken import FAR


def loss(logits: tf.Tensor, item: tf.Tensor, log_chance: tf.Tensor, weight: tf.Tensor) -> tf.Tensor:
    """Return `log sum_c exp(z_bc - log Q_c) - (z_bb - log Q_b)` of each pair: [B].

    c goes over the batch, without other pairs of the same item (accidental hits) and padding. Q is
    the chance with which an item comes into a batch: without it popular items, which come often,
    would be put too low.

    Args:
        logits: z, scores of each pair's user with each pair's item, [B, B].
        item: int32 [B], of the pairs.
        log_chance: log Q of these items, [B].
        weight: [B], 0 for padding.

    References:
        Yi et al., "Sampling-Bias-Corrected Neural Modeling for Large Corpus Item Recommendations",
        RecSys 2019, equations 3 to 5; Bengio and Senecal, IEEE TNN 19 (2008), for the correction.
    """
    own = tf.eye(item.shape[0])
    same = tf.cast(item[:, None] == item, tf.float32)
    away = tf.maximum(same, tf.cast(weight == 0, tf.float32)) * (1.0 - own)  # [B, B]
    return losses.soft_cross_entropy(own, logits - log_chance + FAR * away)
