"""The values of a category: which are known, and the place of each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from trunkline.data import tables
from trunkline.data.encoding import reading
from trunkline.settings.encoding import Embedding, OneHot, Ordinal, Value

HELD = ("numbers", "booleans", "text")


@dataclass(frozen=True)
class Vocabulary:
    """The values that a category had in the training rows, or that were stated.

    Attributes:
        column: that it reads.
        holds: `numbers`, `booleans` or `text`; 1 and true are not the same.
        values: in order.
    """

    column: str
    holds: str
    values: tuple[Value, ...]

    def places(self, frame: pd.DataFrame, reader: str) -> np.ndarray:
        """Return each row's place among the values, int64; -1 where it is none or missing.

        Raises:
            ValueError: the column holds something else than at the fit.
        """
        column = frame[self.column]
        reading.expect(column, (self.holds,), reader)
        known = {value: place for place, value in enumerate(self.values)}
        found = [known.get(value, -1) for value in column.tolist()]  # NaN equals nothing
        return np.array(found, np.int64)

    def to_json(self) -> dict[str, Any]:
        """Return what `from_json` reads."""
        return {"column": self.column, "holds": self.holds, "values": list(self.values)}


def fit(settings: OneHot | Ordinal | Embedding, train: pd.DataFrame, name: str) -> Vocabulary:
    """Return the values of a column: those stated, else those of the training rows, sorted.

    Raises:
        ValueError: the column holds no categories, or an infinity; no value is left; there are
            too many.
    """
    column = train[name]
    holds = reading.held(column)
    if holds not in HELD:
        reading.some(train, name)
        reading.expect(column, HELD, settings.kind)
    reading.some(train, name)
    _finite(train, name, holds)
    if settings.values:
        return Vocabulary(name, holds, _stated(settings.values, name, holds))
    counts = column[column.notna()].astype(object).value_counts(sort=False)
    frequent = {_value(value): int(count) for value, count in counts.items()}
    values = sorted(value for value, n in frequent.items() if n >= settings.min_count)
    if not values:
        raise ValueError(
            f"column '{name}' has no value {settings.min_count} times in the {len(train)} training "
            "rows: set a lower `min_count` in `inputs.encode`"
        )
    if len(values) > settings.most:
        raise ValueError(_too_many(settings, name, len(values), train))
    return Vocabulary(name, holds, tuple(values))


def from_json(entry: Mapping[str, Any]) -> Vocabulary:
    """Return what `to_json` described."""
    return Vocabulary(entry["column"], entry["holds"], tuple(entry["values"]))


def _finite(train: pd.DataFrame, name: str, holds: str) -> None:
    if holds != "numbers":
        return
    wrong = np.isinf(train[name].to_numpy(np.float64, na_value=np.nan))
    if wrong.any():
        rows = tables.examples(train["row_id"][wrong].tolist())
        raise ValueError(
            f"column '{name}' has {wrong.sum()} infinities, in rows {rows}: an infinity is no "
            "category, correct it at the source"
        )


def _stated(values: Sequence[Value], name: str, holds: str) -> tuple[Value, ...]:
    kinds: dict[str, tuple[type, ...]] = {
        "text": (str,),
        "booleans": (bool,),
        "numbers": (int, float),
    }
    for value in values:
        if type(value) not in kinds[holds]:  # to Python true is a whole number
            raise ValueError(
                f"column '{name}' holds {holds}, `values` of `inputs.encode` has {value!r} for it: "
                "state values of that type"
            )
    return tuple(_value(value) for value in values)


def _value(value: Any) -> Value:
    """Return a value as JSON has it: whole numbers as such, also where gaps made them floats."""
    plain = value.item() if isinstance(value, np.generic) else value
    return int(plain) if isinstance(plain, float) and plain.is_integer() else plain


def _too_many(
    settings: OneHot | Ordinal | Embedding, name: str, count: int, train: pd.DataFrame
) -> str:
    others = {
        "one_hot": "`kind: embedding`",
        "ordinal": "`kind: embedding`",
        "embedding": "`kind: words`",
    }
    return (
        f"column '{name}' has {count} values in the {len(train)} training rows, expected at most "
        f"{settings.most} of a category: in `inputs.encode` state its `values`, raise `min_count` "
        f"so that rare ones share a place, raise `most`, or take {others[settings.kind]} for it "
        "(text that is read, not counted: `words` or `tokens`)"
    )
