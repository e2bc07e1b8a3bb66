"""Rows of a second table beside those of the first, in every batch of a run."""

from collections.abc import Iterable, Iterator

import numpy as np

from trunkline.training.batches import Course


def beside(
    planned: Iterable[Course],
    rows: np.ndarray,
    rng: np.random.Generator,
    *,
    strength: np.ndarray | None = None,
) -> Iterator[Course]:
    """Yield the courses with batches [E, S, 2 B]: their own B rows, then B rows of `rows`.

    The second rows are taken from one permutation of `rows` after another, so that each is seen
    as often as any other (but for one), whatever the length of an epoch. The first half stays
    as it is, to the bit. Held rows are the first table's alone.

    Args:
        planned: batches of the first table, [E, S, B].
        rows: int32 [rows], of the second table; not empty.
        rng: decides their order.
        strength: weight of the second rows at each step of the run, [epochs, steps]; none: 1.
    """
    stream, done = _Stream(rows, rng), 0
    for course in planned:
        count, steps, batch = int(course.epochs), int(course.steps), course.rows.shape[2]
        index, weight = np.zeros_like(course.rows), np.zeros_like(course.weight)
        drawn = stream.take(count * steps * batch)
        index[:count, :steps] = drawn.reshape(count, steps, batch)
        weight[:count, :steps] = 1 if strength is None else strength[done : done + count, :, None]
        done += count
        yield course._replace(
            rows=np.concatenate([course.rows, index], axis=2),
            weight=np.concatenate([course.weight, weight], axis=2),
        )


class _Stream:
    """One permutation of the rows after another."""

    def __init__(self, rows: np.ndarray, rng: np.random.Generator) -> None:
        self._rows, self._rng = rows, rng
        self._left = rows[:0]

    def take(self, count: int) -> np.ndarray:
        """Return the next `count` rows."""
        parts = [self._left]
        while sum(part.size for part in parts) < count:
            parts.append(self._rng.permutation(self._rows))
        joined = np.concatenate(parts)
        self._left = joined[count:]
        return joined[:count]
