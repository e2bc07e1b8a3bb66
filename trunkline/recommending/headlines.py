"""What is said of a study in few numbers, each with its interval."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from trunkline.metrics.ranking.listed import Terms


def headlines(found: Mapping[str, Any], ratings: Mapping[str, list[Any]]) -> dict[str, Any]:
    """Return each model's main metric, and RMSE of those that rate, with intervals."""
    main = {row["metric"] for row in found["comparisons"]}
    tree: dict[str, Any] = {}
    for row in [*found["estimates"], *ratings["estimates"]]:
        if row["metric"] in main | {"rmse"}:
            told = {name: row[name] for name in ("value", "low", "high")}
            tree.setdefault(row["model"], {})[row["metric"]] = told
    return tree


def trade_off(found: Mapping[str, Any], told: Terms) -> pd.DataFrame:
    """Return accuracy, with its interval, and coverage of each model."""
    covered = {r["model"]: r["value"] for r in found["shown"] if r["metric"] == "coverage"}
    rows = [
        [row["model"], told.headline, row["value"], row["low"], row["high"], covered[row["model"]]]
        for row in found["estimates"]
        if row["metric"] == told.headline
    ]
    columns = ["model", "metric", "value", "low", "high", "coverage"]
    return pd.DataFrame(rows, columns=columns)
