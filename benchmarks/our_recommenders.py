"""Trunkline's recommenders, and a bare solve on the same pins."""

import dataclasses
from collections.abc import Callable

import numpy as np

from benchmarks import interactions
from trunkline.interactions.pairs import Pairs
from trunkline.recommending.linear import ease, ials
from trunkline.recommending.model import Sides
from trunkline.recommending.neural import mf_bpr
from trunkline.settings.recommending.linear_models import Ease, Ials
from trunkline.settings.recommending.neural_models import MfBpr


def make() -> dict[str, Callable[[], object]]:
    """Return what is timed, by name."""
    matrix = interactions.matrix()
    users, items = (np.arange(length) for length in matrix.shape)
    user, item = (places.astype(np.int32) for places in matrix.nonzero())
    pairs = Pairs(users, items, user, item, np.ones(len(user), np.float32))
    simple = Ease(regularisation=interactions.LAMBDA)
    factors = Ials(factors=interactions.FACTORS, sweeps=interactions.SWEEPS)
    many = MfBpr(factors=interactions.FACTORS, negatives=interactions.COMPARED)
    one, epochs = dataclasses.replace(many, negatives=1), interactions.EPOCHS
    return {
        "ease": lambda: ease.fit(pairs, Sides(), simple, seed=1),
        "ease, bare NumPy, same pins": lambda: interactions.solve(matrix),
        "ials": lambda: ials.fit(pairs, Sides(), factors, seed=1),
        "mf_bpr": lambda: mf_bpr.fit(pairs, Sides(), many, seed=1, epochs=epochs),
        "mf_bpr, 1 compared": lambda: mf_bpr.fit(pairs, Sides(), one, seed=1, epochs=epochs),
    }
