"""A network from a user's features to a share for each item."""

from collections.abc import Mapping
from functools import lru_cache, partial

import keras
import numpy as np
import tensorflow as tf

from trunkline.interactions.pairs import Pairs
from trunkline.networks import products
from trunkline.recommending.model import Arrays, Asked, Fitted, Sides
from trunkline.recommending.neural import answering, running, taken, towers
from trunkline.recommending.neural.running import Program
from trunkline.recommending.neural.taken import HistoryRows
from trunkline.settings.recommending.neural_models import DotMlp


def fit(
    pairs: Pairs,
    sides: Sides,
    options: DotMlp,
    *,
    seed: int,
    epochs: int | None = None,
    held: Pairs | None = None,
) -> Fitted:
    """Lower the log loss of each user's items under the softmax that their features lead to.

    `h = relu(W_d ... relu(W_1 x_u + c_1) ... + c_d)`, `s_ui = v_i h + b_i` and

    `L = sum_(u,i) [log sum_j exp(s_uj) - s_ui] + lambda / 2 |theta|^2`

    over the pairs of training and all items j that somebody has. Who has the same features gets
    the same scores; a user needs no history. The features come scaled, as the study encodes them.

    Args:
        pairs: of training.
        sides: features of users.
        options: layers and how to train.
        seed: of the first weights and of the order.
        epochs: exactly so many.
        held: pairs whose loss among the items that users lack ends the training.

    Raises:
        ValueError: users have no features.
        Diverged: a loss or a weight is no number.

    References:
        Covington, Adams and Sargin, "Deep Neural Networks for YouTube Recommendations", RecSys
        2016, section 3.1 (recommending as extreme multiclass classification; ours reads features
        alone, and no history).
    """
    if sides.users is None:
        raise ValueError(
            "dot_mlp: expected features of users, received none: name columns of a table of users, "
            "or leave this model out"
        )
    made = _program(len(pairs.users), len(pairs.items), sides.users.shape[1], options.widths)
    offered = np.bincount(pairs.item, minlength=len(pairs.items)) > 0
    ridge = options.l2 / max(1, len(pairs.user))
    shapes = {name: tuple(variable.shape) for name, variable in made.weights.items()}
    fitted = running.run(
        made, taken.history_rows(pairs, held, sides, offered=offered, l2=ridge),
        taken.drawn_users(pairs, held), options, start=towers.start(shapes, seed, "dot_mlp"),
        label="dot_mlp", seed=seed, epochs=epochs,
    )  # fmt: skip
    return answering.counted(fitted, pairs)


def scores(arrays: Arrays, asked: Asked) -> np.ndarray:
    """Return `v_i h + b_i`, float32 [n, I]; -inf for items without pairs in training.

    Args:
        arrays: of `fit`.
        asked: the users, of whom only the features count.

    Raises:
        ValueError: there are none.
    """
    hidden = towers.answered(answering.features(asked, "dot_mlp"), arrays, "hidden")
    hidden = np.maximum(hidden, 0) if towers.layers(arrays, "hidden") else hidden
    found = (hidden @ arrays["items"].T + arrays["bias"]).astype(np.float32)
    found[:, arrays["item_counts"] == 0] = -np.inf
    return found


@lru_cache(maxsize=1)
def _program(users: int, items: int, features: int, widths: tuple[int, ...]) -> Program:
    """Return what trains networks of this shape; another seed or rate needs no new one."""
    sizes = towers.shapes("hidden", features, widths)
    sizes |= {"items": (items, [features, *widths][-1]), "bias": (items,)}
    made = running.weights(sizes)
    return running.compiled(made, partial(_losses, made, users))


def _losses(
    made: Mapping[str, keras.Variable], users: int, table: HistoryRows, row: tf.Tensor,
    weight: tf.Tensor, training: bool,
) -> tf.Tensor:  # fmt: skip
    """Return the loss of the pairs of a batch of users, among all items: [2, 1]."""
    hidden = tf.gather(table.features, row % users)
    if towers.layers(made, "hidden"):
        hidden = tf.nn.relu(towers.through(hidden, made, "hidden"))
    logits = products.against(hidden, made["items"].value) + made["bias"].value
    found = taken.softmax_loss(table, row, weight, logits, training)
    return found + answering.ridge(made, table.l2, found[1]) if training else found
