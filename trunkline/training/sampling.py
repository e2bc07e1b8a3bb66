"""How often each row comes in an epoch, where tasks of unequal sizes share the batches.

A task with n_t training rows of its own takes a share of each epoch proportional to
n_t^(1 / temperature): 1 leaves shares proportional to size, the larger the nearer they come to
equal ones. A row then comes n_t^(1 / temperature - 1) times as often; one with labels of several
tasks the mean of what each of them asks for, so that tasks on the same rows change nothing.

References:
    Arivazhagan et al., "Massively Multilingual Neural Machine Translation in the Wild", 2019,
    section 4.2 (temperature 5 in their experiments).
"""

from collections.abc import Sequence

import numpy as np


def rates(known: Sequence[np.ndarray], temperature: float) -> np.ndarray | None:
    """Return how often each training row comes, up to a factor, float64 [rows].

    Args:
        known: for each task, which rows have its label, bool [rows].
        temperature: at least 1.

    Returns:
        None where every row comes equally often: an epoch is a permutation.

    Example:
        Tasks of 1 and 4 rows, at temperature 2: shares 1 : 2, so the rows of the second come
        half as often.

        >>> first = np.array([True, False, False, False, False])
        >>> rates([first, ~first], 2.0).tolist()
        [1.0, 0.5, 0.5, 0.5, 0.5]
    """
    if temperature == 1:
        return None
    asked = np.array([max(1, one.sum()) ** (1 / temperature - 1) for one in known])  # [T]
    each = np.stack(known, axis=1)  # [rows, T]
    found: np.ndarray = (each * asked).sum(axis=1) / np.maximum(each.sum(axis=1), 1)
    return found if np.ptp(found) > 0 else None


class Orders:
    """The rows of each epoch, by rates; a run's epochs follow one another.

    Rows of one rate form a group. Each epoch takes a fixed number of each group, the nearest
    whole one to its share; a group goes through all of its rows before one comes again.
    """

    def __init__(self, rows: np.ndarray, rate: np.ndarray, rng: np.random.Generator) -> None:
        """Begin a run.

        Args:
            rows: training rows, int [n].
            rate: of each, above 0 for one row at least, [n].
            rng: decides the order.
        """
        self._rng = rng
        values, group = np.unique(rate, return_inverse=True)
        self._groups = [rows[group == number] for number in range(values.size)]
        sizes = np.array([members.size for members in self._groups])
        self._counts = apportion(values * sizes, rows.size)
        self._left = [members[:0] for members in self._groups]

    def take(self, epochs: int) -> np.ndarray:
        """Return the rows of the next epochs in their order, [epochs, n]."""
        return np.stack([self._epoch() for _ in range(epochs)])

    def _epoch(self) -> np.ndarray:
        parts = []
        for number, (members, count) in enumerate(zip(self._groups, self._counts, strict=True)):
            while self._left[number].size < count:
                more = self._rng.permutation(members)
                self._left[number] = np.concatenate([self._left[number], more])
            parts.append(self._left[number][:count])
            self._left[number] = self._left[number][count:]
        return self._rng.permutation(np.concatenate(parts))


def apportion(shares: np.ndarray, total: int) -> np.ndarray:
    """Return whole numbers that sum to `total`, as near to the shares as they can be.

    By the largest remainder; of equal ones the first.

    Example:
        >>> apportion(np.array([1.0, 2.0]), 10).tolist()
        [3, 7]
    """
    exact = shares / shares.sum() * total
    counts = np.floor(exact).astype(np.int64)
    order = np.argsort(counts - exact, kind="stable")
    counts[order[: total - counts.sum()]] += 1
    return counts
