"""What balanced runs tell of their epochs."""

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
import tensorflow as tf

from trunkline.tasks.budgets import Draw
from trunkline.training import diary, telling
from trunkline.training.batches import Table
from trunkline.training.diary import Diary, Told
from trunkline.training.records import Key
from trunkline.training.signals import Balancer, Signal, State
from trunkline.training.trainer import Fit, Trainer

Make, Tables, Draws = Callable[..., Trainer], Callable[..., Table], Callable[..., Draw]
JACOBIAN = np.array([[1.0, 0], [-1, 1], [0, 2]])


def test_pairs_by_hand() -> None:
    """Cosines -0.71, 0 and 0.71: one pair of three conflicts; without the third task, the only."""
    gram = tf.constant(JACOBIAN @ JACOBIAN.T, tf.float32)
    np.testing.assert_allclose(diary.pairs(gram, tf.ones(3)), [1 / 3, 0, 1], atol=1e-6)
    two = diary.pairs(gram, tf.constant([1.0, 1.0, 0.0]))
    np.testing.assert_allclose(two, [1, -np.sqrt(0.5), 1], atol=1e-6)
    assert diary.pairs(gram, tf.constant([0.0, 1.0, 0.0])).numpy().tolist() == [0, 0, 0]


def test_means_of_an_epoch() -> None:
    """Each epoch's row is the mean of its steps; epochs beyond the room are not told."""
    book, gram = Diary(3, epochs=2), tf.constant(JACOBIAN @ JACOBIAN.T, tf.float32)
    for epoch, weights in ((0, [1.0, 2, 3]), (0, [3.0, 2, 1]), (1, [5.0, 5, 5]), (2, [9.0, 9, 9])):
        book.add(tf.constant(epoch), tf.constant(weights), gram, tf.ones(3))
    told = book.told(())
    assert told.weights.tolist() == [[2, 2, 2], [5, 5, 5]]
    np.testing.assert_allclose(told.conflicts, [1 / 3, 1 / 3], rtol=1e-6)
    np.testing.assert_allclose(told.cosines, [0, 0], atol=1e-6)
    book.start()
    assert book.told(()).weights.shape == (0, 3)


def test_what_was_not_seen() -> None:
    """Without gradients no conflict is told, without weights no weight."""
    book = Diary(2, epochs=1)
    book.add(tf.constant(0), tf.fill([2], np.nan), tf.zeros((0, 0)), tf.ones(2))
    told = book.told(())
    assert np.isnan(told.weights).all()
    assert np.isnan(told.conflicts).all()
    assert np.isnan(told.cosines).all()


@pytest.mark.parametrize("needs", ["losses", "gram", "halves"])
def test_a_run_tells_its_weights(
    make_trainer: Make, make_table: Tables, make_draw: Draws, needs: str
) -> None:
    """The weights of each epoch that ran; conflicts where the Gramian of one batch is there."""

    def weigh(state: State, signal: Signal) -> tuple[tf.Tensor, State]:
        return tf.constant([1.0, 0.5]) * tf.cast(signal.epoch + 1, tf.float32), state

    trainer = make_trainer("0", "1", balancer=Balancer(needs=needs, weigh=weigh))  # type: ignore[arg-type]  # one of four
    for epochs in (3, 2):
        done = trainer.fit(make_table("0", "1"), make_draw(), seed=5, label="a run", epochs=epochs)
        assert done.told is not None
        wanted = np.arange(1, epochs + 1)[:, None] * [1.0, 0.5]
        np.testing.assert_allclose(done.told.weights, wanted)
        assert np.isfinite(done.told.cosines).all() == (needs == "gram")
        if needs == "gram":
            assert (abs(done.told.cosines) <= 1).all()


def test_plain_training_tells_nothing(
    make_trainer: Make, make_table: Tables, make_draw: Draws
) -> None:
    """Without a balancer there is nothing to tell."""
    done = make_trainer("0", "1").fit(make_table("0", "1"), make_draw(), seed=5, label="a run")
    assert done.told is None


def fit(told: Told | None) -> Fit:
    """Return a run that tells something."""
    return Fit(np.zeros((1, 2), np.float32), 1, True, told)


def told(*weights: float, seen: bool = True) -> Told:
    """Return epochs of two tasks with these weights of the first, 1 of the second."""
    rows = np.array([[weight, 1] for weight in weights], np.float32)
    numbers = np.full(len(rows), 0.5 if seen else np.nan, np.float32)
    return Told(rows, numbers, -numbers, (np.array([[0, 2.0], [4, 0]]), np.array([[1, 2], [2, 0]])))


def test_tables_of_means() -> None:
    """Means over the repeats of an arm; an arm that saw no gradients has no conflicts."""
    runs = {
        Key("all", "joint", 30): [fit(None)],
        Key("all", "famo", 30): [fit(told(1, 2, seen=False)), fit(told(3, 4, 5, seen=False))],
        Key("all", "pcgrad", 30): [fit(told(7))],
    }
    found = telling.tables(runs, ["a", "b"])
    rows = [["famo", 30, 1, "a", 2], ["famo", 30, 1, "b", 1], ["famo", 30, 2, "a", 3]]
    assert found["weights"].to_numpy().tolist()[:3] == rows
    assert found["conflicts"].to_numpy().tolist() == [["pcgrad", 30, 1, 0.5, -0.5]]
    assert telling.tables({Key("all", "joint", 30): [fit(None)]}, ["a", "b"]) == {}


def test_affinities_of_repeats() -> None:
    """A row for each repeat, source and target; groups go by the names of their tasks."""
    found = telling.affinities([fit(told(1)), fit(told(1))], ["a", "b"])
    table = found["affinity"]
    assert isinstance(table, pd.DataFrame)
    assert table["repeat"].tolist() == [0] * 4 + [1] * 4
    assert table.iloc[:4, 1:].to_numpy().tolist() == [
        ["a", "a", 0], ["a", "b", 1], ["b", "a", 2], ["b", "b", 0],
    ]  # fmt: skip
    assert found["groups"] == [["a", "b"]]
