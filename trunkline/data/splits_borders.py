"""Where ranked rows are cut into test, validation and training, and blocks of them stay whole."""

import math
from bisect import bisect_left, bisect_right

import numpy as np

from trunkline.settings.splitting import Split


def find(
    section: np.ndarray, keys: np.ndarray, settings: Split, *, nearest: bool
) -> tuple[int, int] | None:
    """Return where the rows for test end, and those for validation.

    Shares are rounded to the nearest row. A border inside a block moves to the block's end; or,
    for `nearest`, to that of its sides which is nearer, and no part is left without a block.

    Args:
        section: numbers of rows, by ascending key.
        keys: of all rows; those of a block are the same.
        settings: the shares.
        nearest: which of the two.

    Returns:
        None where the section cannot give each part a row, or a block.

    Example:
        >>> find(np.arange(10), np.repeat(np.arange(4), [2, 4, 2, 2]), Split(), nearest=True)
        (2, 6)
    """
    rows = section.size
    test = rounded(rows * settings.test)
    held = test + rounded(rows * settings.validation)
    if nearest:
        return _nearest(section, keys, test, held)
    if not 1 <= test < held < rows:
        return None
    return end(section, keys, test - 1), end(section, keys, held - 1)


def end(section: np.ndarray, keys: np.ndarray, place: int) -> int:
    """Return where the block of the row at a place ends."""
    return bisect_right(section, keys[section[place]], key=lambda row: keys[row])


def rounded(rows: float) -> int:
    """Return the nearest whole number, a half upwards."""
    return math.floor(rows + 0.5)


def _nearest(section: np.ndarray, keys: np.ndarray, test: int, held: int) -> tuple[int, int] | None:
    first, last = end(section, keys, 0), _start(section, keys, section.size - 1)
    if first >= last:
        return None  # fewer than three blocks
    tested = _side(section, keys, test)
    tested = min(max(tested, first), _start(section, keys, last - 1))
    return tested, min(max(_side(section, keys, held), end(section, keys, tested)), last)


def _side(section: np.ndarray, keys: np.ndarray, place: int) -> int:
    """Return the border between blocks that is nearest to a place, the later of two."""
    if place >= section.size:
        return section.size
    before, after = _start(section, keys, place), end(section, keys, place)
    return before if place - before < after - place else after


def _start(section: np.ndarray, keys: np.ndarray, place: int) -> int:
    """Return where the block of the row at a place begins."""
    return bisect_left(section, keys[section[place]], key=lambda row: keys[row])
