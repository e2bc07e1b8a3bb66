"""Items that training has not seen, ranked among all others by what is known of them.

Shapes: m users of training with a test pair, I items of training, c new ones.
"""

from collections.abc import Mapping, Sequence

import numpy as np
from scipy import sparse

from trunkline.metrics.ranking import judging, topmost
from trunkline.metrics.ranking.listed import Listed
from trunkline.recommending import audience, facts, registry
from trunkline.recommending.facts import Facts
from trunkline.recommending.model import Arrays
from trunkline.recommending.tested import Tested
from trunkline.settings.recommending.models import RATING
from trunkline.settings.recommending.study import Recommender


def lists(
    fits: Mapping[str, Sequence[Arrays]], of: Tested, study: Recommender, found: Mapping[str, Facts]
) -> Listed | None:
    """Return lists of known and new items, of users of training with a new one in the test.

    New items are ranked by models that read facts about items (`registry.WIDENED`); a list of
    another model has none of them.

    Args:
        fits: of each model.
        of: the test.
        study: which columns are read.
        found: tables of facts.

    Returns:
        None: no model reads facts about items, or there are none of the new ones.
    """
    new = of.held.new_items
    if of.rows.sides.items is None:
        return None
    described = found["items"].there(new.items)
    if not described.any():
        return None
    pairs, added = of.rows.pairs, int(described.sum())
    test = _beside(sparse.csr_array(pairs.matrix.shape, dtype=np.float32), new.matrix[:, described])
    seen = _beside(pairs.matrix, sparse.csr_array((len(pairs.users), added), dtype=np.float32))
    users, k = judging.with_test(test), max(study.ks)
    encoders = facts.encoders_of(found, study, pairs)
    side = study.sides["items"]
    features = facts.encoded(found["items"], side, encoders["items"], new.items[described])

    def best(model: str, arrays: Arrays) -> np.ndarray:
        def score(block: np.ndarray) -> np.ndarray:
            asked = audience.known(of.rows, block)
            if model in registry.WIDENED:
                wide = registry.MODELS[model].widened(arrays, features)
                return np.asarray(registry.MODELS[model].scores(wide, asked))
            made = registry.MODELS[model].scores(arrays, asked)
            nothing = np.full((len(block), added), -np.inf, np.float32)
            return np.concatenate([made, nothing], axis=1)

        return topmost.lists(score, users, seen, k)

    made = {
        model: [best(model, arrays) for arrays in fits[model]]
        for model in fits
        if model not in RATING
    }
    return Listed(made, users, seen, test)


def _beside(one: sparse.csr_array, other: sparse.csr_array) -> sparse.csr_array:
    return sparse.csr_array(sparse.hstack([one, other], format="csr"))
