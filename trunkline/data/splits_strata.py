"""Strata: the combinations of values that keep their shares in each part."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from trunkline.data import splits_columns, tables
from trunkline.data.splits_columns import Columns
from trunkline.settings.splitting import Split

LARGEST = 2**62  # of a code


@dataclass(frozen=True)
class Strata:
    """The stratum of each row.

    Attributes:
        codes: a number for each row's stratum, int64 [rows]; none: all rows are one stratum.
        levels: of each column, the names of its values, such as `digit 3`.
    """

    codes: np.ndarray | None
    levels: Sequence[Sequence[str]] = ()

    def name(self, row: int) -> str:
        """Return the name of the stratum of a row."""
        if self.codes is None:
            return "all rows"
        code, found = int(self.codes[row]), []
        for names in reversed(self.levels):
            code, place = divmod(code, len(names))
            found.append(names[place])
        return ", ".join(reversed(found))


def strata(columns: Columns, settings: Split) -> Strata:
    """Return the stratum of each row.

    Raises:
        ValueError: a column does not exist, has missing values, is not what it must be, or there
            are more combinations than can be counted.
    """
    found = [(name, _of_values(columns, name)) for name in _columns(columns, settings.stratify)]
    for name, bins in settings.bins.items():
        (column,) = _columns(columns, (name,))
        found.append((column, _of_ranges(columns, column, bins)))
    if not found:
        return Strata(None)
    codes, count = np.zeros(columns.rows, np.int64), 1
    for name, (of_column, names) in found:
        count *= max(1, len(names))
        if count > LARGEST:
            raise ValueError(
                f"column '{name}' makes more strata than there can be rows: take it out of "
                "`split.stratify`, or cut it into `split.bins`"
            )
        codes *= len(names)
        codes += of_column
    return Strata(codes, [names for _, (_, names) in found])


def refuse_missing(columns: Columns, column: str, missing: np.ndarray, what: str) -> None:
    """Pass a column without missing values.

    Args:
        columns: the table.
        column: its name.
        missing: bool [rows].
        what: how the split uses it and how to do without, for the message.

    Raises:
        ValueError: values are missing; names some of their rows.
    """
    rows = np.flatnonzero(missing)
    if rows.size:
        use, without = what.split("|")
        raise ValueError(
            f"column '{column}' {use} the split, but {rows.size} rows have no value "
            f"({splits_columns.examples(columns, rows)}): fill them in, or {without}"
        )


def _columns(columns: Columns, patterns: Sequence[str]) -> list[str]:
    return tables.columns(pd.DataFrame(columns=list(columns.names)), patterns)


def _of_values(columns: Columns, column: str) -> tuple[np.ndarray, list[str]]:
    codes, values = columns.codes(column)
    what = "stratifies|take it out of `split.stratify`"
    refuse_missing(columns, column, codes < 0, what)
    return codes, [f"{column} {value}" for value in values.to_pandas().astype("str")]


def _of_ranges(columns: Columns, column: str, bins: int) -> tuple[np.ndarray, list[str]]:
    """Return which range of about as many rows each value lies in; equal values lie in one."""
    values, missing = columns.numbers(column)
    refuse_missing(columns, column, missing, "stratifies|take it out of `split.bins`")
    inner = np.arange(1, bins) / bins
    edges = np.unique(np.quantile(values, inner, method="inverted_cdf"))
    codes = np.searchsorted(edges, values, side="left")
    return codes, [f"{column} in range {n} of {edges.size + 1}" for n in range(1, edges.size + 2)]
