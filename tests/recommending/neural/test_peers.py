"""The loss within a batch agrees with a layer of Keras RS, where that is installed."""

import numpy as np
import pytest
import tensorflow as tf

from trunkline.recommending.neural import in_batch

keras_rs = pytest.importorskip("keras_rs", reason="belongs to the extra `peers`")


def both(item: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return our losses of a batch of items, and theirs."""
    rng, own = np.random.default_rng(4), np.eye(len(item), dtype=np.float32)
    logits = rng.standard_normal((len(item), len(item))).astype(np.float32)
    chance = np.array([0.1, 0.4, 0.2, 0.3], np.float32)[item]
    ours = in_batch.loss(
        tf.constant(logits), tf.constant(item), tf.math.log(chance), tf.ones(len(item))
    )
    corrected = keras_rs.layers.SamplingProbabilityCorrection()(logits, chance)
    same = (item[:, None] == item) & (own == 0)
    kept = np.where(same, -1e9, corrected).astype(np.float32)
    return ours.numpy(), tf.nn.softmax_cross_entropy_with_logits(own, kept).numpy()


@pytest.mark.parametrize("item", [[2, 0, 3, 1], [3, 1, 3, 0, 2, 1]])
def test_popularity_is_made_good_for_as_keras_rs_does_it(item: list[int]) -> None:
    """Other pairs of the same item are taken out by hand: its layer for that leaves them in."""
    ours, theirs = both(np.array(item, np.int32))
    np.testing.assert_allclose(ours, theirs, rtol=1e-5)


def test_the_layer_for_accidental_hits_takes_nothing_out() -> None:
    """Why ours is our own: 0.4 adds the smallest number above 0 where it means the lowest."""
    item, own = np.array([1, 1, 0], np.int32), np.eye(3, dtype=np.float32)
    logits = np.zeros((3, 3), np.float32)
    kept = keras_rs.layers.RemoveAccidentalHits()(logits, own, item)
    assert np.array_equal(kept, logits)
