"""Columns of every kind as a network's row: the pieces of work whose bits are compared."""

import json
from collections.abc import Iterator

import numpy as np
import pandas as pd

from tests.processors.work import digest
from trunkline.data import encoders
from trunkline.determinism import seeds
from trunkline.settings.encoding import (
    Boolean,
    Embedding,
    Encoding,
    Numeric,
    Ordinal,
    Picture,
    Time,
    Tokens,
    Words,
)

ROWS = 700
# Neither `robust` nor `quantile`: in NumPy's sorting for AVX2, which they call, qemu breaks down.
# `tables.ranks` has them, compared without qemu.
KINDS: dict[str, Encoding] = {
    "price": Numeric(kind="numeric", missing="mean"),
    "city": Embedding(kind="embedding"),
    "rank": Ordinal(kind="ordinal"),
    "paid": Boolean(kind="boolean", missing="indicator"),
    "sold": Time(kind="time", missing="indicator"),
    "title": Words(kind="words", size=32, weight="idf"),
    "tags": Tokens(kind="tokens", length=4),
    "pixel_*": Picture(kind="picture", shape=(2, 3, 1), size=(4, 4), scaling="standard"),
}


def results() -> Iterator[tuple[str, str]]:
    """Fit and apply each kind to rows that no processor computed."""
    frame = _frame()
    for name, chosen in KINDS.items():
        columns = [column for column in frame if column.startswith(name.removesuffix("*"))]
        encoder = encoders.fit("standard", frame, columns, {name: chosen})
        told = json.dumps(encoders.to_json(encoder))
        yield f"encoded: {chosen.kind}", digest(encoders.apply(encoder, frame, columns), told)


def _frame() -> pd.DataFrame:
    rng = seeds.generator(7, "encoding")
    numbers = rng.integers(0, 10**9, ROWS)
    some = numbers % 7 > 0
    words = np.array(["sea", "cook", "island", "story", "garden", "of", "the", "night"])
    titles = [" ".join(words[row]) for row in rng.integers(0, 8, (ROWS, 5))]
    pixels = rng.integers(0, 256, (6, ROWS)).astype(np.uint8)
    moments = pd.Series(pd.to_datetime(numbers * 10**9))
    return pd.DataFrame(
        {
            "row_id": [f"r{row}" for row in range(ROWS)],
            "price": np.where(some, numbers / 997, np.nan),
            "city": words[numbers % 8],
            "rank": numbers % 5,
            "paid": np.where(some, numbers % 2 == 0, None),
            "sold": moments.where(some),
            "title": titles,
            "tags": titles[::-1],
            **{f"pixel_{number}": column for number, column in enumerate(pixels)},
        }
    )
