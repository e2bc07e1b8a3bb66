"""Recommenders that train in epochs: their arrays and scores."""

from collections.abc import Iterator

import numpy as np

from tests.processors.work import digest
from tests.recommending.neural import markets
from trunkline.recommending.model import Sides
from trunkline.recommending.neural.models import MODELS
from trunkline.settings.recommending.neural_models import DotMlp, MfBpr, NeuMf, TwoTower

OPTIONS = [
    ("mf_bpr", MfBpr(factors=64, epochs=2, candidates=2)),
    ("two_tower", TwoTower(size=64, widths=(32,), epochs=2)),
    ("two_tower", TwoTower(softmax="in_batch", batch_size=512, epochs=2)),
    ("neumf", NeuMf(epochs=2)),
    ("dot_mlp", DotMlp(epochs=2)),
]


def results() -> Iterator[tuple[str, str]]:
    """Fit and ask each model, on 300 users and 1,000 items, more than one sum may have terms."""
    rng = np.random.default_rng(0)
    sides = Sides(*(rng.standard_normal((n, 20)).astype(np.float32) for n in (300, 1000)))
    matrix = markets.drawn(300, 1000)
    for place, (name, options) in enumerate(OPTIONS, 1):
        fitted = MODELS[name].fit(markets.pairs(matrix), sides, options, seed=1)
        scores = MODELS[name].scores(fitted.arrays, markets.asked(matrix, features=sides.users))
        yield (
            f"{name}: options {place}",
            digest(*fitted.arrays.values(), fitted.curve[:, 0], scores),
        )
