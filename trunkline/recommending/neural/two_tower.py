"""Two towers: a network of users and one of items, whose product is the score."""

from collections.abc import Callable, Mapping
from functools import lru_cache, partial

import keras
import numpy as np
import tensorflow as tf

from trunkline.interactions.pairs import Pairs
from trunkline.networks import products
from trunkline.networks.lookup import look_up
from trunkline.recommending.factors import Factors, multiplied
from trunkline.recommending.model import Arrays, Asked, Fitted, Sides
from trunkline.recommending.neural import answering, in_batch, running, taken, towers
from trunkline.recommending.neural.running import Program
from trunkline.recommending.neural.taken import HistoryRows, PairRows
from trunkline.recommending.neural.towers import Shape
from trunkline.settings.recommending.neural_models import TwoTower
from trunkline.training.batches import Rows

Weights = Mapping[str, keras.Variable]
First = dict[str, np.ndarray]


def fit(
    pairs: Pairs,
    sides: Sides,
    options: TwoTower,
    *,
    seed: int,
    epochs: int | None = None,
    held: Pairs | None = None,
    start: Callable[[First], First] | None = None,
) -> Fitted:
    """Lower the log loss of each user's items among all items, or among those of the batch.

    With towers `t(u) = p_u + f(x_u)` and `t(i) = q_i + g(y_i)` of ids and features, of networks f
    and g, and `s_ui = (t(u) t(i) + b_i) / temperature`,

    `L = sum_(u,i) [log sum_j exp(s_uj) - s_ui] + lambda / 2 |theta|^2`.

    `full`: j goes over all items, and the pairs of a user share the sum. `in_batch`: j goes over
    the items of the batch's other pairs, which come as often as they are popular: `s_uj - log Q_j`
    takes the place of s_uj, where Q_j is the share of j among the pairs of training. Another pair
    of the same item is no other item (an accidental hit) and does not count.

    Differences from the publication: items are counted, and Q is not estimated from a stream;
    vectors are not normalised; an id's vector is added to what features say, so that a user or an
    item that training did not see has what they say.

    Args:
        pairs: of training.
        sides: features of users and of items; what is missing is not read.
        options: sizes, the loss and how to train.
        seed: of the first weights and of the order.
        epochs: exactly so many.
        held: pairs whose loss among the items that users lack ends the training.
        start: makes the first weights of those that are drawn, by name; none: they are.

    Raises:
        Diverged: a loss or a weight is no number.

    References:
        Yi, Yang, Hong, Cheng, Heldt, Kumthekar, Zhao, Wei and Chi, "Sampling-Bias-Corrected Neural
        Modeling for Large Corpus Item Recommendations", RecSys 2019, section 3.
    """
    made = _program(shape_of(pairs, sides, options), options.temperature, options.softmax)
    first = towers.first(made.weights, seed)
    ridge = options.l2 / max(1, len(pairs.user))
    if options.softmax == "full":
        rows: Rows = taken.history_rows(pairs, held, sides, offered=offered(pairs), l2=ridge)
        draw = taken.drawn_users(pairs, held)
    else:
        rows = taken.pair_rows(pairs, held, sides, alpha=1.0, l2=ridge)
        draw = taken.drawn_pairs(pairs, held)
    fitted = running.run(
        made, rows, draw, options, start=start(first) if start else first, label="two_tower",
        seed=seed, epochs=epochs,
    )  # fmt: skip
    return answering.counted(whole(fitted, sides), pairs)


def shape_of(pairs: Pairs, sides: Sides, options: TwoTower) -> Shape:
    """Return the sizes of the towers."""
    of_users, of_items = (0 if side is None else int(side.shape[1]) for side in sides)
    return Shape(
        len(pairs.users), len(pairs.items), of_users, of_items, options.size, options.widths
    )


def scores(arrays: Arrays, asked: Asked) -> np.ndarray:
    """Return `t(u) t(i) + b_i`, float32 [n, I]; -inf where neither ids nor features say anything.

    Args:
        arrays: of `fit`.
        asked: the users: by their places, and by their features where training had such.

    Raises:
        ValueError: features are missing that training had.
    """
    return multiplied(factors(arrays, asked))


def factors(arrays: Arrays, asked: Asked) -> Factors:
    """Return both towers' vectors; nothing is known where neither ids nor features say anything.

    Args:
        arrays: of `fit`.
        asked: as for `scores`.

    Raises:
        ValueError: features are missing that training had.
    """
    known = answering.known(arrays, asked.user)
    vectors = np.where(known[:, None], arrays["users"][np.maximum(asked.user, 0)], 0)
    by_features = towers.layers(arrays, "user_tower") > 0
    if by_features:
        vectors = vectors + towers.answered(
            answering.features(asked, "two_tower"), arrays, "user_tower"
        )
    bias = arrays["bias"]
    if not towers.layers(arrays, "item_tower"):
        bias = np.where(arrays["item_counts"] > 0, bias, np.float32(-np.inf))
    able = np.full(known.shape, True) if by_features else known
    return Factors(vectors.astype(np.float32), arrays["all_items"], bias, able)


def widened(arrays: Arrays, features: np.ndarray) -> Arrays:
    """Return the arrays of a larger catalogue: c items that training did not see come last.

    Such an item is what the tower of items makes of its features; its id adds nothing, and its bias
    is 0, where biases begin.

    Args:
        arrays: of `fit`, of a model that read features of items.
        features: of the new items, float32 [c, F].
    """
    new = towers.answered(features, arrays, "item_tower").astype(np.float32)
    nothing = np.zeros(len(new), np.float32)
    return {
        **arrays,
        "all_items": np.concatenate([arrays["all_items"], new]),
        "bias": np.concatenate([arrays["bias"], nothing]),
        "item_counts": np.concatenate([arrays["item_counts"], nothing.astype(np.int32)]),
    }


def whole(fitted: Fitted, sides: Sides) -> Fitted:
    """Return the fit with the towers of all items, `all_items` [I, k], that `scores` reads."""
    items = fitted.arrays["items"]
    if sides.items is not None:
        items = items + towers.answered(sides.items, fitted.arrays, "item_tower")
    return fitted._replace(arrays={**fitted.arrays, "all_items": items.astype(np.float32)})


def offered(pairs: Pairs) -> np.ndarray:
    """Return which items somebody has, bool [I]: of the others nothing is learned from ids."""
    return np.bincount(pairs.item, minlength=len(pairs.items)) > 0


@lru_cache(maxsize=1)
def _program(shape: Shape, temperature: float, softmax: str) -> Program:
    """Return what trains towers of this shape; another seed or rate needs no new one."""
    made = running.weights(towers.sizes(shape))
    losses = among_all if softmax == "full" else among_batch
    return running.compiled(made, partial(losses, made, temperature))


def among_all(
    made: Weights, temperature: float, table: HistoryRows, row: tf.Tensor, weight: tf.Tensor,
    training: bool,
) -> tf.Tensor:  # fmt: skip
    """Return the loss of the pairs of a batch of users, among all items: [2, 1]."""
    user = row % made["users"].shape[0]
    own = look_up(made["users"].value, user)
    own = towers.vectors(made, "user_tower", own, tf.gather(table.features, user))
    items = towers.vectors(made, "item_tower", made["items"].value, table.of_items)
    logits = (products.against(own, items) + made["bias"].value) * (1.0 / temperature)
    found = taken.softmax_loss(table, row, weight, logits, training)
    return found + answering.ridge(made, table.l2, found[1]) if training else found


def among_batch(
    made: Weights, temperature: float, table: PairRows, row: tf.Tensor, weight: tf.Tensor,
    training: bool,
) -> tf.Tensor:  # fmt: skip
    """Return the loss of a batch of pairs, among the items of the batch: [2, 1]."""
    user, item = tf.gather(table.user, row), tf.gather(table.item, row)  # [B]
    own = look_up(made["users"].value, user)
    own = towers.vectors(made, "user_tower", own, tf.gather(table.features, user))
    other = look_up(made["items"].value, item)
    other = towers.vectors(made, "item_tower", other, tf.gather(table.of_items, item))
    bias = look_up(made["bias"].value[:, None], item)[:, 0]
    logits = (products.against(own, other) + bias) * (1.0 / temperature)  # [B, B]
    loss = in_batch.loss(logits, item, tf.gather(table.log_chance, item), weight)
    found = tf.stack([[tf.reduce_sum(weight * loss)], [tf.reduce_sum(weight)]])
    return found + answering.ridge(made, table.l2, found[1]) if training else found
