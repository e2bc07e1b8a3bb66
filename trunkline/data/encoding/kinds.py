"""The table of kinds: how each is fitted, chosen and read back."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal

import pandas as pd

from trunkline.data.encoding import (
    boolean,
    embedding,
    numeric,
    one_hot,
    ordinal,
    picture,
    quantile,
    reading,
    time,
    tokens,
    words,
)
from trunkline.data.encoding.part import Part
from trunkline.settings import encoding as settings

Fit = Callable[[Any, pd.DataFrame, Sequence[str]], Sequence[Part]]

FIT: dict[str, Fit] = {
    numeric.KIND: numeric.fit,
    quantile.KIND: quantile.fit,
    one_hot.KIND: one_hot.fit,
    ordinal.KIND: ordinal.fit,
    embedding.KIND: embedding.fit,
    boolean.KIND: boolean.fit,
    time.KIND: time.fit,
    words.KIND: words.fit,
    tokens.KIND: tokens.fit,
    picture.KIND: picture.fit,
}
READ: dict[str, Callable[[Mapping[str, Any]], Part]] = {
    numeric.KIND: numeric.from_json,
    quantile.KIND: quantile.from_json,
    one_hot.KIND: one_hot.from_json,
    ordinal.KIND: ordinal.from_json,
    embedding.KIND: embedding.from_json,
    boolean.KIND: boolean.from_json,
    time.KIND: time.from_json,
    words.KIND: words.from_json,
    tokens.KIND: tokens.from_json,
    picture.KIND: picture.from_json,
}


def default(column: pd.Series, scale: Literal["standard", "none"]) -> settings.Encoding:
    """Return how a column is encoded that no entry of `encode` fits: decided by its type.

    Args:
        column: of the training rows.
        scale: of numbers and booleans without gaps.

    Raises:
        ValueError: it holds values of several kinds, or none.
    """
    if pd.api.types.is_numeric_dtype(column.dtype):
        return settings.Numeric(kind="numeric", scale=scale)
    match reading.held(column):
        case "booleans":
            return settings.Boolean(kind="boolean")
        case "dates":
            return settings.Time(kind="time")
        case "numbers":
            return settings.Numeric(kind="numeric", scale=scale)
    return settings.OneHot(kind="one_hot")


def fit(chosen: settings.Encoding, train: pd.DataFrame, columns: Sequence[str]) -> Sequence[Part]:
    """Return columns fitted on training rows, in their order."""
    by_rank = isinstance(chosen, settings.Numeric) and chosen.scale == "quantile"
    return FIT[quantile.KIND if by_rank else chosen.kind](chosen, train, columns)


def from_json(entry: Mapping[str, Any]) -> Part:
    """Return what an entry of an encoder describes; numbers are told without a kind.

    Raises:
        ValueError: the kind is unknown, or the entry lacks something.
    """
    kind = entry.get("kind", numeric.KIND)
    if kind not in READ:
        raise ValueError(
            f"an encoder has an entry of the unknown kind {kind!r}, expected {', '.join(READ)}: it "
            "was written by another version; run `dvc repro` to fit it again"
        )
    try:
        return READ[kind](entry)
    except KeyError as error:
        raise ValueError(
            f"an encoder has no {error.args[0]} in its entry of kind {kind!r}: run `dvc repro` to "
            "fit it again"
        ) from error
