"""Bi-tuning: rows of a class are pulled together, for the head and in a projection."""

import numpy as np
import tensorflow as tf

from trunkline.determinism import seeds
from trunkline.networks import products
from trunkline.networks.portable import inverse_sqrt
from trunkline.objectives.losses import soft_cross_entropy
from trunkline.settings.feature_strategies import BiTuning
from trunkline.training.extras import NOTHING, Addition, Seen, Term
from trunkline.training.trainer import Fit
from trunkline.training.transferring.arm import Arm

FAR = -1e9  # a logit that has no share


def train(arm: Arm, options: BiTuning) -> Fit:
    """Fine-tune with L + lambda (L_CCE + L_CCL), both over the rows of a batch.

    L_CCE = mean_q of -mean_{i: y_i = y_q} log (exp(w_{y_q} h_i / T) / sum_j exp(w_{y_q} h_j / T)),
    w the head's weights of a class and h representations, with bias and 1 appended, of length 1.
    L_CCL = the same with z_q z_i in the place of w_{y_q} h_i, and without i = q and j = q; z are
    linear projections of length 1, and a row alone of its class adds 0. Unlike in the paper the
    keys are the batch's own rows, through which gradients flow too: there is neither a second
    encoder with momentum nor a queue of earlier rows. With lambda 0 this is `fine_tune`.

    References:
        Zhong, Ma, Kou, Wang and Long, "Bi-tuning: Efficient Transfer from Pre-trained Models",
        ECML PKDD 2023 (arXiv 2011.06182, 2020), equations 3 and 5.
    """
    addition = NOTHING
    if options.strength:
        width = arm.learner.trunk.output_shape[-1]
        limit = np.sqrt(6 / (width + options.width))  # as `Learner.initialise` draws kernels
        drawn = seeds.generator(arm.seed, "projection").uniform(
            -limit, limit, (width, options.width)
        )
        values = {"projection": drawn.astype(np.float32)}
        addition = Addition(_Pulled, options, values)
    return arm.finish(arm.warm_up(options), options.rate, addition)


class _Pulled(Term):
    """The term; the value is the projection, which is trained along."""

    learned = ("projection",)

    def term(self, seen: Seen) -> tf.Tensor:
        """Return lambda (L_CCE + L_CCL)."""
        y = tf.gather(seen.table.y[0], seen.rows)  # [B]
        (head,) = self.learner.heads.values()
        return self.options.strength * (
            to_head(head.trainable_variables, seen, y, self.options.temperature)
            + to_each_other(self.values["projection"].value, seen, y, self.options.temperature)
        )


def to_head(head: list[tf.Tensor], seen: Seen, y: tf.Tensor, temperature: float) -> tf.Tensor:
    """Return L_CCE; one logit stands for two classes, (-w, w)."""
    kernel, bias = (variable.value for variable in head)
    columns = tf.concat([kernel, bias[None]], 0)  # [width + 1, units]
    if columns.shape[-1] == 1:
        columns = tf.concat([-columns, columns], -1)
    classes = unit(tf.transpose(columns))  # [classes, width + 1]
    hidden = unit(tf.pad(seen.hidden, [[0, 0], [0, 1]], constant_values=1.0))  # [B, width + 1]
    whose = tf.gather(classes, tf.cast(y, tf.int32))  # [B, width + 1]
    logits = products.compared(whose, hidden) / temperature  # [B, B]
    return contrasted(logits, seen, y, tf.ones_like(logits))


def to_each_other(projection: tf.Tensor, seen: Seen, y: tf.Tensor, temperature: float) -> tf.Tensor:
    """Return L_CCL."""
    rows = unit(products.projected(seen.hidden, projection))  # [B, projected]
    logits = products.compared(rows, rows) / temperature
    return contrasted(logits, seen, y, 1.0 - tf.eye(rows.shape[0]))


def contrasted(logits: tf.Tensor, seen: Seen, y: tf.Tensor, keys: tf.Tensor) -> tf.Tensor:
    """Return the mean over queries of the cross-entropy to the keys of their class.

    Args:
        logits: [queries, keys].
        seen: the batch; rows of weight 0 are neither.
        y: classes [B].
        keys: 1 where a row is a key of a query, [queries, keys].
    """
    counts = tf.cast(seen.weight > 0, tf.float32)
    allowed = keys * counts[None]
    same = allowed * tf.cast(y[:, None] == y[None], tf.float32)
    number = tf.reduce_sum(same, -1)  # [B], keys of the query's class
    wanted = tf.math.divide_no_nan(same, number[:, None])
    loss = soft_cross_entropy(wanted, tf.where(allowed > 0, logits, FAR))
    return seen.mean(tf.where(number > 0, loss, 0.0))


def unit(rows: tf.Tensor) -> tf.Tensor:
    """Return rows [n, width] made 1 long, by operations that round alike on every processor."""
    return rows * inverse_sqrt(tf.reduce_sum(rows * rows, -1, keepdims=True) + 1e-12)
