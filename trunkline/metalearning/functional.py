"""A network whose weights are given: many copies of it at once, one for each episode.

Shapes: B episodes, N rows, W outputs. Each weight has a leading axis of its own, [B, ...].
"""

from collections.abc import Mapping, Sequence

import tensorflow as tf

from trunkline.metalearning.method import Form
from trunkline.metalearning.products import product
from trunkline.networks import layers
from trunkline.networks import learner as learners
from trunkline.networks.learner import Learner
from trunkline.networks.portable import inverse_sqrt
from trunkline.settings.study import Network

Weights = Mapping[str, tf.Tensor]
TRUNKS = ("dense", "conv")
EPSILON = 0.001  # of batch normalisation, as Keras has it
HEAD = "head/target/dense"
Moments = Weights | int | None  # by name; of so many of the first rows; or of all rows


def build(form: Form) -> Learner:
    """Return the network of a form, with a linear head of W outputs.

    Raises:
        ValueError: it has a trunk, or an option, that steps on an episode do not know.
    """
    network = form.network
    if network.trunk not in TRUNKS:
        raise ValueError(
            f"methods and arms that take steps on an episode expect network.trunk {TRUNKS[0]} or "
            f"{TRUNKS[1]}, received {network.trunk}: choose one of them, or leave these methods out"
        )
    if network.dropout:
        raise ValueError(
            "methods and arms that take steps on an episode expect network.dropout 0, received "
            f"{network.dropout}: set it to 0, or leave these methods out"
        )
    return learners.build(network, form.shape, {"target": form.outputs})


def names(learner: Learner) -> list[str]:
    """Return the names of the weights, without the moments of a normalisation."""
    return [name for name, variable in learner.variables().items() if variable.trainable]


def answers(network: Network, weights: Weights, x: tf.Tensor, moments: Moments = None) -> tf.Tensor:
    """Return what the network puts out for rows [B, N, *shape]: [B, N, W].

    Args:
        network: kind, widths, activation and batch normalisation.
        weights: by the names of `Learner.variables`.
        x: rows.
        moments: of batch normalisation: those of so many of the first rows; given ones by name; or
            those of all rows.
    """
    return head(weights, represent(network, weights, x, moments))


def of_queries(
    network: Network, weights: Weights, support: tf.Tensor, query: tf.Tensor
) -> tf.Tensor:
    """Return what the network puts out for queries, each as if it came alone: [B, Q, W].

    Batch normalisation takes the moments of the support: queries know nothing of one another.
    """
    if not network.batch_norm:
        return answers(network, weights, query)
    rows = support.shape[1]
    return answers(network, weights, tf.concat([support, query], 1), rows)[:, rows:]


def represent(
    network: Network, weights: Weights, x: tf.Tensor, moments: Moments = None
) -> tf.Tensor:
    """Return what the head reads of rows [B, N, *shape]: [B, N, width]. See `answers`."""
    act = tf.keras.activations.get(layers.activation(network))
    conv = network.trunk == "conv"
    hidden = x if conv else _flat(x)
    for number in range(len(network.widths)):
        name = f"trunk/{network.trunk}_{number}"
        hidden = (_convolved if conv else _times)(weights, name, hidden)
        if network.batch_norm:
            hidden = _normalised(weights, f"trunk/norm_{number}", hidden, moments)
        hidden = act(hidden)
    return _flat(hidden)


def head(weights: Weights, hidden: tf.Tensor) -> tf.Tensor:
    """Return what the head puts out for representations [B, N, width]: [B, N, W]."""
    return _times(weights, HEAD, hidden)


def repeated(values: Sequence[tf.Tensor], episodes: int) -> list[tf.Tensor]:
    """Return weights as so many copies: [episodes, ...] of each."""
    return [tf.broadcast_to(value, (episodes, *value.shape)) for value in values]


def _flat(x: tf.Tensor) -> tf.Tensor:
    episodes, rows, *shape = x.shape
    return x if len(shape) == 1 else tf.reshape(x, (episodes, rows, _count(shape)))


def _count(shape: Sequence[int]) -> int:
    total = 1
    for size in shape:
        total *= size
    return total


def _times(weights: Weights, name: str, hidden: tf.Tensor) -> tf.Tensor:
    return product(hidden, weights[f"{name}/kernel"]) + weights[f"{name}/bias"][:, None]


def _convolved(weights: Weights, name: str, pictures: tf.Tensor) -> tf.Tensor:
    """Return a 3 x 3 convolution with stride 2 and padding `same`, as a product with patches.

    Pictures are [B, N, height, width, channels]; each episode has a kernel of its own.
    """
    episodes, rows, height, width, channels = pictures.shape
    filters = weights[f"{name}/bias"].shape[1]
    (above, down), (left, across) = _around(height), _around(width)
    padded = tf.pad(pictures, [[0, 0], [0, 0], above, left, [0, 0]])
    patches = tf.concat(
        [
            padded[:, :, i : i + 2 * down - 1 : 2, j : j + 2 * across - 1 : 2]
            for i in range(3)
            for j in range(3)
        ],
        -1,
    )  # [B, N, down, across, 9 * channels]
    flat = tf.reshape(patches, (episodes, rows * down * across, 9 * channels))
    kernel = tf.reshape(weights[f"{name}/kernel"], (episodes, 9 * channels, filters))
    found = product(flat, kernel) + weights[f"{name}/bias"][:, None]
    return tf.reshape(found, (episodes, rows, down, across, filters))


def _around(size: int) -> tuple[tuple[int, int], int]:
    """Return the padding before and after, and how many patches of 3 at every second place."""
    count = -(-size // 2)
    padding = max(0, 2 * (count - 1) + 3 - size)
    return (padding // 2, padding - padding // 2), count


def _normalised(weights: Weights, name: str, hidden: tf.Tensor, moments: Moments) -> tf.Tensor:
    """Return gamma (x - mean) / sqrt(variance + epsilon) + beta."""

    def spread(values: tf.Tensor) -> tf.Tensor:  # [B, channels]
        return tf.reshape(values, (values.shape[0], *[1] * (len(hidden.shape) - 2), -1))

    if isinstance(moments, Mapping):
        mean, variance = (spread(moments[f"{name}/moving_{it}"]) for it in ("mean", "variance"))
    else:
        axes, counted = list(range(1, len(hidden.shape) - 1)), hidden[:, :moments]
        mean = tf.reduce_mean(counted, axes, keepdims=True)
        variance = tf.reduce_mean(tf.square(counted - mean), axes, keepdims=True)
    scale = inverse_sqrt(variance + EPSILON) * spread(weights[f"{name}/gamma"])
    return (hidden - mean) * scale + spread(weights[f"{name}/beta"])
