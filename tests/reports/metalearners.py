"""Made-up studies of meta-learners: what their stages leave behind, with plausible numbers."""

import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd

from tests.reports import workspace
from trunkline.artifacts import results, tables
from trunkline.reports.metalearning import measured
from trunkline.settings import reading

SCORES = {
    "nearest_neighbour": 0.553, "scratch": 0.572, "linear_probe": 0.742, "fine_tune": 0.761,
    "prototypes": 0.823, "matching": 0.801, "relation": 0.77, "r2d2": 0.818, "metaoptnet": 0.815,
    "maml": 0.765, "fomaml": 0.752, "anil": 0.758, "meta_sgd": 0.79, "reptile": 0.71,
    "transductive_prototypes": 0.861,
}  # fmt: skip
ERRORS = {
    "nearest_neighbour": 2.1, "scratch": 1.9, "fine_tune": 1.62, "r2d2": 0.31, "maml": 0.24,
    "fomaml": 0.52, "reptile": 1.4,
}  # fmt: skip
HELD = ("nearest_neighbour", "scratch", "linear_probe", "fine_tune")
STEPPING = ("scratch", "fine_tune", "linear_probe", "maml", "fomaml", "anil", "meta_sgd", "reptile")
STUDY: dict[str, Any] = {
    "title": "New digits from one example",
    "dataset": "digits",
    "inputs": {"columns": ["pixel_*"], "shape": [8, 8, 1]},
    "episodes": {"target": "digit", "ways": 5, "shots": 1},
    "methods": {name: {} for name in SCORES if name not in HELD},
}
WAVES: dict[str, Any] = {
    "title": "Waves",
    "dataset": "latent",
    "inputs": {"columns": ["feature_0"]},
    "episodes": {
        "target": "amount", "kind": "regression", "group": "domain", "shots": 10, "queries": 20,
    },
    "methods": {name: {} for name in ERRORS if name not in HELD},
    "arms": {"linear_probe": None},
}  # fmt: skip


def params(change: Callable[[dict[str, Any]], None] = lambda study: None) -> dict[str, Any]:
    """Return parameters with a study of classes, which `change` edits, and one of a regression."""
    found, known = json.loads(json.dumps(STUDY)), json.loads(json.dumps(workspace.PARAMS))
    change(found)
    small = known["studies"]["latent"]
    for part in ("pretrain", "finetune"):
        small.pop(part)
    known["datasets"]["digits"]["split"] = {"stratify": ["digit"], "group": "digit"}
    known["datasets"]["latent"]["split"] = {"stratify": ["domain"], "group": "domain"}
    learners = {"glyphs": found, "waves": WAVES}
    return {**known, "studies": {"latent": small}, "metalearners": learners}


def estimate(arm: str, value: float, **changes: Any) -> dict[str, Any]:
    """Return a row of estimates.json, with changes."""
    record = {
        "arm": arm, "metric": "accuracy", "ways": 5, "shots": 1, "value": value,
        "low": round(value - 0.008, 6), "high": round(value + 0.008, 6), "n": 600, "clusters": 600,
        "transductive": arm.startswith("transductive"),
    }  # fmt: skip
    return record | changes


def contrast(arm: str, baseline: str, gain: float, **changes: Any) -> dict[str, Any]:
    """Return a row of comparisons.json with this difference, with changes."""
    low, high = round(gain - 0.012, 6), round(gain + 0.012, 6)
    verdict = "helps" if low > 0 else "hurts" if high < 0 else "no evidence"
    record = {
        "arm": arm, "baseline": baseline, "metric": "accuracy", "n": 600, "clusters": 600,
        "value": 0.76 + gain, "baseline_value": 0.76, "difference": round(gain, 6), "low": low,
        "high": high, "better": 0.64, "better_low": 0.6, "better_high": 0.68, "p": 0.0001,
        "p_holm": 0.0023 if low * high > 0 else 0.6, "verdict": verdict,
    }  # fmt: skip
    return record | changes


def records(**changes: Any) -> dict[str, Any]:
    """Return what was written of the study of classes, by stem, with changes."""
    found: dict[str, Any] = {
        "facts": facts(),
        "estimates": [estimate(arm, value) for arm, value in SCORES.items()],
        "comparisons": compared(SCORES),
        "adaptation": adaptation(SCORES),
        "adapted": None,
        "embeddings": embeddings(),
        "chosen": chosen(),
        "runs": runs(SCORES),
    }
    return found | changes


def waves(**changes: Any) -> dict[str, Any]:
    """Return what was written of the study of a regression, by stem, with changes."""
    of = {"metric": "rmse", "ways": None, "shots": 10, "clusters": 40}
    found: dict[str, Any] = {
        "facts": facts(
            kind="regression", metric="rmse", ways=None, shots=10, queries=20, clusters=40,
            clustered_by="domain", counts={"train": 200, "validation": 40, "test": 40},
            chance=None,
        ),
        "estimates": [
            estimate(arm, value, low=value - 0.06, high=value + 0.06, **of)
            for arm, value in ERRORS.items()
        ],
        "comparisons": compared(ERRORS, metric="rmse", clusters=40),
        "adaptation": adaptation(ERRORS),
        "adapted": adapted(),
        "embeddings": None,
        "chosen": {arm: one for arm, one in chosen().items() if arm in ERRORS},
        "runs": runs(ERRORS),
    }  # fmt: skip
    return found | changes


def facts(**changes: Any) -> dict[str, Any]:
    """Return what the episodes are, with changes."""
    record = {
        "kind": "classes", "metric": "accuracy", "ways": 5, "shots": 1, "queries": 15,
        "episodes": 600, "clusters": 600, "clustered_by": "",
        "counts": {"train": 40, "validation": 10, "test": 10}, "repeats": 3, "chance": 0.2,
    }  # fmt: skip
    return record | changes


def compared(scores: dict[str, float], **changes: Any) -> list[dict[str, Any]]:
    """Return methods against three of the arms, and the other arms against scratch."""
    sign = -1 if changes.get("metric") == "rmse" else 1
    pairs = [
        (arm, baseline)
        for arm in scores
        for baseline in ("fine_tune", "scratch", "nearest_neighbour")
        if arm not in HELD or (arm != "scratch" and baseline == "scratch")
    ]
    return [
        contrast(arm, baseline, sign * (scores[arm] - scores[baseline]), **changes)
        for arm, baseline in pairs
    ]


def adaptation(scores: dict[str, float]) -> list[dict[str, Any]]:
    """Return means after some steps: half the way is made in two."""
    start = 0.2 if scores is SCORES else 3.0
    return [
        {
            "arm": arm, "steps": steps, "value": value, "low": value - 0.02, "high": value + 0.02,
        }
        for arm in scores if arm in STEPPING
        for steps in (0, 1, 2, 5, 10)
        for value in [scores[arm] + (start - scores[arm]) * 0.7**steps]
    ]  # fmt: skip


def embeddings() -> dict[str, Any]:
    """Return rows of eight classes, each around its own centre."""
    return {
        "arm": "prototypes",
        "points": [
            {
                "class": f"character {place}",
                "x": 3 * math.cos(place) + 0.6 * math.cos(5.0 * row + place),
                "y": 2 * math.sin(place) + 0.5 * math.sin(3.0 * row * (1 + place)),
            }
            for place in range(8)
            for row in range(20)
        ],
    }


def adapted(**changes: Any) -> dict[str, Any]:
    """Return one adapted function, with changes."""
    grid = [-5 + 0.1 * place for place in range(101)]
    record = {
        "arm": "maml", "baseline": "fine_tune",
        "support": [[x, 2 * math.sin(x)] for x in (-4.2, -2.5, -1.0, 0.3, 2.2)],
        "query": [[x / 2, 2 * math.sin(x / 2)] for x in range(-10, 11)],
        "grid": grid, "before": [0.3 * math.cos(x) for x in grid],
        "after": {
            "maml": [1.9 * math.sin(x) + 0.05 for x in grid],
            "fine_tune": [1.2 * math.sin(x) if x < 1 else 1.2 * math.sin(1.0) for x in grid],
        },
    }  # fmt: skip
    return record | changes


def chosen() -> dict[str, Any]:
    """Return rates and steps of the arms, the last of them at an edge."""
    tried = [
        {"rate": rate, "steps": steps, "value": 0.5 + 0.01 * steps**0.5 - abs(rate - 0.01)}
        for rate in (0.003, 0.01, 0.03)
        for steps in (5, 20, 50)
    ]
    diverged = {"rate": 3.0, "steps": 5, "value": None}
    return {
        "scratch": {"rate": 0.01, "steps": 20, "tried": [*tried, diverged]},
        "fine_tune": {"rate": 0.01, "steps": 20, "tried": tried},
        "linear_probe": {"rate": 0.03, "steps": 50, "tried": tried},
    }


def runs(scores: dict[str, float]) -> list[dict[str, Any]]:
    """Return the runs of the methods, three networks each."""
    return [
        {
            "method": arm, "repeat": repeat, "epochs": 8 + repeat, "best_epoch": 6 + repeat,
            "training": 0.3, "validation": 0.4,
        }
        for arm in scores if arm not in HELD
        for repeat in range(3)
    ]  # fmt: skip


def curves(scores: dict[str, float]) -> pd.DataFrame:
    """Return losses by epoch."""
    rows = [
        {
            "method": run["method"], "repeat": run["repeat"], "epoch": epoch,
            "training": 1.5 * math.exp(-0.2 * epoch),
            "validation": 1.6 * math.exp(-0.02 * epoch * len(run["method"])) + 0.1,
        }
        for run in runs(scores)
        for epoch in range(1, run["epochs"] + 1)
    ]  # fmt: skip
    columns = ["method", "repeat", "epoch", "training", "validation"]
    return pd.DataFrame(rows, columns=columns)


def study(
    change: Callable[[dict[str, Any]], None] = lambda study: None, **changes: Any
) -> measured.Measured:
    """Return the study of classes, with changes of its parameters and of its records."""
    settings = reading.read(params(change)).metalearners["glyphs"]
    return measured.measured("glyphs", settings, records(**changes), curves(SCORES))


def regression(**changes: Any) -> measured.Measured:
    """Return the study of a regression, with changes."""
    settings = reading.read(params()).metalearners["waves"]
    return measured.measured("waves", settings, waves(**changes), curves(ERRORS))


def build(
    folder: Path, change: Callable[[dict[str, Any]], None] = lambda study: None, **changes: Any
) -> Path:
    """Write a whole workspace with both studies into `folder` and return it."""
    workspace.build(folder, lambda found: found.update(params(change)))
    for name, found, scores in (
        ("glyphs", records(**changes), SCORES), ("waves", waves(), ERRORS),
    ):  # fmt: skip
        out = folder / "results" / "metalearners" / name
        for stem, content in found.items():
            part = "learned" if stem in measured.LEARNED else "evaluation"
            results.write(content, out / part / f"{stem}.json")
        tables.write(curves(scores), out / "learned" / "curves.parquet")
    return folder
