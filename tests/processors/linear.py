"""Recommenders without a network: their arrays and scores."""

from collections.abc import Iterator

import numpy as np

from tests.processors.work import digest
from tests.recommending.linear import histories
from trunkline.recommending.linear import models
from trunkline.recommending.model import Sides
from trunkline.recommending.ratings import models as ratings
from trunkline.settings.recommending.linear_models import Ials, ItemKnn, PureSvd, UserKnn
from trunkline.settings.recommending.rating_models import Bias, BiasedMf

MORE = {
    "ials": [Ials(sweeps=2, frequency=0.85)],
    "item_knn": [ItemKnn(weighting="tf_idf"), ItemKnn(weighting="bm25")],
    "pure_svd": [PureSvd(factors=33)],
    "user_knn": [UserKnn(weighting="tf_idf"), UserKnn(weighting="bm25")],
}
RATED = {"bias": Bias(), "biased_mf": BiasedMf(sweeps=3)}


def results() -> Iterator[tuple[str, str]]:
    """Fit and ask each model, on 300 users and 220 items."""
    matrix = histories.drawn(300, 220)
    for name, model in models.MODELS.items():
        for place, options in enumerate([histories.OPTIONS[name], *MORE.get(name, [])], 1):
            arrays = histories.fitted(model, matrix, options)
            scores = model.scores(arrays, histories.asked(matrix))
            yield f"{name}: options {place}", digest(*arrays.values(), scores)
    rated = histories.pairs(matrix * (1 + np.arange(220) % 5))
    for name, model in ratings.MODELS.items():
        arrays = model.fit(rated, Sides(), RATED[name], seed=1).arrays
        found = model.ratings(arrays, rated.user, rated.item)
        yield name, digest(*arrays.values(), found)
