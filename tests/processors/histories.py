"""Recommenders over whole histories, along the graph and in order: their arrays and scores."""

from collections.abc import Iterator

from tests.processors.work import digest
from tests.recommending.neural import markets, planted
from trunkline.recommending.model import Sides
from trunkline.recommending.neural import light_gcn, multi_vae, sasrec
from trunkline.settings.recommending.sequence_and_graph_models import LightGcn, MultiVae, Sasrec

MODELS = [
    (multi_vae, MultiVae(epochs=2)),
    (multi_vae, MultiVae(decoder="deep", divergence="user", l2=0.01, epochs=2)),
    (light_gcn, LightGcn(epochs=2)),
    (light_gcn, LightGcn(loss="bpr", epochs=2)),
    (sasrec, Sasrec(epochs=2)),
    (sasrec, Sasrec(heads=2, negatives=100, epochs=2)),
]


def results() -> Iterator[tuple[str, str]]:
    """Fit and ask each model, on 300 users and 1,000 items, more than one sum may have terms."""
    pairs = markets.pairs(markets.drawn(300, 1000))
    asked = planted.asked(pairs, length=60)
    for place, (model, options) in enumerate(MODELS, 1):
        fitted = model.fit(pairs, Sides(), options, seed=1)
        scores = model.scores(fitted.arrays, asked)
        name = model.__name__.rpartition(".")[2]
        yield (
            f"{name}: options {place}",
            digest(*fitted.arrays.values(), fitted.curve[:, 0], scores),
        )
