"""The nearest neighbour on raw inputs."""

import numpy as np
import tensorflow as tf
from sklearn.neighbors import KNeighborsClassifier, KNeighborsRegressor

from tests.metalearning import example_episodes as examples
from trunkline.metalearning import nearest


def test_it_is_scikit_learns_for_classes() -> None:
    """Episode by episode the same classes, also of pictures, also where numbers are large."""
    made = examples.form(shape=(3, 2, 1), shots=4)
    task = examples.drawn(made, episodes=10, spread=1.5)
    task = task._replace(support=task.support + 100, query=task.query + 100)
    found = nearest.answers(task, made.ways)
    assert found.shape == (10, 9, 3)
    for episode in range(10):
        rows, labels, query = (part[episode].numpy() for part in task[:3])
        model = KNeighborsClassifier(1).fit(rows.reshape(12, 6), labels)
        expected = model.predict(query.reshape(9, 6))
        np.testing.assert_array_equal(np.argmax(found[episode], -1), expected)


def test_it_is_scikit_learns_for_numbers() -> None:
    """The number of the nearest row."""
    made = examples.form(ways=0, shots=12)
    task = examples.lines(made)
    found = nearest.answers(task)
    for episode in range(2):
        rows, numbers, query = (part[episode].numpy() for part in task[:3])
        expected = KNeighborsRegressor(1).fit(rows, numbers).predict(query)
        np.testing.assert_array_equal(found[episode, :, 0], expected)


def test_classes_are_counted_where_they_are_not_told() -> None:
    """Without `ways` there are as many as the labels have; XLA needs to be told."""
    made = examples.form()
    task = examples.drawn(made)
    told = tf.function(lambda one: nearest.answers(one, 3), jit_compile=True)(task)
    np.testing.assert_allclose(nearest.answers(task), told, atol=1e-5)


def test_of_rows_that_are_equally_near_the_first_counts() -> None:
    """Two rows of one place, with other numbers."""
    made = examples.form(ways=0, shots=2)
    task = examples.lines(made)
    same = task._replace(support=tf.zeros_like(task.support))
    found = nearest.answers(same)[..., 0]
    np.testing.assert_array_equal(found, np.repeat(task.support_y[:, :1], made.queries, 1))
