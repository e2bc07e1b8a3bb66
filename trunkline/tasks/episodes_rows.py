"""What episodes ask of the rows of a part: their columns, and how many there must be."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from trunkline.settings import naming
from trunkline.settings.metalearning.episodes import Episodes
from trunkline.tasks.episodes import Pool


def check(frame: pd.DataFrame, episodes: Episodes, part: str) -> None:
    """Stop where a column does not exist, or a row does not say its class, group or parent.

    Args:
        frame: the rows of a part.
        episodes: what an episode is.
        part: what messages call it.

    Raises:
        ValueError: names the column and how many rows miss it.
    """
    for option in ("target", "group", "parent"):
        column = getattr(episodes, option)
        if column is None:
            continue
        if column not in frame:
            known = [str(name) for name in frame.columns]
            raise ValueError(
                f"episodes.{option}: the {part} rows have no column '{column}'"
                f"{naming.suggestion(column, known[:20])}"
            )
        missing = int(frame[column].isna().sum())
        if missing:
            raise ValueError(
                f"episodes.{option}: {missing} of {len(frame)} {part} rows have no value of "
                f"'{column}', so that nobody knows their episode: fill it in, or let the contract "
                "set these rows aside"
            )


def numbered(values: pd.Series) -> tuple[np.ndarray, tuple[str, ...]]:
    """Return the number of each value, int32 [rows], by their order; and their names."""
    codes, found = pd.factorize(values, sort=True)
    return codes.astype(np.int32), tuple(str(value) for value in found.tolist())


def one_parent(frame: pd.DataFrame, episodes: Episodes, part: str) -> None:
    """Stop where the rows of a class have several parents.

    Raises:
        ValueError: names the first such class.
    """
    counts = frame.groupby(episodes.target, observed=True)[str(episodes.parent)].nunique()
    several = counts[counts > 1].index.tolist()
    if several:
        raise ValueError(
            f"episodes.parent: {part} rows of the class {several[0]!r} of '{episodes.target}' have "
            f"{counts[several[0]]} values of '{episodes.parent}': expected one parent of each "
            "class; call classes of different parents differently"
        )


def amounts(target: pd.Series, episodes: Episodes, part: str) -> np.ndarray:
    """Return the numbers of a regression, float32 [rows].

    Raises:
        ValueError: they are no numbers, or infinite.
    """
    if not pd.api.types.is_numeric_dtype(target) or pd.api.types.is_bool_dtype(target):
        raise ValueError(
            f"episodes.target: a regression expects numbers in column '{episodes.target}', "
            f"received {target.dtype} in the {part} rows: choose another column, or `kind: classes`"
        )
    with np.errstate(over="ignore"):  # what is too large for float32 becomes infinite
        values = target.to_numpy(np.float64).astype(np.float32)
    if not np.isfinite(values).all():
        raise ValueError(
            f"episodes.target: column '{episodes.target}' holds infinity, or numbers too large for "
            f"float32, in the {part} rows: remove them, or write them in another unit"
        )
    return values


def among(
    target: pd.Series, classes: Sequence[object], episodes: Episodes, part: str
) -> np.ndarray:
    """Return which of the classes each row is of, int32 [rows].

    Raises:
        ValueError: a row is of a class that no training row has.
    """
    index = {value: number for number, value in enumerate(classes)}
    strangers = sorted({str(value) for value in target[~target.isin(list(index))]})
    if strangers:
        raise ValueError(
            f"episodes.target: {part} rows are of class {', '.join(strangers[:5])} of "
            f"'{episodes.target}', which no training row is of: with `group` all groups have the "
            "same classes"
        )
    return target.map(index).to_numpy(np.int32)


def enough(pool: Pool, parents: Sequence[str], episodes: Episodes, part: str) -> Pool:
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
        _stop(few, what, episodes, part, "episodes.shots")
        pool = _kept(pool, rows[pool.y] >= each)
    if not parents:
        return pool
    _, first = np.unique(pool.y, return_index=True)  # a row of each class
    classes = np.bincount(pool.parent[first], minlength=len(parents))
    short = np.flatnonzero(classes < episodes.ways)
    few = {f"'{episodes.parent}' {parents[k]!r}": int(classes[k]) for k in short}
    if few:
        _stop(few, f"{episodes.ways} classes for `ways`", episodes, part, "episodes.parent")
        pool = _kept(pool, classes[pool.parent] >= episodes.ways)
    return pool


def enough_classes(pool: Pool, episodes: Episodes, part: str) -> Pool:
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


def enough_in_groups(pool: Pool, episodes: Episodes, classes: Sequence[str], part: str) -> Pool:
    """Return the pool of the groups that an episode can be drawn from.

    Raises:
        ValueError: a group has too few rows, or too few of a class, where `rare` says stop; no
            group has enough.
    """
    each = episodes.shots + episodes.queries
    counts = np.zeros((len(pool.names), max(len(classes), 1)), np.int64)  # [groups, classes]
    np.add.at(counts, (pool.group, pool.y if classes else 0), 1)
    few = {
        f"'{episodes.group}' {pool.names[g]!r}"
        + (f", class '{classes[k]}'," if classes else ""): int(counts[g, k])
        for g, k in np.argwhere(counts < each)
    }
    if not few:
        return pool
    what = f"{each} rows{' of each class' if classes else ''}"
    why = f"for {episodes.shots} shots and {episodes.queries} queries"
    _stop(few, f"{what} {why}", episodes, part, "episodes.group")
    found = _kept(pool, (counts.min(axis=1) >= each)[pool.group], named=False)
    if not len(found.y):
        raise ValueError(
            f"episodes.group: no '{episodes.group}' of the {part} rows has {what} {why}: lower them"
        )
    return found


def _stop(few: Mapping[str, int], expected: str, episodes: Episodes, part: str, place: str) -> None:
    """Raise for the first that has too few, unless such are to be left out."""
    if episodes.rare == "leave_out":
        return
    name, count = next(iter(few.items()))
    others = f", and {len(few) - 1} more have too few" if len(few) > 1 else ""
    raise ValueError(
        f"{place}: in the {part} rows expected {expected}, {name} has {count}{others}: lower what "
        "is asked for, give more rows, or state `rare: leave_out`"
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
