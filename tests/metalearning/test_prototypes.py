"""Prototypes by hand, against scikit-learn, and as what they are with one shot or no round."""

import numpy as np
import pytest
import tensorflow as tf
from sklearn.neighbors import NearestCentroid

from tests.metalearning import example_episodes as examples
from trunkline.metalearning import nearest, similarity
from trunkline.metalearning.method import Form, Task
from trunkline.metalearning.methods import transductive_prototypes
from trunkline.settings.metalearning.methods import Prototypes, TransductivePrototypes
from trunkline.settings.study import Network

LINE = Network(widths=(1,), activation="linear")


def on_a_line(support: list[float], labels: list[int], query: list[float]) -> tuple[Form, Task]:
    """Return one episode of numbers, in two classes."""
    made = examples.form(network=LINE, shape=(1,), ways=2)
    rows = [tf.constant(values)[None, :, None] for values in (support, query)]
    return made, Task(rows[0], tf.constant([labels]), rows[1], tf.zeros((1, len(query)), tf.int32))


def test_prototypes_by_hand() -> None:
    """Means 1 and 5; of 2 the squared distances are 1 and 9: the chances are as 1 to e^-8."""
    made, task = on_a_line([0.0, 2.0, 4.0, 6.0], [0, 0, 1, 1], [2.0])
    method = examples.identity("prototypes", made)
    scores = method.answers(task)[0, 0]
    assert float(scores[0] - scores[1]) == pytest.approx(8.0)
    assert float(method.loss(task, training=False)[0]) == pytest.approx(
        np.log1p(np.exp(-8.0)), rel=1e-4
    )


def test_a_round_with_the_queries_by_hand() -> None:
    """Means 1 and 5 share the query 3: (0 + 2 + 1.5) / 2.5 and (4 + 6 + 1.5) / 2.5."""
    made, task = on_a_line([0.0, 2.0, 4.0, 6.0], [0, 0, 1, 1], [3.0])
    options = TransductivePrototypes(rounds=1)
    scores = examples.identity("transductive_prototypes", made, options).answers(task)[0, 0]
    means = np.array([1.4, 4.6])
    np.testing.assert_allclose(scores, 6 * means - means**2, rtol=1e-6)


@pytest.mark.parametrize("distance", ["euclidean", "cosine"])
def test_with_one_shot_the_nearest_row_decides(distance: str) -> None:
    """With one row of each class and a trunk that changes nothing: the nearest neighbour."""
    made = examples.form(shots=1, ways=5)
    task = examples.drawn(made, episodes=20, spread=1.0)
    found = examples.identity("prototypes", made, Prototypes(distance=distance)).answers(task)
    support, query = task.support.numpy(), task.query.numpy()
    if distance == "cosine":  # unit vectors are as near as their cosine is large
        support, query = (
            rows / np.linalg.norm(rows, axis=-1, keepdims=True) for rows in (support, query)
        )
    gaps = np.linalg.norm(query[:, :, None] - support[:, None], axis=-1)
    np.testing.assert_array_equal(np.argmax(found, -1), np.argmin(gaps, -1))
    raw = nearest.answers(
        task._replace(support=tf.constant(support), query=tf.constant(query)), made.ways
    )
    np.testing.assert_array_equal(np.argmax(raw, -1), np.argmin(gaps, -1))


def test_it_is_scikit_learns_nearest_centroid() -> None:
    """Episode by episode the same classes."""
    made = examples.form(shots=4)
    task = examples.drawn(made, episodes=10, spread=1.5)
    found = np.argmax(examples.identity("prototypes", made).answers(task), -1)
    for rows, labels, query, answers in zip(
        *(part.numpy() for part in task[:3]), found, strict=True
    ):
        expected = NearestCentroid().fit(rows, labels).predict(query)
        np.testing.assert_array_equal(answers, expected)


def test_unequal_classes_have_their_own_means() -> None:
    """A group's task may have three rows of one class and one of the other."""
    made, task = on_a_line([0.0, 1.0, 2.0, 9.0], [0, 0, 0, 1], [4.0, 6.0])
    found = examples.identity("prototypes", made).answers(task)
    assert np.argmax(found, -1).tolist() == [[0, 1]]


@pytest.mark.parametrize("distance", ["euclidean", "cosine"])
def test_without_a_round_nothing_moves(distance: str) -> None:
    """Zero rounds with the queries are the plain prototypes, to the bit."""
    made = examples.form()
    task = examples.drawn(made)
    none = TransductivePrototypes(distance=distance, rounds=0)
    moved = transductive_prototypes.build(made, none)
    moved.start(3)
    plain = examples.build("prototypes", made, Prototypes(distance=distance))
    assert moved.answers(task).numpy().tobytes() == plain.answers(task).numpy().tobytes()


def test_of_one_query_the_order_of_classes_stays() -> None:
    """Each mean moves to it by a share that is larger the nearer it is."""
    made = examples.form(ways=5)
    task = examples.drawn(made, episodes=40, spread=1.5)
    alone = task._replace(query=task.query[:, :1], query_y=task.query_y[:, :1])
    moved = examples.identity("transductive_prototypes", made).answers(alone)
    plain = examples.identity("prototypes", made).answers(alone)
    np.testing.assert_array_equal(np.argmax(moved, -1), np.argmax(plain, -1))


def test_queries_help_where_one_row_misleads() -> None:
    """With one row each and many queries in two clouds, means go to the middle of the clouds."""
    made = examples.form(ways=2, shots=1, shape=(4,))._replace(queries=30)
    task = examples.drawn(made, episodes=60, spread=0.7)
    shares = []
    for name in ("transductive_prototypes", "prototypes"):
        found = np.argmax(examples.identity(name, made).answers(task), -1)
        shares.append(np.mean(found == task.query_y.numpy()))
    assert shares[0] > shares[1] + 0.02


def test_shares_are_a_softmax() -> None:
    """Also of scores that no exponential can hold."""
    scores = tf.constant([[1000.0, 999.0, -1000.0], [0.0, 0.0, 0.0]])
    np.testing.assert_allclose(similarity.shares(scores), tf.nn.softmax(scores), rtol=1e-6)
