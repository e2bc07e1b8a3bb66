"""Of which users and items a trained model can say something, and by which weights."""

from collections.abc import Mapping

import keras
import numpy as np
import tensorflow as tf

from trunkline.interactions.pairs import Pairs
from trunkline.recommending.factors import Factors, of_known
from trunkline.recommending.model import UNKNOWN, Arrays, Asked, Fitted


def counted(fitted: Fitted, pairs: Pairs) -> Fitted:
    """Return the fit with the pairs that each user and each item had in training: int32."""
    counts = {
        f"{name}_counts": np.bincount(places, minlength=len(ids)).astype(np.int32)
        for name, places, ids in (
            ("user", pairs.user, pairs.users), ("item", pairs.item, pairs.items),
        )
    }  # fmt: skip
    return fitted._replace(arrays={**fitted.arrays, **counts})


def known(arrays: Arrays, user: np.ndarray) -> np.ndarray:
    """Return which of the users had pairs in training, bool [n]."""
    return (user != UNKNOWN) & (arrays["user_counts"][np.maximum(user, 0)] > 0)


def known_only(found: np.ndarray, arrays: Arrays, user: np.ndarray) -> np.ndarray:
    """Return the scores [n, I], with -inf of users and items that had no pair in training."""
    found[~known(arrays, user)] = -np.inf
    found[:, arrays["item_counts"] == 0] = -np.inf
    return found


def factors(arrays: Arrays, user: np.ndarray) -> Factors:
    """Return the vectors of the users asked for, and of items; of some nothing was learned.

    Args:
        arrays: of a fit, with `users` [U, k], `items` [I, k] and both counts.
        user: places of users, [n].
    """
    own = arrays["users"][np.maximum(user, 0)]
    return of_known(own, arrays["items"], arrays["item_counts"], known(arrays, user))


def features(asked: Asked, model: str) -> np.ndarray:
    """Return the features of the users.

    Raises:
        ValueError: there are none.
    """
    if asked.features is None:
        raise ValueError(
            f"{model}: expected features of the users asked for, as training had them, received "
            "none: hand over the columns of users that the study names"
        )
    return asked.features


def ridge(made: Mapping[str, keras.Variable], l2: tf.Tensor, count: tf.Tensor) -> tf.Tensor:
    """Return `l2 / 2 |theta|^2` of all weights for each of `count` [1] pairs, and 0: [2, 1]."""
    squares = tf.add_n([tf.reduce_sum(variable.value**2) for variable in made.values()])
    return tf.stack([0.5 * l2 * squares * count, tf.zeros(1)])
