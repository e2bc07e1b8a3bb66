"""Networks learn from characters, and recognise those of other alphabets."""

import dataclasses

import numpy as np
import pytest
import tensorflow as tf

from tests.metalearning.oneshot import examples
from trunkline.metalearning.oneshot import (
    imagining,
    judging,
    learning,
    network,
    recogniser,
    strokes,
)
from trunkline.metalearning.oneshot.network import Network
from trunkline.metalearning.oneshot.recogniser import Recogniser
from trunkline.metalearning.oneshot.strokes import Strokes
from trunkline.tasks.oneshot import Run

KNOWN = examples.characters()
FLAT = strokes.traced(KNOWN.ink.reshape(-1, 40, 40), 32)
SHAPED = Strokes(FLAT.points.reshape(12, 3, 32, 4), FLAT.weight.reshape(12, 3, 32))


@pytest.fixture(scope="module")
def fitted() -> Recogniser:
    """Return a recogniser of two small networks."""
    settings = dataclasses.replace(examples.SMALL, members=2)
    return recogniser.fit(KNOWN, settings, 5, "test")


def run() -> Run:
    """Return a run in which both drawings of each character are the same."""
    ink = KNOWN.ink[:4, 0]
    return Run("run", "run", ink, ink[::-1], np.arange(4)[::-1])


def test_the_same_drawing_is_recognised(fitted: Recogniser) -> None:
    """A run whose items are what it learned from has no error, whatever was learned."""
    assert judging.over_runs(fitted, [run(), run()._replace(cluster="b")])["error"].value == 0


def test_weights_and_back_give_the_same_scores(fitted: Recogniser) -> None:
    """Read from its arrays, a recogniser says the same."""
    again = Recogniser.read(fitted.settings, fitted.arrays())
    np.testing.assert_array_equal(again.scores(run()), fitted.scores(run()))


def test_the_same_seed_gives_the_same_network(fitted: Recogniser) -> None:
    """All weights depend on seed and label; the members of one recogniser differ."""
    first, second = fitted.arrays()
    again = learning.learn(SHAPED, KNOWN.alphabet, fitted.settings, 5, "test/0").arrays()
    assert all((first[name] == again[name]).all() for name in first)
    assert not np.array_equal(first["first_kernel/kernel"], second["first_kernel/kernel"])


def test_weights_of_another_shape_are_refused(fitted: Recogniser) -> None:
    """The weight is named, with both shapes."""
    arrays = fitted.arrays()
    arrays[0]["scales"] = np.zeros(3, np.float32)
    with pytest.raises(ValueError, match=r"weight 'scales': expected the shape \(2,\).*\(3,\)"):
        Recogniser.read(fitted.settings, arrays)
    with pytest.raises(ValueError, match="received none: fit the model anew"):
        Recogniser.read(fitted.settings, [{}])


def test_a_loss_that_is_not_finite_stops_training() -> None:
    """The step and the network are named."""
    settings = dataclasses.replace(examples.SMALL, rate=1e30, steps=5)
    with pytest.raises(ValueError, match=r"wild/0: the loss of step \d is (nan|inf): lower"):
        recogniser.fit(KNOWN, settings, 5, "wild")


def test_training_lowers_the_loss() -> None:
    """After some steps the loss of a batch is well below that of first weights."""
    settings = dataclasses.replace(examples.SMALL, steps=30, rate=0.01, composites=0.0, turned=0.0)
    batch = imagining.batch(SHAPED, KNOWN.alphabet, settings, np.random.default_rng(0))
    first = learning.loss(Network(settings, 1), tf.constant(batch), True)
    learned = learning.learn(SHAPED, KNOWN.alphabet, settings, 1, "down")
    assert float(learning.loss(learned, tf.constant(batch), True)) < 0.8 * float(first)


def test_places_may_lie_one_aside() -> None:
    """A map shifted by a place is nearly as like as one in place; one that is far is not."""
    rng = np.random.default_rng(0)
    places = np.zeros((1, 8, 8, 6), np.float32)
    places[0, 3:5, 3:5] = rng.normal(size=(2, 2, 6)) * 3

    def likeness(shift: int) -> float:
        other = np.roll(places, shift, axis=2)
        whole = tf.ones([1, 2])
        found, _ = network.likeness(
            network.Descriptions(tf.constant(places), whole),
            network.Descriptions(tf.constant(other), whole),
        )
        return float(found[0, 0])

    assert likeness(0) > likeness(1) > 0.7 * likeness(0) > 2 * likeness(4)


def test_each_alphabet_is_told_by_what_the_others_taught() -> None:
    """Every alphabet has its runs, each of as many characters as it has."""
    known = KNOWN.only(["Alpha", "Gamma"])
    found = list(judging.leave_one_out(known, examples.SMALL, 5, 2))
    assert [outcome.alphabet for outcome in found] == ["Alpha"] * 2 + ["Gamma"] * 2
    summary = judging.summary(found)
    assert summary["ways"] == {"Alpha": 4, "Gamma": 4}
    assert set(summary["arms"]) == set(judging.ARMS)
    assert summary["arms"]["strokes"]["error"].n == 2
    assert summary["arms"]["strokes"]["error"].value < 0.3


def test_one_alphabet_cannot_be_left_out() -> None:
    """It says which there is."""
    with pytest.raises(ValueError, match="expected two alphabets or more, received Alpha"):
        list(judging.leave_one_out(KNOWN.only(["Alpha"]), examples.SMALL, 5, 2))
