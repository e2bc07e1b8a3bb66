"""Of which histories a model that reads them can say something."""

import numpy as np
from scipy import sparse

from trunkline.recommending.model import Arrays


def only(found: np.ndarray, arrays: Arrays, history: sparse.csr_array) -> np.ndarray:
    """Return the scores, with -inf where nothing was learned.

    That is of items without a pair in training, and of users whose history has none of the others.

    Args:
        found: scores, [n, I].
        arrays: of a fit, with `item_counts`.
        history: 1 where a user has an item, [n, I].
    """
    counted = arrays["item_counts"] > 0
    found[history @ counted.astype(np.float32) == 0] = -np.inf
    found[:, ~counted] = -np.inf
    return found


def heard(arrays: Arrays, history: sparse.csr_array) -> sparse.csr_array:
    """Return the histories without items that have no pair in training: float32 [n, I].

    Args:
        arrays: of a fit, with `item_counts`.
        history: 1 where a user has an item, [n, I].
    """
    counted = (arrays["item_counts"] > 0).astype(np.float32)
    return sparse.csr_array(history.multiply(counted[None]))
