"""The stages of meta-learners on a family of a few small tasks: files in, files out."""

import json
from pathlib import Path

import pandas as pd
import pytest
import yaml

from stages import episodes, evaluate_metalearner, metalearn
from tests.metalearning import small_studies as small
from trunkline.artifacts import metalearners, results, tables

ROOT = Path("params.yaml").resolve().parent
STUDY = {
    "title": "Lines",
    "dataset": "sinusoids",
    "repeats": 1,
    "inputs": {"columns": ["x"], "scale": "none"},
    "episodes": {
        "target": "y", "kind": "regression", "group": "task", "shots": 4, "queries": 8,
        "train": 20, "validation": 6, "test": 8,
    },
    "network": {"widths": [8]},
    "training": {"epochs": 2, "patience": 2},
    "pretraining": {"epochs": 2, "patience": 2},
    "methods": {"r2d2": {}},
    "arms": {
        "scratch": {"rates": [0.01], "steps": [2]}, "fine_tune": None, "linear_probe": None,
    },
    "evaluate": {"resamples": 100},
}  # fmt: skip
PARTS = {"train": (12, 0), "validation": (4, 100), "test": (5, 200)}


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Path]:
    """Return the parts of a project with one small study."""
    parameters = yaml.safe_load((ROOT / "params.yaml").read_text(encoding="utf-8"))
    parameters |= {"studies": {}, "recommenders": {}, "metalearners": {"lines": STUDY}}
    (tmp_path / "params.yaml").write_text(json.dumps(parameters), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    paths = {part: Path(f"data/{part}.parquet") for part in PARTS}
    for part, path in paths.items():
        tables.write(small.lines(*PARTS[part]), path)
    return paths


def test_a_study_goes_through_all_stages(project: dict[str, Path]) -> None:
    """Counts; models, runs, curves and choices; every record, metrics, the curve of adaptation."""
    models, learned = Path("models/lines"), Path("results/learned")
    known = {part: project[part] for part in ("train", "validation")}
    counts = Path("results/episodes.json")
    episodes.main(study="lines", **project, result=counts)
    metalearn.main(study="lines", **known, episodes=counts, models=models, result=learned)
    assert {path.name for path in learned.iterdir()} == {
        "runs.json", "curves.parquet", "chosen.json",
    }  # fmt: skip
    assert list(metalearners.read(models)) == ["r2d2"]
    encoder, told = metalearners.read_encoder(models)
    assert encoder.columns == ("x",)
    assert told["classes"] is None
    evaluate_metalearner.main(
        study="lines", **project, models=models, learned=learned, result=Path("results/judged"),
        metrics=Path("metrics.json"), adaptation=Path("adaptation.csv"),
    )  # fmt: skip
    assert {path.name for path in Path("results/judged").iterdir()} == {
        "facts.json", "estimates.json", "comparisons.json", "adaptation.json", "adapted.json",
        "embeddings.json",
    }  # fmt: skip
    assert results.read(Path("metrics.json")).keys() == {"nearest_neighbour", "scratch", "r2d2"}
    curve = pd.read_csv("adaptation.csv")  # as DVC reads it
    assert curve.columns.tolist() == ["arm", "steps", "value", "low", "high"]
    assert results.read(Path("results/judged/comparisons.json"))[0]["baseline"] == "scratch"
