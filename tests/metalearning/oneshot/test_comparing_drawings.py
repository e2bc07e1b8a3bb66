"""The loss of compared drawings, and its gradient, are those of plain operations."""

import tensorflow as tf

from trunkline.determinism import seeds
from trunkline.metalearning.oneshot import learning
from trunkline.metalearning.oneshot.network import ASIDE, FAR, SHARP, Descriptions

CLASSES, DEPTH = 40, 6  # nine neighbours each of more characters than a sum is taken of at once


def drawn(*shape: int) -> tf.Tensor:
    """Return normal numbers, the same for a shape."""
    return tf.constant(seeds.generator(1, *shape).standard_normal(shape), tf.float32)


def test_a_loss_and_its_gradient_are_those_of_plain_operations() -> None:
    """Sums in pieces and roots by logarithms change last digits only."""
    given = [drawn(2 * CLASSES, 3, 4, DEPTH), drawn(2 * CLASSES, 300), tf.constant([0.3, 1.2])]
    found = []
    for way in (ours_of, plain):
        with tf.GradientTape() as tape:
            tape.watch(given)
            value = way(*given)
        found.append([value, *tape.gradient(value, given)])
    for ours, theirs in zip(*found, strict=True):
        tf.debugging.assert_near(ours, theirs, rtol=1e-4, atol=1e-6)


def ours_of(places: tf.Tensor, whole: tf.Tensor, scales: tf.Tensor) -> tf.Tensor:
    """Return what training lowers."""
    return learning.compared(Descriptions(places, whole), scales)


def plain(places: tf.Tensor, whole: tf.Tensor, scales: tf.Tensor) -> tf.Tensor:
    """Return the sum of the losses by places, as a whole and by both, of both ways."""
    directed = tf.math.l2_normalize(whole, -1)
    alike = tf.matmul(directed[:CLASSES], directed[CLASSES:], transpose_b=True)
    lengths = tf.reduce_mean(tf.reduce_sum(tf.square(places), -1, keepdims=True), (1, 2), True)
    scaled = places / tf.sqrt(lengths + 1e-6)
    one, other = scaled[:CLASSES], scaled[CLASSES:]
    near = (best(one, other) + tf.transpose(best(other, one))) / 2
    by_places, by_whole = near * tf.exp(scales[0]), alike * tf.exp(scales[1])
    return sum(map(cost, (by_places, by_whole, by_places + by_whole)))


def best(one: tf.Tensor, other: tf.Tensor) -> tf.Tensor:
    """Return the mean over places of the soft best of nine products."""
    wide = tf.pad(other, [[0, 0], [1, 1], [1, 1], [0, 0]])
    rows, columns = one.shape[1:3]
    found = [
        tf.einsum("ahwd,bhwd->abhw", one, wide[:, d : d + rows, r : r + columns]) for d, r in ASIDE
    ]
    soft = tf.reduce_logsumexp(tf.stack(found, -1) * SHARP + tf.constant(FAR), -1) / SHARP
    return tf.reduce_mean(soft, (2, 3))


def cost(scores: tf.Tensor) -> tf.Tensor:
    """Return the mean cross-entropy of each row's own column, and of each column's own row."""
    own = tf.range(CLASSES)
    told = tf.nn.sparse_softmax_cross_entropy_with_logits
    return tf.reduce_mean(told(own, scores) + told(own, tf.transpose(scores)))
