"""The graph of users and items, and what travels along it: sums over neighbours, edge by edge.

Memory grows with pairs and vectors; no matrix of users by items is made.

Shapes: U users, I items, n pairs, C pieces of at most `PIECE` pairs, k numbers of a vector.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import tensorflow as tf

from trunkline.interactions.pairs import Pairs

PIECE = 2**18  # edges gathered at once: the vectors of more would not fit beside 20 million pairs


class Edges(NamedTuple):
    """From where to where something is added, cut into pieces; padding comes from nowhere."""

    source: tf.Tensor  # int32 [C, piece], one beyond the last row for padding
    target: tf.Tensor  # int32 [C, piece], rising


class Graph(NamedTuple):
    """Both directions of all pairs, and 1 / sqrt(neighbours) of users and items; 0 of none."""

    to_users: Edges
    to_items: Edges
    user_scale: tf.Tensor  # float32 [U]
    item_scale: tf.Tensor  # float32 [I]


def of(pairs: Pairs) -> Graph:
    """Return the graph of all pairs."""
    order = np.lexsort((pairs.user, pairs.item))
    return Graph(
        _edges(pairs.item, pairs.user, len(pairs.items)),
        _edges(pairs.user[order], pairs.item[order], len(pairs.users)),
        _scale(pairs.user, len(pairs.users)),
        _scale(pairs.item, len(pairs.items)),
    )


def travelled(
    graph: Graph, users: tf.Tensor, items: tf.Tensor, layers: int
) -> tuple[tf.Tensor, tf.Tensor]:
    """Return the mean of E, A E, ..., A^layers E for the vectors E of users and items.

    A is the adjacency, normalised: of user u and its item i, 1 / sqrt(|items of u| |users of i|).
    As A is symmetric, the gradient travels the same way.

    Args:
        graph: who has what.
        users: [U, k].
        items: [I, k].
        layers: the highest power.
    """

    @tf.custom_gradient  # type: ignore[untyped-decorator]  # TensorFlow is untyped
    def forward(
        left: tf.Tensor, right: tf.Tensor
    ) -> tuple[
        tuple[tf.Tensor, tf.Tensor],
        Callable[[tf.Tensor, tf.Tensor], tuple[tf.Tensor, tf.Tensor]],
    ]:
        def backward(*upstream: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
            return _mean(graph, upstream[0], upstream[1], layers)

        return _mean(graph, left, right, layers), backward

    return forward(users, items)


def _mean(
    graph: Graph, users: tf.Tensor, items: tf.Tensor, layers: int
) -> tuple[tf.Tensor, tf.Tensor]:
    total_users, total_items = users, items
    user_scale, item_scale = graph.user_scale[:, None], graph.item_scale[:, None]
    for _ in range(layers):
        sent = items * item_scale, users * user_scale
        users = user_scale * _summed(sent[0], graph.to_users, users.shape)
        items = item_scale * _summed(sent[1], graph.to_items, items.shape)
        total_users, total_items = total_users + users, total_items + items
    return total_users / (layers + 1), total_items / (layers + 1)


def _summed(vectors: tf.Tensor, edges: Edges, shape: tf.TensorShape) -> tf.Tensor:
    """Return the sum of the vectors that arrive at each target, in the order of the edges."""
    vectors = tf.pad(vectors, [[0, 1], [0, 0]])
    total, piece = tf.zeros(shape), tf.constant(0)
    while piece < edges.source.shape[0]:
        arriving = tf.gather(vectors, edges.source[piece])  # [piece, k]
        total = tf.tensor_scatter_nd_add(total, edges.target[piece][:, None], arriving)
        piece += 1
    return total


def _edges(source: np.ndarray, target: np.ndarray, nowhere: int) -> Edges:
    piece = max(1, min(PIECE, len(source)))
    short = max(piece, -(-len(source) // piece) * piece) - len(source)
    last = target[-1:] if len(target) else np.zeros(1, np.int32)
    padded = (
        np.concatenate([source, np.full(short, nowhere, np.int32)]),
        np.concatenate([target, np.repeat(last, short)]),
    )
    return Edges(*(tf.constant(one.reshape(-1, piece), tf.int32) for one in padded))


def _scale(places: np.ndarray, count: int) -> tf.Tensor:
    neighbours = np.bincount(places, minlength=count)
    return tf.constant(np.where(neighbours, 1 / np.sqrt(np.maximum(neighbours, 1)), 0), tf.float32)
