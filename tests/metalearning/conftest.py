"""Two small studies, learned and judged once for all tests."""

from typing import Any, NamedTuple

import pytest

from tests.metalearning import small_studies as small
from trunkline.metalearning import judgement, learning
from trunkline.settings.metalearning.methods import Maml, MetaMethods, Prototypes


class Done(NamedTuple):
    """A study, its rows, what it learned and how that was judged."""

    study: Any
    parts: Any
    learned: Any
    judged: Any


def done(study, parts):
    """Return a study from its rows to its records."""
    learned = learning.learn(parts["training"], parts["validation"], study, name="small", seed=7)
    judged = judgement.judge(
        parts, learned.known, learned.arrays, learned.chosen, study, name="small", seed=7
    )
    return Done(study, parts, learned, judged)


@pytest.fixture(scope="session")
def lines():
    """Return a regression: MAML on tasks of one line each."""
    study = small.of_lines(MetaMethods(maml=Maml(rate=0.05, steps=5, test_steps=5)))
    names = ("training", "validation", "test")
    sizes = {"training": (90, 0), "validation": (10, 100), "test": (12, 200)}
    return done(study, {name: small.lines(*sizes[name], seed=n) for n, name in enumerate(names)})


@pytest.fixture(scope="session")
def blobs():
    """Return classes of families: prototypes, and no steps but those of the arms."""
    study = small.of_blobs(MetaMethods(prototypes=Prototypes()), parent="family")
    names = ("training", "validation", "test")
    sizes = {"training": (12, 0), "validation": (8, 40), "test": (12, 80)}
    return done(study, {name: small.blobs(*sizes[name], seed=n) for n, name in enumerate(names)})
