"""What the test holds, by what training knows of it."""

from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from scipy import sparse

from trunkline.interactions import parts
from trunkline.interactions.parts import Held
from trunkline.metrics.ranking import grouping
from trunkline.recommending.fitting import Known
from trunkline.recommending.searching import Rows
from trunkline.settings.recommending.study import Recommender


class Tested(NamedTuple):
    """What training knows, and what came after it."""

    rows: Rows
    held: Held
    warm: sparse.csr_array  # test pairs of users and items with pairs in training, [U, I]

    @property
    def strange(self) -> bool:
        """Whether training knows nobody, or no item, of the test: what is new is judged alone."""
        return not self.warm.nnz


def tested(test: pd.DataFrame, known: Known, study: Recommender) -> Tested:
    """Return the test pairs, by what training knows of them.

    Args:
        test: validated test rows of the interactions.
        known: what was learned from.
        study: the rule from rows to interactions.

    Raises:
        ValueError: as `parts.held`; neither two users of training nor two others have a test pair.
    """
    held = parts.held(test, study.interactions, known.final.pairs, "test")
    warm = grouping.starts(known.final.pairs.matrix, held.pairs.matrix).warm
    users = np.count_nonzero(np.diff(warm.indptr))
    of_known = study.transfer is not None or study.tasks is not None
    # What is new is judged alone where nothing else can be.
    if users < 2 <= max(_new(held)) and not of_known:
        warm = sparse.csr_array(warm.shape, dtype=warm.dtype)
    elif users < 2:
        raise ValueError(
            f"test: expected at least 2 users whom training knows, with items that it knows, "
            f"received {users}: split so that their later interactions are in the test"
        )
    return Tested(known.final, held, warm)


def counts(known: Known, of: Tested) -> dict[str, Any]:
    """Return how many users, items and pairs there are, and of how many nothing can be said."""
    pairs, held = of.rows.pairs, of.held
    judged = int(np.count_nonzero(np.diff(of.warm.indptr)))
    users, items = pairs.matrix.shape
    left_out = users - judged
    if of.strange:
        new_users, with_new_items = _new(held)
        judged = new_users if new_users > 1 else with_new_items
        left_out = users if new_users > 1 else users - judged
    return {
        "users": users, "items": items, "train": len(known.search.pairs.user),
        "validation": len(known.search.held.user),
        "test": 0 if of.strange else len(held.pairs.user),
        "new_users": len(held.new_users.user), "new_items": len(held.new_items.user),
        "neither": held.neither, "judged": judged, "left_out": left_out,
        "density": len(pairs.user) / (users * items),
    }  # fmt: skip


def _new(held: Held) -> tuple[int, int]:
    """Return how many users are new, and how many known ones have new items."""
    return len(held.new_users.users), len(np.unique(held.new_items.user))
