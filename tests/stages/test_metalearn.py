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


MODELS, LEARNED, JUDGED = Path("models/lines"), Path("results/learned"), Path("results/judged")


def run(project: dict[str, Path]) -> None:
    """Run the stages of a study, one after the other."""
    known = {part: project[part] for part in ("train", "validation")}
    counts = Path("results/episodes.json")
    episodes.main(study="lines", **project, result=counts)
    metalearn.main(study="lines", **known, episodes=counts, models=MODELS, result=LEARNED)
    evaluate_metalearner.main(
        study="lines", **project, models=MODELS, learned=LEARNED, result=JUDGED,
        metrics=Path("metrics.json"), adaptation=Path("adaptation.csv"),
    )  # fmt: skip


def test_a_study_goes_through_all_stages(project: dict[str, Path]) -> None:
    """Counts; models, runs, curves and choices; every record, metrics, the curve of adaptation."""
    run(project)
    assert {path.name for path in LEARNED.iterdir()} == {
        "runs.json", "curves.parquet", "chosen.json",
    }  # fmt: skip
    assert list(metalearners.read(MODELS)) == ["r2d2"]
    encoder, told = metalearners.read_encoder(MODELS)
    assert encoder.columns == ("x",)
    assert told["classes"] is None
    assert {path.name for path in JUDGED.iterdir()} == {
        "facts.json", "estimates.json", "comparisons.json", "adaptation.json", "adapted.json",
        "embeddings.json",
    }  # fmt: skip
    assert results.read(Path("metrics.json")).keys() == {"nearest_neighbour", "scratch", "r2d2"}
    curve = pd.read_csv("adaptation.csv")  # as DVC reads it
    assert curve.columns.tolist() == ["arm", "steps", "value", "low", "high"]
    assert results.read(JUDGED / "comparisons.json")[0]["baseline"] == "scratch"


@pytest.mark.parametrize(("part", "called"), [("train", "training"), ("test", "test")])
def test_rows_without_a_number_are_told_with_their_place(
    project: dict[str, Path], part: str, called: str
) -> None:
    """The numbers of a regression are first read where they are learned, or judged."""
    frame = tables.read(project[part])
    tables.write(frame.assign(y=frame["y"].where(frame.index > 0)), project[part])
    place = r"^params\.yaml: metalearners\.lines\.episodes\.target: "
    with pytest.raises(ValueError, match=rf"{place}1 of \d+ {called} rows have no value of 'y'"):
        run(project)
    assert MODELS.exists() == (part == "test")
    assert not JUDGED.exists()
