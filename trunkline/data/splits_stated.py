"""Splits that a column states: groups that stay whole, times in their order, parts by name."""

import numpy as np
import pandas as pd

from trunkline.data import splits_columns, splits_strata, tables
from trunkline.data.splits_columns import Columns
from trunkline.data.splits_strata import Strata
from trunkline.settings.splitting import Split

TRAIN, VALIDATION, TEST = 0, 1, 2
NAMES = ("training", "validation", "test")
_KEYS = ("train", "validation", "test")  # in `split.values`


def groups(columns: Columns, column: str, strata: Strata, seed: int) -> np.ndarray:
    """Return what ranks each row's group, uint64 [rows].

    Raises:
        ValueError: the column does not exist, cannot name groups or has missing values; or rows
            of one group are of several strata.
    """
    (name,) = _columns(columns, column)
    keys, missing = columns.groups(name, seed)
    what = "groups the rows of|give rows that belong to nobody a value of their own"
    splits_strata.refuse_missing(columns, name, missing, what)
    if strata.codes is not None:
        order = np.lexsort((strata.codes, keys))
        one, two = order[:-1], order[1:]
        torn = (keys[one] == keys[two]) & (strata.codes[one] != strata.codes[two])
        if torn.any():
            pair = np.array([one[torn][0], two[torn][0]])
            raise ValueError(_torn(columns, name, strata, pair, int(torn.sum())))
    return keys


def newest_first(columns: Columns, column: str) -> np.ndarray:
    """Return what ranks each row's time, [rows], the newest first.

    Raises:
        ValueError: the column does not exist, has no order or has missing values.
    """
    (name,) = _columns(columns, column)
    values, missing = columns.numbers(name)
    what = "gives the times of|leave those rows out at the source, or split in another way"
    splits_strata.refuse_missing(columns, name, missing, what)
    turned: np.ndarray = -values if values.dtype.kind == "f" else ~values  # ~ cannot overflow
    return turned


def parts(columns: Columns, settings: Split) -> np.ndarray:
    """Return the part that a column names for each row, uint8 [rows].

    Raises:
        ValueError: the column does not exist, or has values that are not listed.
    """
    (name,) = _columns(columns, str(settings.column))
    codes, values = columns.codes(name)
    listed = vars(settings.values) if settings.values is not None else {}
    known = {value: part for part, key in enumerate(_KEYS) for value in listed.get(key, ())}
    found = np.array([known.get(value, 255) for value in [*values.to_pylist(), None]], np.uint8)
    of_rows = found[codes]  # a missing value's code is -1, the last place
    strangers = np.flatnonzero(of_rows == 255)
    if strangers.size:
        received = sorted({_shown(values, code) for code in np.unique(codes[strangers])})
        raise ValueError(
            f"column '{name}' names the part of each row, but {strangers.size} rows "
            f"({splits_columns.examples(columns, strangers)}) have {', '.join(received[:5])}, "
            f"which `split.values` does not list ({', '.join(map(repr, known))}): add them there, "
            "or mend the rows at their source"
        )
    return of_rows


def check(parts: np.ndarray, settings: Split) -> None:
    """Pass parts of which none is empty.

    Raises:
        ValueError: one is.
    """
    sizes = np.bincount(parts, minlength=3)
    for name, size in zip(NAMES, sizes.tolist(), strict=True):
        if not size:
            raise ValueError(
                f"split: nothing is left for {name}: {_why(settings)}; the parts have "
                f"{', '.join(map(str, sizes))} rows: add rows, or change `split`"
            )


def refuse_small(rare: list[tuple[str, int]], settings: Split) -> None:
    """Refuse strata that cannot give a row, or a group, to each part.

    Args:
        rare: their names and rows, in order.
        settings: of the split.

    Raises:
        ValueError: always.
    """
    (name, rows), *others = rare
    more = f" (and {len(others)} more strata)" if others else ""
    if settings.time is not None:
        raise ValueError(
            f"column '{settings.time}' has fewer than three different times in {rows} rows, too "
            "few for an oldest, a middle and a newest part: split in another way"
        )
    of_groups = f" in fewer than three groups of '{settings.group}'" if settings.group else ""
    unit = "a group" if settings.group else "a row"
    strata = (
        ", state `rare: train`, or take the column out of `split.stratify`"
        if settings.stratify or settings.bins
        else ""
    )
    raise ValueError(
        f"{name} has {rows} rows{of_groups}, too few to give training, validation and test {unit} "
        f"each{more}: add rows, raise the shares of `split`{strata}"
    )


def _why(settings: Split) -> str:
    """Return why a part may be empty."""
    if settings.column is not None:
        return f"no row of column '{settings.column}' names it"
    if settings.each is not None:
        return f"no value of column '{settings.each}' has rows enough to hold one"
    return "copies of a row, which stay together, or rare strata took all"


def _columns(columns: Columns, name: str) -> list[str]:
    return tables.columns(pd.DataFrame(columns=list(columns.names)), (name,))


def _torn(columns: Columns, name: str, strata: Strata, pair: np.ndarray, count: int) -> str:
    one, two = columns.row_ids(pair).to_pylist()
    first, second = (strata.name(int(row)) for row in pair)
    return (
        f"rows {one} ({first}) and {two} ({second}) are of one group of '{name}' and of two "
        f"strata, as in {count} places: a group lies on one side as a whole, so that strata "
        "inside it cannot keep their shares; take the column out of `split.stratify`"
    )


def _shown(values: object, code: int) -> str:
    return repr(values[code].as_py()) if code >= 0 else "no value"  # type: ignore[index]
