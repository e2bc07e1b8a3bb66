"""SASRec: what comes next, from self-attention over the last items in their order.

Shapes: U users, I items, R stretches of histories, B of a batch, L items of each, D numbers of an
item, N = B L, S items drawn.
"""

from functools import lru_cache, partial

import numpy as np
import tensorflow as tf

from trunkline.determinism import seeds
from trunkline.interactions.pairs import Pairs
from trunkline.networks import products
from trunkline.networks.lookup import look_up
from trunkline.objectives import losses
from trunkline.recommending.model import UNKNOWN, Arrays, Asked, Fitted, Sides
from trunkline.recommending.neural import (
    answering,
    attention,
    drawing,
    noise,
    running,
    starting,
    stretches,
    taken,
)
from trunkline.recommending.neural.running import Numbers, Program
from trunkline.recommending.neural.starting import Weights
from trunkline.recommending.neural.stretches import Stretches
from trunkline.recommending.neural.taken import FAR
from trunkline.settings.recommending.sequence_and_graph_models import Sasrec

BLOCK = 256  # users scored at once
DRAWS = 2_000_000_000  # where the counts of drawn items begin, far from those of dropout


def fit(
    pairs: Pairs,
    sides: Sides,
    options: Sasrec,
    *,
    seed: int,
    epochs: int | None = None,
    held: Pairs | None = None,
) -> Fitted:
    """Predict each item of a history from those before it.

    Of the items i_1, ..., i_L with vectors E: x_t = sqrt(D) (E[i_t] + P_t); then in each block
    x += attention(norm(x)), x += W2 relu(W1 norm(x) + b1) + b2, with dropout of either, where
    attention is softmax(Q K' / sqrt(D / H)) V over the places up to t; h = norm(x). The loss is
    log sum_j exp(h_t E_j) - h_t E_i of the item i that comes next, the mean over all places; to
    it comes l2 / 2 times the squares of all kernels and vectors.

    Each item of a history but its first is predicted once an epoch: histories longer than L are
    cut from their end into stretches. With `negatives`, the sum over the others is estimated from
    S drawn items j, each as likely as the next, as sum_j exp(h_t E_j) (I - 1) / S; a drawn item
    that is i does not count. Held pairs are judged all at once from what is before them: the log
    loss of each among all items that the user has not in training.

    Args:
        pairs: of training; by time, or in the order of their items where there is none.
        sides: not read.
        options: sizes, dropout, and how to train.
        seed: of the first weights, the order of stretches, dropout and draws.
        epochs: exactly so many.
        held: pairs of the same users and items, for early stopping.

    Raises:
        ValueError: heads do not divide the size, or no user has two items.
        Diverged: a loss or a weight is no number.

    References:
        Kang and McAuley, "Self-Attentive Sequential Recommendation", ICDM 2018, section III (the
        loss there has one drawn item, and items of long histories are left out); Klenitskiy and
        Vasilev, "Turning Dross Into Gold Loss: is BERT4Rec really better than SASRec?", RecSys
        2023, section 3.2, for the loss over all items; Petrov and Macdonald, "gSASRec", RecSys
        2023, for what one drawn item does.
    """
    if options.size % options.heads:
        raise ValueError(
            f"sasrec: expected a size that is a multiple of heads, received size {options.size} "
            f"and {options.heads} heads: make size a multiple of heads"
        )
    sizes = options.length, options.size, options.blocks, options.heads, options.negatives
    made = _program(len(pairs.items), *sizes)
    rng = seeds.generator(seed, "recommending", "sasrec", "start")
    rows, draw = stretches.rows(pairs, held, options)
    fitted = running.run(
        made, rows, draw, options,
        start=_start(made, rng), label="sasrec", seed=seed, epochs=epochs,
    )  # fmt: skip
    heads = {"heads": np.array([options.heads], np.int32)}
    return answering.counted(fitted._replace(arrays={**fitted.arrays, **heads}), pairs)


def scores(arrays: Arrays, asked: Asked) -> np.ndarray:
    """Return h_L E_i of the last items, float32 [n, I].

    Args:
        arrays: of `fit`.
        asked: the users, of whom only those recent items count that have a pair in training; -inf
            of users without any, and of other items.
    """
    length, size = arrays["places"].shape
    short = max(0, length - asked.recent.shape[1])
    recent = np.pad(asked.recent, [(0, 0), (short, 0)], constant_values=UNKNOWN)[:, -length:]
    recent = np.where(arrays["item_counts"][np.maximum(recent, 0)] > 0, recent, UNKNOWN)
    found = np.empty((len(recent), len(arrays["items"])), np.float32)
    for first in range(0, len(recent), BLOCK):
        items = recent[first : first + BLOCK]
        there = (items != UNKNOWN).astype(np.float32)
        vectors = arrays["items"][np.maximum(items, 0)].reshape(-1, length, size)
        last = attention.answered(arrays, vectors, there, int(arrays["heads"][0]))[:, -1]
        found[first : first + BLOCK] = last @ arrays["items"].T
    found[:, arrays["item_counts"] == 0] = -np.inf
    found[(recent == UNKNOWN).all(1)] = -np.inf
    return found


def _start(made: Program, rng: np.random.Generator) -> dict[str, np.ndarray]:
    """Return the first weights: of items and places such that x and its scores are about 1."""
    start = starting.dense(made.weights, rng)
    for name in ("items", "places"):
        size = start[name].shape[1]
        start[name] = rng.standard_normal(start[name].shape, np.float32) / np.float32(size**0.5)
    for name, value in start.items():
        if name.startswith(("before", "between", "after")):
            value[:] = [[1.0], [0.0]]
    return start


@lru_cache(maxsize=1)
def _program(  # all that is compiled in
    items: int, length: int, size: int, blocks: int, heads: int, negatives: int
) -> Program:
    """Return what trains models of this size; another seed or rate needs no new one."""
    made = running.weights({"items": (items, size), **attention.shapes(length, size, blocks)})
    numbers = Numbers()
    return running.compiled(made, partial(_losses, made, numbers, heads, negatives), numbers)


def _losses(  # noqa: PLR0913  # what a program is made of, and what an epoch hands over
    made: Weights, numbers: Numbers, heads: int, negatives: int, table: Stretches,
    row: tf.Tensor, weight: tf.Tensor, training: bool,
) -> tf.Tensor:  # fmt: skip
    """Return the log losses of a batch's next items, or held pairs, and how many: [2, 1]."""
    length, size = made["places"].shape
    first = numbers.of(row, training)
    drop = noise.Dropping(table.dropout, first) if training else tf.identity
    place = tf.gather(table.end, row)[:, None] - 1 - length + tf.range(length)  # [B, L]
    there = tf.cast(place >= tf.gather(table.begin, row)[:, None], tf.float32)
    vectors = look_up(made["items"].value, stretches.items(table, place))  # [B, L, D]
    hidden = attention.answers(made, vectors, there, drop, heads)
    if not training:
        users = table.lists.first.shape[0] // 2
        row = tf.maximum(row + 2 * users - table.begin.shape[0], 0)  # R + u becomes U + u
        logits = products.against(hidden[:, -1], made["items"].value)
        return taken.softmax_loss(table.lists, row, weight, logits, training)
    target = tf.reshape(stretches.items(table, place + 1), [-1])  # [N]
    hidden = tf.reshape(hidden, (-1, size))
    counted = tf.reshape(there * weight[:, None], [-1])  # [N]
    if negatives:
        drawn = drawing.draw(table.chances, first + tf.constant(DRAWS, tf.uint32), (negatives,))
        loss = _estimated(made, table, hidden, target, drawn)
    else:
        logits = products.against(hidden, made["items"].value) + FAR * (1.0 - table.lists.offered)
        loss = losses.categorical_cross_entropy(target, logits)
    count = tf.reduce_sum(counted)
    found = tf.reduce_sum(counted * loss) + 0.5 * table.lists.l2 * _squares(made) * count
    return tf.stack([found, count])[:, None]


def _estimated(
    made: Weights, table: Stretches, hidden: tf.Tensor, target: tf.Tensor, drawn: tf.Tensor
) -> tf.Tensor:
    """Return the log loss [N] of the items `target` [N], against `drawn` [S] for all others."""
    vectors = made["items"].value
    own = tf.reduce_sum(hidden * look_up(vectors, target), 1, keepdims=True)  # [N, 1]
    others = tf.reduce_sum(table.lists.offered) - 1.0
    scale = tf.math.log(tf.maximum(others, 1.0) / drawn.shape[0])
    score = products.against(hidden, look_up(vectors, drawn)) + scale  # [N, S]
    score = tf.where(drawn == target[:, None], FAR, score)
    return losses.categorical_cross_entropy(tf.zeros_like(target), tf.concat([own, score], 1))


def _squares(made: Weights) -> tf.Tensor:
    """Return the sum of all squares of kernels and vectors of items."""
    named = ("items", "query", "key", "value", "wide_", "narrow_")
    kernels = [w.value for name, w in made.items() if name.startswith(named) and len(w.shape) == 2]
    return tf.add_n([tf.reduce_sum(tf.square(kernel)) for kernel in kernels])
