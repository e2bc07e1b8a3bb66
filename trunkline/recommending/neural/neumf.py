"""NeuMF: a product of factors and a network over other factors, fused into one score."""

from collections.abc import Mapping
from functools import lru_cache, partial

import keras
import numpy as np
import tensorflow as tf

from trunkline.determinism import seeds
from trunkline.interactions.pairs import Pairs
from trunkline.networks.lookup import look_up
from trunkline.objectives import losses
from trunkline.recommending.model import Arrays, Asked, Fitted, Sides
from trunkline.recommending.neural import answering, drawing, running, taken, towers
from trunkline.recommending.neural.running import Numbers, Program
from trunkline.recommending.neural.taken import PairRows
from trunkline.settings.recommending.neural_models import NeuMf

SPREAD = 0.1  # of the first factors
ROOM = 4_000_000  # numbers of a block of users times items
Weights = Mapping[str, keras.Variable]


def fit(
    pairs: Pairs,
    sides: Sides,
    options: NeuMf,
    *,
    seed: int,
    epochs: int | None = None,
    held: Pairs | None = None,
) -> Fitted:
    """Tell pairs of training from pairs of the same users with items they lack.

    `s_ui = h [p_u * q_i; relu(W_d ... relu(W_1 [p'_u; q'_i] + c_1) ... + c_d)] + b`, of factors p,
    q of a generalised product (GMF) and p', q' of a network (MLP), and

    `L = -sum_(u,i) [log sigmoid(s_ui) + sum_j log(1 - sigmoid(s_uj))] / (1 + N)`, with N items j
    that are drawn anew in each epoch, plus lambda / 2 times the squares of the factors that a term
    reads. A draw that hits an item that the user has does not count.

    Differences from the publication: trained from the start and not from a GMF and an MLP that
    were trained alone; as many factors for both; one lambda.

    Args:
        pairs: of training.
        sides: not read.
        options: sizes, draws and how to train.
        seed: of the first weights, of the order and of the draws.
        epochs: exactly so many.
        held: pairs whose loss, with items of always the same draws, ends the training.

    Raises:
        Diverged: a loss or a weight is no number.

    References:
        He, Liao, Zhang, Nie, Hu and Chua, "Neural Collaborative Filtering", WWW 2017, section 3.4.
    """
    made = _program(
        len(pairs.users), len(pairs.items), options.factors, options.widths, options.negatives
    )
    fitted = running.run(
        made, taken.pair_rows(pairs, held, sides, alpha=options.popularity, l2=options.l2),
        taken.drawn_pairs(pairs, held), options, start=_start(made, seed), label="neumf",
        seed=seed, epochs=epochs,
    )  # fmt: skip
    return answering.counted(fitted, pairs)


def scores(arrays: Arrays, asked: Asked) -> np.ndarray:
    """Return s, float32 [n, I]; -inf for users and items without pairs in training.

    Users are taken in blocks, as the network is asked for each user with each item.

    Args:
        arrays: of `fit`.
        asked: the users, of whom only the places count.
    """
    users = arrays["users"][np.maximum(asked.user, 0)]
    most = max(shape.shape[-1] for name, shape in arrays.items() if "network/kernel" in name)
    block = max(1, ROOM // (most * len(arrays["items"])))
    parts = [_block(users[first : first + block], arrays) for first in range(0, len(users), block)]
    found = np.concatenate([np.zeros((0, len(arrays["items"])), np.float32), *parts])
    return answering.known_only(found, arrays, asked.user)


def _block(users: np.ndarray, arrays: Arrays) -> np.ndarray:
    """Return the scores of some users, [n, I]; the first layer is a sum of two products."""
    items, depth = arrays["items"], towers.layers(arrays, "network")
    size = items.shape[1] // 2
    kernel, fusion = arrays["network/kernel_0"], arrays["fusion/kernel_0"][:, 0]
    own = users[:, size:] @ kernel[:size] + arrays["network/bias_0"]
    hidden = np.maximum(own[:, None] + items[:, size:] @ kernel[size:], 0)  # [n, I, units]
    for place in range(1, depth):
        hidden = hidden @ arrays[f"network/kernel_{place}"] + arrays[f"network/bias_{place}"]
        hidden = np.maximum(hidden, 0)
    product = (users[:, :size] * fusion[:size]) @ items[:, :size].T
    return product + hidden @ fusion[size:] + arrays["fusion/bias_0"]


def _start(made: Program, seed: int) -> dict[str, np.ndarray]:
    """Return factors drawn by chance, and layers as `towers.start` draws them."""
    shapes = {name: tuple(variable.shape) for name, variable in made.weights.items()}
    begun = towers.start(shapes, seed, "neumf")
    for name in ("users", "items"):
        rng = seeds.generator(seed, "recommending", "neumf", name)
        begun[name] = np.float32(SPREAD) * rng.standard_normal(shapes[name], np.float32)
    return begun


@lru_cache(maxsize=1)
def _program(
    users: int, items: int, factors: int, widths: tuple[int, ...], negatives: int
) -> Program:
    """Return what trains networks of this shape; another seed or rate needs no new one."""
    sizes: dict[str, tuple[int, ...]] = {
        "users": (users, 2 * factors), "items": (items, 2 * factors),
        **towers.shapes("network", 2 * factors, widths),
        **towers.shapes("fusion", factors + widths[-1], [1]),
    }  # fmt: skip
    made, numbers = running.weights(sizes), Numbers()
    return running.compiled(made, partial(_losses, made, numbers, negatives), numbers)


def _losses(
    made: Weights, numbers: Numbers, negatives: int, table: PairRows, row: tf.Tensor,
    weight: tf.Tensor, training: bool,
) -> tf.Tensor:  # fmt: skip
    """Return the loss of a batch of pairs and their weight: [2, 1]."""
    user, item = tf.gather(table.user, row), tf.gather(table.item, row)  # [B]
    drawn = drawing.draw(table.chances, numbers.of(row, training), (row.shape[0], negatives))
    lacked = tf.logical_not(drawing.has(table.seen, user[:, None], drawn))  # [B, N]
    counts = tf.concat([tf.ones((row.shape[0], 1)), tf.cast(lacked, tf.float32)], 1)
    items = tf.concat([item[:, None], drawn], 1)  # [B, 1 + N]
    own, other = look_up(made["users"].value, user), look_up(made["items"].value, items)
    own = own[:, None] + tf.zeros_like(other)  # [B, 1 + N, 2 k]
    label = tf.cast(tf.range(1 + negatives) == 0, tf.float32) + tf.zeros_like(counts)
    logits = _scored(made, own, other)
    loss = losses.multilabel_cross_entropy(label, logits)  # [B, 1 + N]
    if training:
        loss += 0.5 * table.l2 * (tf.reduce_sum(own**2, -1) + tf.reduce_sum(other**2, -1))
    total = tf.reduce_sum(counts * loss, 1) * (1.0 / (1 + negatives))
    return tf.stack([[tf.reduce_sum(weight * total)], [tf.reduce_sum(weight)]])


def _scored(made: Weights, own: tf.Tensor, other: tf.Tensor) -> tf.Tensor:
    """Return s of users and items [B, 1 + N, 2 k]: [B, 1 + N]."""
    size = own.shape[-1] // 2
    flat = [tf.reshape(part, (-1, 2 * size)) for part in (own, other)]
    hidden = tf.concat([part[:, size:] for part in flat], 1)
    hidden = tf.nn.relu(towers.through(hidden, made, "network"))
    fused = tf.concat([flat[0][:, :size] * flat[1][:, :size], hidden], 1)
    return tf.reshape(towers.through(fused, made, "fusion"), own.shape[:2])
