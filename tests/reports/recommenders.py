"""A made-up study of recommenders: what its stages leave behind, with plausible numbers."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd

from tests.reports import workspace
from trunkline.artifacts import results, tables
from trunkline.recommending.trials import COLUMNS
from trunkline.reports.recommending import measured
from trunkline.settings import reading

SCORES = {
    "random": 0.018, "most_popular": 0.2524, "item_knn": 0.4464, "user_knn": 0.445,
    "ease": 0.4829, "pure_svd": 0.468, "ials": 0.4893, "slim": 0.4846, "mf_bpr": 0.4541,
    "two_tower": 0.4777, "neumf": 0.4251, "dot_mlp": 0.2492, "multi_vae": 0.476,
    "light_gcn": 0.4618, "sasrec": 0.44,
}  # fmt: skip
DRAWN = {
    "random", "mf_bpr", "two_tower", "neumf", "dot_mlp", "multi_vae", "light_gcn", "sasrec",
}  # fmt: skip
STUDY: dict[str, Any] = {
    "title": "Films",
    "dataset": "latent",
    "interactions": {"user": "user", "item": "item", "rating": "stars", "time": "day"},
    "models": {name: {} for name in [*SCORES, "bias", "biased_mf"] if name != "dot_mlp"},
    "tune": {"trials": 4},
    "transfer": {"study": "shop"},
    "tasks": {"balancers": {"pcgrad": {}}},
}
GROUPS = {"cold": (0.02, 12), "1-17": (0.6, 230), "18-40": (0.9, 240), "41-685": (1.3, 461)}


def params(change: Callable[[dict[str, Any]], None] = lambda study: None) -> dict[str, Any]:
    """Return parameters with a study of recommenders, the one it borrows from, and a small other.

    Args:
        change: edits the first of them.
    """
    found, known = json.loads(json.dumps(STUDY)), json.loads(json.dumps(workspace.PARAMS))
    change(found)
    small = known["studies"]["latent"]
    for part in ("pretrain", "finetune"):
        small.pop(part)
    shop = {key: STUDY[key] for key in ("interactions", "models")}
    shop |= {"title": "Shop", "dataset": "digits"}
    return {
        **known, "studies": {"latent": small}, "recommenders": {"films": found, "shop": shop},
    }  # fmt: skip


def contrast(gain: float, **changes: Any) -> dict[str, Any]:
    """Return a row of a comparison with this difference, with changes."""
    low, high = round(gain - 0.012, 6), round(gain + 0.012, 6)
    verdict = "helps" if low > 0 else "hurts" if high < 0 else "no evidence"
    record = {
        "n": 943, "value": 0.2524 + gain, "baseline_value": 0.2524, "difference": gain,
        "low": low, "high": high, "p": 0.0001, "p_holm": 0.0105 if low * high > 0 else 0.6,
        "better": {"value": 0.8, "low": 0.77, "high": 0.82}, "family": 14, "verdict": verdict,
    }  # fmt: skip
    return record | changes


def estimate(
    value: float, model: str = "ease", width: float = 0.012, n: int = 943
) -> dict[str, Any]:
    """Return value, interval, users, repeats and spread of a model."""
    drawn = model in DRAWN
    return {
        "value": value, "low": value - width, "high": value + width, "n": n,
        "repeats": 10 if drawn else 1, "spread": 0.0021 if drawn else 0.0,
    }  # fmt: skip


def records(**changes: Any) -> dict[str, Any]:
    """Return what an evaluation wrote, by stem, with changes."""
    first = max(SCORES, key=lambda model: SCORES[model])
    found: dict[str, Any] = {
        "estimates": [
            {"model": model, "metric": metric, **estimate(value * factor, model)}
            for metric, factor in (("ndcg@10", 1.0), ("recall@10", 0.6), ("hit_rate@10", 1.4))
            for model, value in SCORES.items()
        ],
        "comparisons": [
            {"model": model, "baseline": "most_popular", "metric": "ndcg@10"}
            | contrast(round(value - SCORES["most_popular"], 6))
            for model, value in SCORES.items()
            if model != "most_popular"
        ],
        "rivals": [
            {"first": first, "other": model, "metric": "ndcg@10"}
            | contrast(round(SCORES[first] - value, 6), family=105)
            for model, value in SCORES.items()
            if model != first
        ],
        "expected": {"random": {"ndcg@10": 0.0179}, "most_popular": {"ndcg@10": 0.2524}},
        "facts": {
            "users": 943, "items": 1682, "train": 67559, "validation": 7507, "test": 24934,
            "new_users": 12, "new_items": 30, "neither": 0, "judged": 943, "left_out": 0,
            "density": 0.0426,
        },
        "example": example(),
        "lists": {"best": "ease", "model": "ease", "recall": 1.0, "notes": []},
        "ratings": ratings(),
        "borrowed": [borrowed("helps"), borrowed("no evidence", metric="recall@10")],
        "tasks": [task("click", "equal", 0.002), task("rating", "pcgrad", 0.03)],
    }  # fmt: skip
    return found | breakdowns() | changes


def breakdowns() -> dict[str, Any]:
    """Return what stands beside the accuracy."""
    return {
        "shown": [
            {"model": model, "metric": metric, **shown(model, value, metric)}
            for model, value in SCORES.items()
            for metric in ("coverage", "gini", "novelty", "popularity")
        ],
        "activity": [
            {"group": group, "model": model}
            | estimate(value * factor, model, width=0.03, n=users)
            for group, (factor, users) in GROUPS.items()
            for model, value in SCORES.items()
        ],
        "popularity": [
            {
                "model": model, "group": group, "items": items, "listed": listed, "hits": hits,
                "relevant": relevant, "recall": recall and estimate(recall * value, model, n=900),
            }
            for group, items, listed, hits, relevant, recall in (
                ("head", 480, 0.91, 0.97, 0.8, 0.7), ("tail", 1172, 0.09, 0.03, 0.2, 0.1),
                ("cold", 30, 0.0, 0.0, 0.0, None),
            )
            for model, value in SCORES.items()
        ],
        "starts": [
            {"start": start, "model": model} | estimate(value * factor, model, n=users)
            for start, factor, users in (("warm", 1.0, 931), ("cold_users", 0.4, 12))
            for model, value in SCORES.items()
        ],
    }  # fmt: skip


def shown(model: str, value: float, metric: str) -> dict[str, Any]:
    """Return a row of what lists show: coverage and Gini of all lists, the others of each."""
    drawn = {"repeats": 10 if model in DRAWN else 1, "spread": 0.004 if model in DRAWN else 0.0}
    share = min(1.0, 1.1 - value * 1.7) if model != "most_popular" else 0.05
    if metric == "coverage":
        return {"value": share, **drawn}
    if metric == "gini":
        return {"value": 1 - share / 2, **drawn}
    return estimate(4 * share if metric == "novelty" else 200 * (1 - share), model, width=0.5)


def ratings() -> dict[str, Any]:
    """Return what an evaluation says of models of ratings."""
    gain = contrast(0.031, value=0.914, baseline_value=0.945, family=1)
    return {
        "estimates": [
            {"model": model, "metric": metric} | estimate(value - less)
            for metric, less in (("rmse", 0.0), ("mae", 0.2))
            for model, value in (("bias", 0.945), ("biased_mf", 0.914))
        ],
        "comparisons": [{"model": "biased_mf", "baseline": "bias", "metric": "rmse"} | gain],
        "rivals": [{"first": "biased_mf", "other": "bias", "metric": "rmse"} | gain],
    }


def borrowed(verdict: str, **changes: Any) -> dict[str, Any]:
    """Return a row of borrowed.json, with changes."""
    gain = {"helps": 0.05, "hurts": -0.05}.get(verdict, 0.001)
    return {
        "model": "two_tower", "source": "shop", "arm": "borrowed", "baseline": "scratch",
        "metric": "ndcg@10", **contrast(gain, family=2), **changes,
    }  # fmt: skip


def task(name: str, balancer: str, gain: float) -> dict[str, Any]:
    """Return a row of tasks.json."""
    metric = {"click": "ndcg@10", "rating": "rmse"}[name]
    row = {"model": "two_tower", "task": name, "balancer": balancer, "metric": metric}
    return {**row, "baseline": "alone", **contrast(gain, family=4)}


def example(**changes: Any) -> dict[str, Any]:
    """Return the example of a study, with changes."""
    record = {
        "user": "196",
        "history": [
            {
                "item": 200 + place, "title": f"Film {place} (1994)",
                "rating": None if place == 2 else 3.5 + place % 2,
                "time": 881_250_949 - 100 * place,
            }
            for place in range(10)
        ],
        "list": [
            {
                "rank": rank, "item": 50 + rank, "title": f"Another film {rank} (1996)",
                "score": 1.23456 / rank, "reason": "because of Film 1 (1994), Film 2 (1994)",
                "source": "model", "taken": rank in (1, 4),
            }
            for rank in range(1, 10)
        ]
        + [
            {
                "rank": 10, "item": "61", "title": None, "score": 410.0,
                "reason": "taken by 410 of 943 users", "source": "popularity", "taken": False,
            }
        ],
    }  # fmt: skip
    return record | changes


def trials() -> pd.DataFrame:
    """Return trials of which the third was best, but for what has nothing to search."""
    rows = [
        {
            "model": model, "trial": trial, "score": value - 0.02 + 0.01 * (trial == 2),
            "options": json.dumps({"factors": 64 * (1 + trial), "l2": 0.03 / (1 + trial)}),
            "best_epoch": 0, "chosen": trial == (2 if count > 1 else 0),
        }
        for model, value in [*SCORES.items(), ("bias", -0.95), ("biased_mf", -0.92)]
        for count in [1 if model in ("random", "most_popular") else 4]
        for trial in range(count)
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=list(COLUMNS)).astype(COLUMNS)


def study(**changes: Any) -> measured.Measured:
    """Return the study of what an evaluation wrote, with changes."""
    settings = reading.read(params()).recommenders["films"]
    return measured.measured("films", settings, records(**changes), trials(), {"shop": "Shop"})


def build(
    folder: Path, change: Callable[[dict[str, Any]], None] = lambda study: None, **changes: Any
) -> Path:
    """Write a whole workspace with a study of recommenders into `folder` and return it."""
    workspace.build(folder, lambda found: found.update(params(change)))
    for name in ("films", "shop"):
        out = folder / "results" / "recommenders" / name
        for stem, content in records(**changes).items():
            part = "learned" if stem == "lists" else "evaluation"
            results.write(content, out / part / f"{stem}.json")
        tables.write(trials(), out / "learned" / "trials.parquet")
    return folder
