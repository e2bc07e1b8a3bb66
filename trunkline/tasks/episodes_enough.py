"""How many rows, and classes, a part must have for an episode to be drawn from it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from trunkline.settings.metalearning.episodes import Episodes
from trunkline.tasks.episodes import Pool

ROWS = "`shots` or `queries`"  # what asks for rows


def of_classes(pool: Pool, parents: Sequence[str], episodes: Episodes, part: str) -> Pool:
    """Return the pool of classes that an episode can be drawn from.

    Args:
        pool: classes as they are, not expanded.
        parents: their names; none where an episode's classes are of any.
        episodes: what an episode is.
        part: what messages call it.

    Raises:
        ValueError: a class has too few rows, or a parent too few classes, where `rare` says stop.
    """
    each = episodes.shots + episodes.queries
    rows = np.bincount(pool.y, minlength=len(pool.names))
    few = {f"the class '{pool.names[k]}'": int(rows[k]) for k in np.flatnonzero(rows < each)}
    if few:
        what = f"{each} rows for {episodes.shots} shots and {episodes.queries} queries"
        _stop(few, what, episodes, part, place="episodes", lower=ROWS)
        pool = _kept(pool, rows[pool.y] >= each)
    if not parents:
        return pool
    _, first = np.unique(pool.y, return_index=True)  # a row of each class
    classes = np.bincount(pool.parent[first], minlength=len(parents))
    short = np.flatnonzero(classes < episodes.ways)
    few = {f"'{episodes.parent}' {parents[int(k)]!r}": int(classes[k]) for k in short}
    if few:
        what = f"{episodes.ways} classes for `ways`"
        _stop(few, what, episodes, part, place="episodes.parent", lower="`ways`")
        pool = _kept(pool, classes[pool.parent] >= episodes.ways)
    return pool


def ways(pool: Pool, episodes: Episodes, part: str) -> Pool:
    """Return the pool as it is.

    Raises:
        ValueError: there are fewer classes than ways.
    """
    if len(pool.names) < episodes.ways:
        raise ValueError(
            f"episodes.ways: expected {episodes.ways} classes or more in the {part} rows, there "
            f"are {len(pool.names)} to draw from: lower `ways`, give the part more classes in the "
            "dataset's split, or expand pictures"
        )
    return pool


def of_groups(pool: Pool, episodes: Episodes, classes: Sequence[str], part: str) -> Pool:
    """Return the pool of the groups that an episode can be drawn from.

    Raises:
        ValueError: a group has too few rows, or too few of a class, where `rare` says stop; no
            group has enough.
    """
    each = episodes.shots + episodes.queries
    counts = np.zeros((len(pool.names), max(len(classes), 1)), np.int64)  # [groups, classes]
    within = pool.y if classes else np.zeros_like(pool.group)
    np.add.at(counts, (pool.group, within), 1)
    few = {
        f"'{episodes.group}' {pool.names[g]!r}"
        + (f", class '{classes[k]}'," if classes else ""): int(counts[g, k])
        for g, k in np.argwhere(counts < each)
    }
    if not few:
        return pool
    what = f"{each} rows{' of each class' if classes else ''}"
    why = f"for {episodes.shots} shots and {episodes.queries} queries"
    _stop(few, f"{what} {why}", episodes, part, place="episodes.group", lower=ROWS)
    found = _kept(pool, (counts.min(axis=1) >= each)[pool.group], named=False)
    if not len(found.y):
        raise ValueError(
            f"episodes.group: no '{episodes.group}' of the {part} rows has {what} {why}: lower "
            f"{ROWS}"
        )
    return found


def _stop(
    few: Mapping[str, int], expected: str, episodes: Episodes, part: str, *, place: str, lower: str
) -> None:
    """Raise for the first that has too few, unless such are to be left out."""
    if episodes.rare == "leave_out":
        return
    name, count = next(iter(few.items()))
    others = f", and {len(few) - 1} more have too few" if len(few) > 1 else ""
    raise ValueError(
        f"{place}: in the {part} rows expected {expected}, {name} has {count}{others}: lower "
        f"{lower}, give more rows, or state `rare: leave_out`"
    )


def _kept(pool: Pool, chosen: np.ndarray, *, named: bool = True) -> Pool:
    """Return the pool of some rows, bool [rows]; what has no row left is numbered no more.

    Args:
        pool: all rows.
        chosen: which of them stay.
        named: whether its names are of the classes; else of the groups.
    """
    left, group = np.unique(pool.group[chosen], return_inverse=True)
    return replace(
        pool,
        x=pool.x[chosen],
        y=group.astype(np.int32) if named else pool.y[chosen],
        group=group.astype(np.int32),
        parent=pool.parent[chosen],
        cluster=pool.cluster[chosen],
        names=tuple(pool.names[number] for number in left),
    )
