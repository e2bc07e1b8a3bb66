"""Parts that episodes cannot be drawn from are told before anything is trained."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow.parquet as pq
import pytest
import yaml

from stages import episodes, metalearn
from tests.metalearning import small_studies as small
from trunkline.artifacts import results, tables

ROOT = Path("params.yaml").resolve().parent
COUNTS = Path("results/episodes.json")
PARTS = {"train": (12, 0), "validation": (8, 40), "test": (12, 80)}
BLOBS: dict[str, Any] = {
    "title": "Blobs",
    "dataset": "sinusoids",
    "inputs": {"columns": ["f0", "f1", "f2", "f3"]},
    "episodes": {"target": "kind", "parent": "family", "ways": 3, "shots": 2, "queries": 4},
    "methods": {"prototypes": {}},
}
LINES: dict[str, Any] = {
    "title": "Lines",
    "dataset": "sinusoids",
    "inputs": {"columns": ["x"]},
    "episodes": {
        "target": "y", "kind": "regression", "group": "task", "shots": 4, "queries": 8,
    },
    "methods": {"r2d2": {}},
}  # fmt: skip
Project = Callable[..., dict[str, Path]]


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    """Return what writes params.yaml with one study, and its parts."""
    parameters = yaml.safe_load((ROOT / "params.yaml").read_text(encoding="utf-8"))
    source = {"title": "Own", "source": {"kind": "csv", "path": "own.csv"}}
    parameters["datasets"]["sinusoids"] = source | {"split": {"column": "part", "values": {
        "train": ["a"], "validation": ["b"], "test": ["c"],
    }}}  # fmt: skip
    parameters |= {"studies": {}, "recommenders": {}}
    monkeypatch.chdir(tmp_path)

    def write(study: dict[str, Any], **changed: pd.DataFrame) -> dict[str, Path]:
        told = parameters | {"metalearners": {"small": study}}
        Path("params.yaml").write_text(json.dumps(told), encoding="utf-8")
        made = small.lines if "kind" in study["episodes"] else small.blobs
        paths = {part: Path(f"data/{part}.parquet") for part in PARTS}
        for part, path in paths.items():
            tables.write(changed.get(part, made(*PARTS[part])), path)
        return paths

    return write


def test_what_each_part_has_is_counted(project: Project) -> None:
    """Rows, classes and parents; what episodes are drawn from, and what intervals are over."""
    study = BLOBS | {"episodes": BLOBS["episodes"] | {"rare": "leave_out"}}
    test = small.blobs(12, 80)
    lone = test["family"].ne("family 20") | test["kind"].eq("class 80")
    episodes.main(study="small", **project(study, test=test[lone]), result=COUNTS)
    found = results.read(COUNTS)
    assert found["training"] == {
        "rows": 144, "classes": 12, "groups": None, "parents": 3, "tasks": 12, "clusters": 3,
    }  # fmt: skip
    assert found["test"] == {
        "rows": 108, "classes": 9, "groups": None, "parents": 3, "tasks": 8, "clusters": 2,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("study", "keys"), [(BLOBS, {"kind", "family"}), (LINES, {"task"})], ids=["classes", "numbers"]
)
def test_only_columns_that_name_tasks_are_read(
    project: Project, monkeypatch: pytest.MonkeyPatch, study: dict[str, Any], keys: set[str]
) -> None:
    """Of no part an input is looked at; nor are the numbers of a regression."""
    read, whole = set[str](), pq.ParquetFile.read_row_group

    def spy(file: pq.ParquetFile, number: int, *, columns: list[str], use_threads: bool) -> Any:
        read.update(columns)
        return whole(file, number, columns=columns, use_threads=use_threads)

    paths = project(study)
    monkeypatch.setattr(pq.ParquetFile, "read_row_group", spy)
    for name in ("read", "read_row_groups", "iter_batches"):
        monkeypatch.delattr(pq.ParquetFile, name)
    episodes.main(study="small", **paths, result=COUNTS)
    assert read == keys


@pytest.mark.parametrize(
    ("study", "test", "message"),
    [
        (
            BLOBS, small.blobs(2, 80),
            r"\.parent: in the test rows expected 3 classes for `ways`, 'family' 'family 20' has 2",
        ),
        (BLOBS, small.blobs(12, 80)[::3], r"test rows expected 6 rows for 2 shots and 4 queries"),
        (BLOBS, small.blobs(12, 8), r"\.target: training and test rows share 'class 08', 'cl"),
        (
            BLOBS, small.blobs(12, 80).drop(columns="family"),
            r"\.parent: the test rows have no column 'family'; there are 'row_id', 'f0', ",
        ),
        (LINES, small.lines(3, 80)[::2], r"test rows expected 12 rows for 4 shots and 8 queries"),
        (LINES, small.lines(3, 10), r"\.group: training and test rows share 'task 010', 'task 0"),
        (
            LINES, small.lines(3, 80).drop(columns="y"),
            r"\.target: the test rows have no column 'y'; there are 'row_id', 'task', 'x'",
        ),
    ],
)  # fmt: skip
def test_a_test_that_cannot_be_drawn_is_told(
    project: Project, study: dict[str, Any], test: pd.DataFrame, message: str
) -> None:
    """With the place in params.yaml, by what the pools say of any part; nothing is written."""
    paths = project(study, test=test)
    place = r"^params\.yaml: metalearners\.small\.episodes"
    with pytest.raises(ValueError, match=f"{place}.*{message}"):
        episodes.main(study="small", **paths, result=COUNTS)
    assert not COUNTS.exists()


def test_turned_pictures_are_classes(project: Project) -> None:
    """In training; in other parts where that is asked."""
    asked = BLOBS["episodes"] | {"parent": None, "expand": ["rotate", "reflect"], "ways": 5}
    study = BLOBS | {
        "episodes": asked,
        "inputs": BLOBS["inputs"] | {"scale": "none", "shape": [2, 2, 1]},
    }
    few = {"train": small.blobs(2, 0), "validation": small.blobs(5, 40), "test": small.blobs(5, 80)}
    episodes.main(study="small", **project(study, **few), result=COUNTS)
    assert {part: one["tasks"] for part, one in results.read(COUNTS).items()} == {
        "training": 16, "validation": 5, "test": 5,
    }  # fmt: skip
    few["test"] = small.blobs(1, 80)
    with pytest.raises(ValueError, match="expected 5 classes or more in the test rows, there are "):
        episodes.main(study="small", **project(study, **few), result=COUNTS)
    study["episodes"] = asked | {"expand_test": True}
    episodes.main(study="small", **project(study, **few), result=COUNTS)
    assert results.read(COUNTS)["test"]["tasks"] == 8


def test_too_few_parents_for_an_interval_are_told(
    project: Project, caplog: pytest.LogCaptureFixture
) -> None:
    """How many it takes, and what to do; the study goes on."""
    episodes.main(study="small", **project(BLOBS), result=COUNTS)
    (record,) = caplog.records
    assert record.getMessage().startswith(
        "metalearners.small.episodes.parent: to show a difference among 6 comparisons at "
        "evaluate.alpha 0.05 takes 8 values of 'family' or more in the test rows, there are 3: "
    )


def test_nothing_is_trained_on_other_rows_than_were_counted(project: Project) -> None:
    """Where somebody runs stages by hand."""
    paths = project(LINES)
    episodes.main(study="small", **paths, result=COUNTS)
    tables.write(small.lines(11, 0), paths["train"])
    with pytest.raises(
        ValueError,
        match=r"^the training rows and what `episodes` counted differ in their rows: it counted "
        r"192, there are 176; they were not made together, run `dvc repro`",
    ):
        metalearn.main(
            study="small", train=paths["train"], validation=paths["validation"], episodes=COUNTS,
            models=Path("models"), result=Path("results"),
        )  # fmt: skip
    assert not Path("models").exists()


def test_the_stage_starts_without_tensorflow() -> None:
    """Which takes longer to start than all that it counts."""
    code = "import sys, stages.episodes; print({'keras', 'tensorflow'} & sys.modules.keys())"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, cwd=ROOT
    )
    assert done.stdout.strip() == "set()", done.stdout + done.stderr
