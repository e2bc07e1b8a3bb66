"""Encoders: features on one scale, fitted on training rows only."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd

from trunkline.data import tables
from trunkline.data.layout import Block, Layout


@dataclass(frozen=True)
class Encoder:
    """(x - mean) / deviation for each column.

    Attributes:
        columns: what it was fitted on, in the order of the network's inputs.
        mean: of each column over the training rows; 0 where `scale` is `none`.
        deviation: of each column (divided by n); 1 for a constant column and for `none`.
    """

    columns: tuple[str, ...]
    mean: tuple[float, ...]
    deviation: tuple[float, ...]

    @property
    def layout(self) -> Layout:
        """What the entries of an encoded row are."""
        return (Block(kind="numbers", name="numbers", width=len(self.columns)),)


def fit(scale: Literal["standard", "none"], train: pd.DataFrame, columns: Sequence[str]) -> Encoder:
    """Return the encoder of `columns`, fitted on the training rows.

    Args:
        scale: `standard` for mean 0 and deviation 1, `none` to leave the values as they are.
        train: the training rows, with a column `row_id`.
        columns: numeric columns.

    Raises:
        ValueError: there are no rows, or as `tables.numeric`.
    """
    values = tables.numeric(train, columns).astype(np.float64)  # [rows, columns]
    if not len(values):
        raise ValueError("an encoder is fitted on training rows, received none")
    if scale == "none":
        return Encoder(tuple(columns), (0.0,) * len(columns), (1.0,) * len(columns))
    # Rows are added one after the other in each column, so the order of additions, and with it
    # the last bit, is the same on every processor.
    constant = values.min(axis=0) == values.max(axis=0)
    mean = np.where(constant, values[0], _sum(values) / len(values))
    deviation = np.sqrt(_sum((values - mean) ** 2) / len(values))
    deviation = np.where(constant, 1.0, deviation)
    return Encoder(tuple(columns), tuple(mean.tolist()), tuple(deviation.tolist()))


def apply(encoder: Encoder, frame: pd.DataFrame, columns: Sequence[str]) -> np.ndarray:
    """Return encoded features, float32 `[rows, columns]`, in the order of the fitted columns.

    Args:
        encoder: as fitted.
        frame: rows of any split, with a column `row_id`.
        columns: the columns that the caller takes for the features.

    Raises:
        ValueError: `columns` are not those of the fit (names them), or as `tables.numeric`.
    """
    missing = [name for name in encoder.columns if name not in columns]
    others = [name for name in columns if name not in encoder.columns]
    if missing or others:
        raise ValueError(
            f"the encoder was fitted on other columns: missing {missing}, not fitted {others}; "
            "run `dvc repro` to fit it again"
        )
    values = tables.numeric(frame, encoder.columns).astype(np.float64)
    scaled: np.ndarray = (values - np.array(encoder.mean)) / np.array(encoder.deviation)
    return scaled.astype(np.float32)


def to_json(encoder: Encoder) -> dict[str, Any]:
    """Return the encoder as readable JSON: one entry a column."""
    entries = zip(encoder.columns, encoder.mean, encoder.deviation, strict=True)
    return {"columns": [{"name": n, "mean": m, "deviation": d} for n, m, d in entries]}


def from_json(value: Mapping[str, Any]) -> Encoder:
    """Return the encoder that `to_json` described.

    Raises:
        ValueError: an entry lacks a name, a mean or a deviation.
    """
    entries = value.get("columns", [{}]) if isinstance(value, Mapping) else [{}]
    for entry in entries:
        missing = [key for key in ("name", "mean", "deviation") if key not in entry]
        if missing:
            raise ValueError(f"an encoder has no {', '.join(missing)} in its entry {entry}")
    return Encoder(
        tuple(str(entry["name"]) for entry in entries),
        tuple(float(entry["mean"]) for entry in entries),
        tuple(float(entry["deviation"]) for entry in entries),
    )


def _sum(values: np.ndarray) -> np.ndarray:
    """Return the sum of each column of a C-contiguous array, row by row."""
    total: np.ndarray = np.add.reduce(np.ascontiguousarray(values), axis=0)
    return total
