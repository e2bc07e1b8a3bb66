"""Tables as they are split, compared and searched for copies: the work whose bits are compared."""

import json
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import numpy as np
import pandas as pd

from tests.processors.work import digest
from trunkline.artifacts import tables
from trunkline.data import (
    drift,
    encoders,
    references,
    rules_rows,
    rules_texts,
    splits,
    splits_tables,
)
from trunkline.determinism import seeds
from trunkline.metrics import drifting
from trunkline.settings.drifting import Drift
from trunkline.settings.encoding import Numeric
from trunkline.settings.splitting import Split

ROWS = 600
SCALES: tuple[Literal["robust", "quantile"], ...] = ("robust", "quantile")
SPLITS = {
    "stratified, with bins": Split(stratify=("city",), bins={"price": 4}),
    "grouped": Split(group="owner"),
    "by time": Split(time="sold"),
}


def results() -> Iterator[tuple[str, str]]:
    """Split, compare and search rows that no processor computed."""
    frame = _frame("tables")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "table.parquet")
        tables.write(frame, path)
        yield "table: file", digest(path.read_bytes())
        for name, settings in SPLITS.items():
            parting = splits_tables.parting(path, None, settings, 1)
            yield f"split: {name}", digest(parting.train, parting.validation, parting.test)
        accepted = references.make("own", path, ("city",))
        tables.write(_frame("later"), path)
        yield "reference", digest(references.text(accepted))
        yield "drift", digest(json.dumps(drift.compare(path, accepted, Drift())))
    yield "drift: statistics", digest(*_statistics())
    rows = rules_rows.of_frame(frame, splits.parting(frame, Split(), 1))
    yield "near copies", digest(rules_texts.near(rows, ["title"], 0.7, 3))


def ranks() -> Iterator[tuple[str, str]]:
    """Encode by quantiles, which sorts: in NumPy's sorting for AVX2 qemu breaks down."""
    frame = _frame("ranks").assign(gaps=lambda rows: rows["price"].where(rows["owner"] > 9))
    columns = ["price", "gaps"]
    for scale in SCALES:
        chosen = Numeric(kind="numeric", scale=scale, missing="median")
        encoder = encoders.fit("standard", frame, columns, {"*": chosen})
        told = json.dumps(encoders.to_json(encoder))
        yield f"encoded: {scale}", digest(encoders.apply(encoder, frame, columns), told)


def _frame(name: str) -> pd.DataFrame:
    rng = seeds.generator(3, name)
    numbers = rng.integers(0, 10**9, ROWS)
    words = np.array(["sea", "cook", "island", "story", "garden", "of", "the", "night"])
    return pd.DataFrame(
        {
            "row_id": [f"r{row}" for row in range(ROWS)],
            "price": numbers / 997,
            "city": words[numbers % 4],
            "owner": numbers % 90,
            "sold": pd.to_datetime(numbers * 10**9).astype("datetime64[us]"),
            "title": [" ".join(words[row]) for row in rng.integers(0, 8, (ROWS, 4))],
        }
    )


def _statistics() -> Iterator[str]:
    """Yield what is recorded of tests of many histograms: six digits."""
    rng = seeds.generator(4, "histograms")
    for _ in range(100):
        before, now = rng.integers(0, 1000, (2, 12))
        most = np.cumsum(before), np.cumsum(now)
        below = most[0] - before, most[1] - now
        sizes = int(most[0][-1]), int(most[1][-1])
        test = drifting.kolmogorov_smirnov(below, most, sizes)
        found = drifting.stability(before, now), *test, *drifting.chi_squared(before, now)
        yield " ".join(f"{value:.6g}" for value in found)


if __name__ == "__main__":
    sys.stdout.write(json.dumps(dict([*results(), *ranks()])) + "\n")
