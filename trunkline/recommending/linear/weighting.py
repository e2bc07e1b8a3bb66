"""What a pair counts where rows of a matrix are compared: tf-idf and BM25, for ones and zeros."""

from typing import NamedTuple

import numpy as np
from scipy import sparse

from trunkline.settings.recommending.linear_models import Weighting

SATURATION = 1.2  # k1 of BM25
LENGTH = 0.75  # b of BM25


class Weights(NamedTuple):
    """How to weigh a row: `rarity` of its columns times what depends on its length."""

    rarity: np.ndarray  # float32 [columns]
    length: np.ndarray  # float32 [3]: k1, b, and the mean length of a row

    def values(self, rows: sparse.csr_array) -> np.ndarray:
        """Return the weight of each pair of some rows: float32 [pairs]."""
        saturation, share, mean = self.length
        lengths = np.diff(rows.indptr).astype(np.float32)
        damped = saturation * (1 - share + share * lengths / mean)  # [rows]
        factors = (saturation + 1) / (damped + 1)
        return self.rarity[rows.indices] * np.repeat(factors, np.diff(rows.indptr))


def learned(matrix: sparse.csr_array, weighting: Weighting) -> Weights:
    """Return the weights that a matrix of ones teaches; its rows are what is compared.

    With N rows, of which d have a column, a column counts

    - `none`: 1;
    - `tf_idf`: `ln((1 + N) / (1 + d)) + 1`, scikit-learn's smooth form;
    - `bm25`: `ln(1 + (N - d + 1/2) / (d + 1/2))`, which is never negative, times
      `(k1 + 1) / (k1 (1 - b + b length / mean length) + 1)` of the row's length.

    Args:
        matrix: `[rows, columns]`.
        weighting: by which of them.

    References:
        Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond", 2009,
        section 3.4, with its usual k1 of 1.2 and b of 0.75.
    """
    rows, columns = matrix.shape
    have = np.bincount(matrix.indices, minlength=columns)
    rarity = {
        "none": np.ones(columns),
        "tf_idf": np.log((1 + rows) / (1 + have)) + 1,
        "bm25": np.log1p((rows - have + 0.5) / (have + 0.5)),
    }[weighting]
    mean = max(matrix.nnz, 1) / max(rows, 1)
    length = (SATURATION, LENGTH, mean) if weighting == "bm25" else (0, 0, mean)
    return Weights(rarity.astype(np.float32), np.array(length, np.float32))
