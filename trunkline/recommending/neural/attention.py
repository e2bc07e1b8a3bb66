"""The network of SASRec: blocks of causal self-attention, in TensorFlow and in NumPy.

Shapes: B histories, L items of each, D numbers of an item, H heads, N = B L.
"""

from collections.abc import Callable, Mapping, Sequence

import keras
import numpy as np
import tensorflow as tf

from trunkline.networks import portable, products

EPSILON = 1e-6  # of layer normalisation
FAR = -1e9  # what a place that may not be looked at scores
Weights = Mapping[str, keras.Variable]
Drop = Callable[[tf.Tensor], tf.Tensor]


def shapes(length: int, size: int, blocks: int) -> dict[str, tuple[int, ...]]:
    """Return the shape of each weight but the vectors of items, kernels as [outputs, inputs].

    Of the blocks b from 1 on: `query_b`, `key_b`, `value_b`; `wide_b` and `narrow_b` of the dense
    network, with biases; `before_b`, `between_b` and the last `after` of layer normalisation, two
    rows each: scale and shift.
    """
    found: dict[str, tuple[int, ...]] = {"places": (length, size), "after": (2, size)}
    for block in range(1, blocks + 1):
        for name in ("query", "key", "value", "wide", "narrow"):
            found[f"{name}_{block}"] = (size, size)
        for name in ("before", "between"):
            found[f"{name}_{block}"] = (2, size)
        for name in ("wide_bias", "narrow_bias"):
            found[f"{name}_{block}"] = (size,)
    return found


def answers(
    made: Weights, vectors: tf.Tensor, there: tf.Tensor, drop: Drop, heads: int
) -> tf.Tensor:
    """Return what is made of each item and of those before it: [B, L, D].

    Args:
        made: weights, as `shapes` names them.
        vectors: of the items, [B, L, D].
        there: float32 [B, L], 0 of padding, which nothing looks at.
        drop: dropout; the identity when not training.
        heads: H.
    """
    length, size = vectors.shape[1:]
    x = drop(size**0.5 * (vectors + made["places"].value)) * there[..., None]
    seen = there[:, None, None, :] * np.tril(np.ones((length, length), np.float32))  # [B, 1, L, L]
    for block in range(1, blocks_of(list(made)) + 1):
        x += drop(_attended(made, block, _normalised(x, made[f"before_{block}"]), seen, heads))
        y = tf.reshape(_normalised(x, made[f"between_{block}"]), (-1, size))  # [N, D]
        y = products.against(y, made[f"wide_{block}"].value) + made[f"wide_bias_{block}"].value
        y = drop(tf.nn.relu(y))
        y = products.against(y, made[f"narrow_{block}"].value) + made[f"narrow_bias_{block}"].value
        x += drop(tf.reshape(y, x.shape))
    return _normalised(x, made["after"])


def answered(
    arrays: Mapping[str, np.ndarray], vectors: np.ndarray, there: np.ndarray, heads: int
) -> np.ndarray:
    """Return the same as `answers` without dropout, in NumPy.

    Args:
        arrays: weights, as `shapes` names them.
        vectors: of the items, [B, L, D].
        there: float32 [B, L], 0 of padding.
        heads: H.
    """
    (length, size), x = vectors.shape[1:], vectors + arrays["places"]
    x = np.float32(size**0.5) * x * there[..., None]
    seen = (there[:, None, None, :] > 0) & np.tril(np.ones((length, length), bool))

    def normalised(rows: np.ndarray, weight: np.ndarray) -> np.ndarray:
        centred = rows - rows.mean(-1, keepdims=True)
        variance = np.square(centred).mean(-1, keepdims=True)
        return centred / np.sqrt(variance + np.float32(EPSILON)) * weight[0] + weight[1]

    for block in range(1, blocks_of(list(arrays)) + 1):
        y = normalised(x, arrays[f"before_{block}"])
        query, key, value = (
            (y @ arrays[f"{name}_{block}"].T)
            .reshape(-1, length, heads, size // heads)
            .swapaxes(1, 2)
            for name in ("query", "key", "value")
        )  # [B, H, L, D / H]
        alike = query @ key.swapaxes(2, 3) / np.float32((size // heads) ** 0.5)
        alike = np.where(seen, alike, np.float32(FAR))
        alike = np.exp(alike - alike.max(-1, keepdims=True))
        share = alike / alike.sum(-1, keepdims=True)  # [B, H, L, L]
        x = x + (share @ value).swapaxes(1, 2).reshape(x.shape)
        y = normalised(x, arrays[f"between_{block}"])
        y = np.maximum(y @ arrays[f"wide_{block}"].T + arrays[f"wide_bias_{block}"], 0)
        x = x + y @ arrays[f"narrow_{block}"].T + arrays[f"narrow_bias_{block}"]
    return normalised(x, arrays["after"])


def blocks_of(names: Sequence[str]) -> int:
    """Return how many blocks there are among the names of weights."""
    return sum(name.startswith("query_") for name in names)


def _attended(made: Weights, block: int, rows: tf.Tensor, seen: tf.Tensor, heads: int) -> tf.Tensor:
    """Return softmax(Q K' / sqrt(D / H)) V of what may be seen, the heads side by side."""
    batch, length, size = rows.shape
    flat = tf.reshape(rows, (-1, size))  # [N, D]
    query, key, value = (
        tf.transpose(
            tf.reshape(
                products.against(flat, made[f"{name}_{block}"].value),
                (batch, length, heads, size // heads),
            ),
            (0, 2, 1, 3),
        )
        for name in ("query", "key", "value")
    )  # [B, H, L, D / H]
    alike = tf.matmul(query, key, transpose_b=True) * (size // heads) ** -0.5
    share = tf.nn.softmax(tf.where(seen > 0, alike, FAR))  # [B, H, L, L]
    found = tf.transpose(tf.matmul(share, value), (0, 2, 1, 3))  # [B, L, H, D / H]
    return tf.reshape(found, rows.shape)


def _normalised(rows: tf.Tensor, weight: keras.Variable) -> tf.Tensor:
    """Return layer normalisation over the last axis: scale (x - mean) / sqrt(variance) + shift.

    References:
        Ba, Kiros and Hinton, "Layer Normalization", arXiv 1607.06450, equation 3.
    """
    centred = rows - tf.reduce_mean(rows, -1, keepdims=True)
    variance = tf.reduce_mean(tf.square(centred), -1, keepdims=True)
    scale, shift = weight.value[0], weight.value[1]
    return centred * portable.inverse_sqrt(variance + EPSILON) * scale + shift
