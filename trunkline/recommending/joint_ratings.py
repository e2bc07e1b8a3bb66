"""What users would rate items, by two towers that learned it."""

import numpy as np

from trunkline.recommending.model import UNKNOWN, Arrays

_BLOCK = 2**16  # ratings at a time


def ratings(arrays: Arrays, user: np.ndarray, item: np.ndarray) -> np.ndarray:
    """Return what users would rate items, on no scale: float32 `[n]`.

    `m + s (d_u + c_i + sum_k h_k t(u)_k t(i)_k)`, m and s the mean and the deviation of the
    ratings of training. Who or what training did not see adds nothing.

    Args:
        arrays: of `joint.learn`, of an arm that learned ratings.
        user: places of users, `[n]`; UNKNOWN: not among them.
        item: places of items, `[n]`; UNKNOWN: not among them.
    """
    mean, deviation = arrays["rating_scale"]
    made = np.empty(len(user), np.float32)
    for start in range(0, len(made), _BLOCK):
        some = slice(start, start + _BLOCK)
        who, what = user[some], item[some]
        own, other = _rows(arrays["all_users"], who), _rows(arrays["all_items"], what)
        said = np.einsum("nk,nk->n", own * arrays["rating_product"], other)
        said += _rows(arrays["rating_users"], who) + _rows(arrays["rating_items"], what)
        made[some] = mean + deviation * said
    return made


def _rows(of: np.ndarray, places: np.ndarray) -> np.ndarray:
    """Return rows at places, 0 at UNKNOWN."""
    there = (places != UNKNOWN).reshape(-1, *[1] * (of.ndim - 1))
    return np.where(there, of[places], np.float32(0))
