"""Encoders: columns of every kind as one row of numbers, fitted on training rows only."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any, Literal

import numpy as np
import pandas as pd

from trunkline.data.encoding import kinds
from trunkline.data.encoding.numeric import Numeric
from trunkline.data.encoding.part import Part
from trunkline.data.layout import Layout
from trunkline.settings import naming
from trunkline.settings.encoding import Encoding


@dataclass(frozen=True)
class Encoder:
    """Columns side by side, each encoded as its kind.

    Attributes:
        parts: in the order of the network's inputs; neighbours that are numbers are one part.
    """

    parts: tuple[Part, ...]

    @property
    def columns(self) -> tuple[str, ...]:
        """What it was fitted on, in the order of the network's inputs."""
        return tuple(name for part in self.parts for name in part.columns)

    @property
    def names(self) -> tuple[str, ...]:
        """What each entry of an encoded row is."""
        return tuple(name for part in self.parts for name in part.names)

    @property
    def layout(self) -> Layout:
        """What the entries mean to a network; neighbouring numbers are one block."""
        blocks = [part.block for part in self.parts]
        found = []
        for kind, same in groupby(blocks, key=lambda block: block.kind):
            group = list(same)
            if kind == "numbers":
                group = [replace(group[0], width=sum(block.width for block in group))]
            found += group
        return tuple(found)


def fit(
    scale: Literal["standard", "none"],
    train: pd.DataFrame,
    columns: Sequence[str],
    encode: Mapping[str, Encoding] | None = None,
) -> Encoder:
    """Return the encoder of `columns`, fitted on the training rows.

    Args:
        scale: of numbers that `encode` does not name: `standard` for mean 0 and deviation 1,
            `none` to leave them as they are.
        train: the training rows, with a column `row_id`.
        columns: of any kind.
        encode: by name or pattern, the first that fits; other columns by their type.

    Raises:
        ValueError: there are no rows; an entry of `encode` fits no column; or as the kinds, with
            a line for each that is wrong.
    """
    if not len(train):
        raise ValueError("an encoder is fitted on training rows, received none")
    entries = encode or {}
    for pattern in entries:
        if not any(naming.fits(name, pattern) for name in columns):
            hint = naming.nearest(pattern, list(columns))
            raise ValueError(
                f"inputs.encode: '{pattern}' fits none of the columns that are read{hint}"
            )
    chosen = [_chosen(train[name], entries, scale) for name in columns]
    parts: list[Part] = []
    wrong: list[ValueError] = []
    for (_, settings), group in groupby(zip(chosen, columns, strict=True), key=lambda one: one[0]):
        try:
            parts += kinds.fit(settings, train, [name for _, name in group])
        except ValueError as error:
            wrong.append(error)
    if wrong:  # all of them: a run for each would try a user's patience
        raise ValueError("\n".join(map(str, wrong))) from wrong[0]
    return Encoder(_joined(parts))


def apply(encoder: Encoder, frame: pd.DataFrame, columns: Sequence[str]) -> np.ndarray:
    """Return encoded features, float32 `[rows, width]`, in the order of the fitted columns.

    Args:
        encoder: as fitted.
        frame: rows of any split, with a column `row_id`.
        columns: the columns that the caller takes for the features.

    Raises:
        ValueError: `columns` are not those of the fit (names them), or as the kinds.
    """
    fitted = set(encoder.columns)
    missing = [name for name in encoder.columns if name not in columns]
    others = [name for name in columns if name not in fitted]
    if missing or others:
        raise ValueError(
            f"the encoder was fitted on other columns: missing {missing}, not fitted {others}; "
            "run `dvc repro` to fit it again"
        )
    found = [part.apply(frame) for part in encoder.parts]
    return found[0] if len(found) == 1 else np.concatenate(found, axis=1)


def filled(encoder: Encoder, frame: pd.DataFrame, rows: np.ndarray) -> pd.DataFrame:
    """Return a table whose `rows`, bool, lack nothing that would stop: no one reads them."""
    whole = frame
    for part in encoder.parts:
        names = list(part.columns)
        if part.filler is not None and frame.loc[rows, names].isna().any(axis=None):
            whole = frame.copy() if whole is frame else whole
            whole.loc[rows, names] = frame.loc[rows, names].fillna(part.filler)
    return whole


def constant(train: pd.DataFrame, columns: Sequence[str]) -> list[str]:
    """Return the columns that have one value in all training rows, and so tell nothing."""
    return [
        name
        for name in columns
        if train[name].notna().all() and (train[name] == train[name].iloc[0]).all()
    ]


def to_json(encoder: Encoder) -> dict[str, Any]:
    """Return the encoder as readable JSON: one entry a column, or a picture."""
    return {"columns": [entry for part in encoder.parts for entry in part.to_json()]}


def from_json(value: Mapping[str, Any]) -> Encoder:
    """Return the encoder that `to_json` described.

    Raises:
        ValueError: an entry lacks something, or is of an unknown kind.
    """
    entries = value.get("columns", [{}]) if isinstance(value, Mapping) else [{}]
    return Encoder(_joined(kinds.from_json(entry) for entry in entries))


def _chosen(
    column: pd.Series, entries: Mapping[str, Encoding], scale: Literal["standard", "none"]
) -> tuple[str, Encoding]:
    """Return the pattern that fits first, and what it says; columns are grouped by both."""
    for pattern, settings in entries.items():
        if naming.fits(str(column.name), pattern):
            return pattern, settings
    return "", kinds.default(column, scale)


def _joined(parts: Iterable[Part]) -> tuple[Part, ...]:
    """Return parts of which no two neighbours are numbers on a scale."""
    found: list[Part] = []
    for part in parts:
        last = found[-1] if found else None
        if isinstance(part, Numeric) and isinstance(last, Numeric):
            found[-1] = Numeric(last.fitted + part.fitted)
        else:
            found.append(part)
    return tuple(found)
