"""Splits of published tables, row by row as they were made."""

import numpy as np

from trunkline.determinism import seeds


def stratified(groups: np.ndarray, share: float = 0.75, seed: int = 42) -> np.ndarray:
    """Return which rows are for training, bool [rows]; the others are for test.

    Each row draws a number; of each group's n rows, in the order of these numbers, the first
    `round(share * n)` are for training, a half rounded to the even number. Over items, with the
    default arguments and the rows of MovieLens-100K in the order of `u.data`, that is the split of
    the published comparison of recommenders-team/recommenders (`python_stratified_split(ratio=0.75,
    min_rating=1, filter_by="item", seed=42)`): 75,066 rows for training and 24,934 for test.

    Args:
        groups: of each row the user or the item whose rows are shared out, [rows].
        share: of each group's rows, for training.
        seed: of the generator that NumPy had before version 1.17.

    Example:
        >>> stratified(np.array([7, 7, 7, 7, 9])).tolist()
        [True, False, True, True, True]
    """
    _, codes, sizes = np.unique(groups, return_inverse=True, return_counts=True)
    drawn = seeds.legacy(seed).random_sample(codes.size)
    order = np.lexsort((drawn, codes))
    ranks = np.arange(codes.size) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    found = np.zeros(codes.size, bool)
    found[order] = ranks < np.repeat(np.rint(share * sizes), sizes)
    return found
