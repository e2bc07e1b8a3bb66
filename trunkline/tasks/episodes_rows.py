"""What episodes read of the rows of a part: their classes or numbers, groups and parents."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from trunkline.settings import naming
from trunkline.settings.metalearning.episodes import Episodes

SHOWN = 20  # columns among which one is looked for that does not exist


def check(frame: pd.DataFrame, episodes: Episodes, part: str) -> None:
    """Stop where a column does not exist, or rows do not say their class, group or parent.

    Args:
        frame: the rows of a part.
        episodes: what an episode is.
        part: what messages call it.

    Raises:
        ValueError: names the column, and how many rows miss it or what is no class.
    """
    exist([str(name) for name in frame.columns], episodes, part)
    for option, column in episodes.columns.items():
        missing = int(frame[column].isna().sum())
        if missing:
            raise ValueError(
                f"episodes.{option}: {missing} of {len(frame)} {part} rows have no value of "
                f"'{column}', so that nobody knows their episode: fill it in, or let the contract "
                "set these rows aside"
            )
    if episodes.kind == "classes":
        _classes(frame[episodes.target], episodes, part)


def exist(columns: Sequence[str], episodes: Episodes, part: str) -> None:
    """Stop where a column does not exist.

    Args:
        columns: all of a part.
        episodes: what an episode is.
        part: what messages call it.

    Raises:
        ValueError: names the column, and the one that was probably meant.
    """
    for option, column in episodes.columns.items():
        if column not in columns:
            raise ValueError(
                f"episodes.{option}: the {part} rows have no column '{column}'"
                f"{naming.suggestion(column, columns[:SHOWN])}"
            )


def _classes(target: pd.Series, episodes: Episodes, part: str) -> None:
    """Stop where classes are fractions, so many that they have fewer rows than episodes ask for."""
    found = target.unique()
    each = episodes.shots + episodes.queries
    if not pd.api.types.is_float_dtype(target) or len(found) * each <= len(target):
        return
    broken = found[found != np.floor(found)]
    if len(broken):
        needs = "" if episodes.group else ", which needs a `group`"
        raise ValueError(
            f"episodes.target: column '{episodes.target}' has {len(found)} values in {len(target)} "
            f"{part} rows, such as {broken[0]}, which are no classes: choose another column, or "
            f"`kind: regression`{needs}"
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
