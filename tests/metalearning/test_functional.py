"""The network whose weights are given says what the Learner's own network says."""

import numpy as np
import pytest
import tensorflow as tf

from tests.metalearning import small
from trunkline.metalearning import functional
from trunkline.settings.study import Network

NETWORKS = [
    (Network(widths=(6, 4), activation="tanh"), (5,)),
    (Network(widths=(6,), activation="gelu"), (4, 3, 1)),
    (Network(widths=(300, 4), activation="sigmoid"), (5,)),
    (Network(trunk="conv", widths=(4, 3)), (8, 8, 1)),
    (Network(trunk="conv", widths=(4, 3, 2), activation="linear"), (7, 5, 2)),
    (Network(trunk="conv", widths=(4,), batch_norm=True), (6, 6, 1)),
    (Network(widths=(6,), batch_norm=True), (5,)),
]


@pytest.mark.parametrize(("network", "shape"), NETWORKS)
def test_it_says_what_the_learner_says(network: Network, shape: tuple[int, ...]) -> None:
    """Two sets of weights at once, each on its own rows; normalised by learned moments."""
    learner = functional.build(small.form(network, shape=shape))
    rng, both, wanted = np.random.default_rng(0), [], []
    x = rng.normal(size=(2, 7, *shape)).astype(np.float32)
    for rows in x:
        drawn = {
            name: rng.uniform(0.2, 1, size).astype(np.float32)
            for name, size in learner.shapes().items()
        }
        learner.load(drawn)
        both.append(drawn)
        wanted.append(learner.heads["target"](learner.trunk(rows)).numpy())
    weights = {name: tf.stack([one[name] for one in both]) for name in both[0]}
    found = functional.answers(network, weights, tf.constant(x), weights)
    np.testing.assert_allclose(found, wanted, rtol=2e-4, atol=2e-5)


@pytest.mark.parametrize("shape", [(5,), (6, 6, 1)], ids=["dense", "conv"])
def test_normalised_queries_know_nothing_of_one_another(shape: tuple[int, ...]) -> None:
    """Moments are those of the support: what is said of a query is the same without the others."""
    trunk = "dense" if len(shape) == 1 else "conv"
    network = Network(trunk=trunk, widths=(4,), batch_norm=True)
    form = small.form(network, shape=shape)
    learner, task = functional.build(form), small.task(form)
    learner.initialise(1)
    names = functional.names(learner)
    values = functional.repeated([learner.variables()[name].value for name in names], 2)
    weights = dict(zip(names, values, strict=True))
    together = functional.of_queries(network, weights, task.support, task.query)
    alone = functional.of_queries(network, weights, task.support, task.query[:, 3:4])
    np.testing.assert_allclose(together[:, 3:4], alone, rtol=1e-5, atol=1e-6)


def test_a_trunk_that_it_does_not_know_is_refused() -> None:
    """The message says which there are."""
    with pytest.raises(ValueError, match=r"expect network\.trunk dense or conv, received residual"):
        functional.build(small.form(Network(trunk="residual", widths=(4,))))


def test_dropout_is_refused() -> None:
    """Steps on an episode draw nothing."""
    with pytest.raises(ValueError, match=r"expect network\.dropout 0, received 0\.5"):
        functional.build(small.form(Network(dropout=0.5)))
