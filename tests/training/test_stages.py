"""The training stages hand over by files, to the same bytes, and name what does not fit."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
import yaml

from stages import evaluate, finetune, multitask, pretrain, tune
from trunkline.artifacts import results, tables

Frames = Callable[..., pd.DataFrame]
LETTER = {"kind": "multiclass", "target": "kind", "classes": ["a", "b", "c"]}
STUDY = {
    "title": "A study",
    "dataset": "table",
    "repeats": 2,
    "inputs": {"columns": ["feature_*"]},
    "tasks": {
        "source": {**LETTER, "where": {"domain": ["source"]}},
        "letter": {**LETTER, "where": {"domain": ["target"]}},
        "flag": {"kind": "binary", "target": "flag", "positive": [1]},
        "amount": {"kind": "regression", "target": "amount"},
    },
    "network": {"widths": [5]},
    "training": {"learning_rate": 0.02, "batch_size": 8, "epochs": 4},
    "evaluate": {"resamples": 199},
}
TRANSFER = {
    "pretrain": {"task": "source"},
    "finetune": {
        "tasks": ["letter"], "budgets": [1, 5], "strategies": {"linear_probe": {}, "lp_ft": {}},
    },
}  # fmt: skip
SOURCE = {"pretrain": {"task": "source"}}
UNLABELLED = SOURCE | {
    "finetune": {
        "tasks": ["letter"],
        "budgets": [1],
        "strategies": {"rehearsal": {}},
        "adapt": {"tasks": ["letter"], "epochs": 2, "methods": {"coral": {}, "mcc": {}}},
    },
}
MEASURED = SOURCE | {  # what these look at is measured with the source, and lies beside its weights
    "finetune": {
        "tasks": ["letter"],
        "budgets": [2],
        "strategies": {"ewc": {}, "lwf": {}, "co_tuning": {}},
    },
}
ALONE = SOURCE | {"finetune": {"adapt": {"tasks": ["letter"], "epochs": 2, "methods": {"dan": {}}}}}
MAPPED = {
    "pretrain": {"task": "source", "inputs": {"columns": ["feature_0", "feature_1"]}},
    "finetune": {
        "tasks": ["letter"],
        "budgets": [5],
        "strategies": {"feature_map": {"source_epochs": 1}},
    },
}
JOINT = {"multitask": {"tasks": ["flag", "amount"], "rows": 20}}

SEARCH = {
    "tune": {
        "trials": 3,
        "space": {
            "learning_rate": {"low": 0.001, "high": 0.5, "log": True},
            "l2": {"low": 0.0, "high": 0.1},
        },
        "strategies": {"lp_ft": {"rate": {"low": 0.1, "high": 1}}},
        "repeats": 1,
        "budgets": [5],
    }
}

SEARCH_MAP = {
    "tune": {
        "trials": 2,
        "space": {"learning_rate": {"low": 0.001, "high": 0.5, "log": True}},
        "strategies": {"feature_map": {"mu": {"low": 0, "high": 1}}},
        "repeats": 1,
    }
}


def run(study: str, train: Path, test: Path, out: Path) -> None:
    """Run the five stages as dvc.yaml does, into a folder."""
    pretrain.main(
        study=study, train=train, validation=test, models=out / "trunks", result=out / "pretrain",
        curves=out / "pretrain.csv",
    )  # fmt: skip
    tune.main(
        study=study, train=train, validation=test, pretrained=out / "trunks",
        source=out / "pretrain", trials=out / "trials.parquet", chosen=out / "chosen.json",
    )  # fmt: skip
    finetune.main(
        study=study, train=train, pretrained=out / "trunks", source=out / "pretrain",
        chosen=out / "chosen.json", models=out / "tuned", result=out / "finetune",
        curves=out / "finetune.csv",
    )  # fmt: skip
    multitask.main(
        study=study, train=train, chosen=out / "chosen.json", models=out / "joint",
        result=out / "multitask", curves=out / "multitask.csv",
    )  # fmt: skip
    judge(study, test, out)


def judge(study: str, test: Path, out: Path) -> None:
    """Run the last of the five stages."""
    evaluate.main(
        study=study, test=test, finetuned=out / "tuned", measures=out / "finetune",
        multitask=out / "joint", result=out / "evaluation", metrics=out / "metrics.json",
        budgets=out / "budgets.csv",
    )  # fmt: skip


def contents(folder: Path) -> dict[Path, bytes]:
    """Return every file below a folder."""
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder): path.read_bytes() for path in files}


@pytest.fixture
def rows(
    plain: None, make_frame: Frames, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> tuple[Path, Path]:
    """Return training and test rows beside a params.yaml with studies of each sort."""
    parameters = {
        "seed": 7,
        "runtime": {},
        "datasets": {"table": {"source": {"kind": "latent"}, "title": "A table"}},
        "studies": {
            "both": STUDY | TRANSFER | JOINT,
            "transfer": STUDY | TRANSFER,
            "joint": STUDY | JOINT,
            "unlabelled": STUDY | UNLABELLED,
            "alone": STUDY | ALONE,
            "measured": STUDY | MEASURED,
            "mapped": STUDY | MAPPED | SEARCH_MAP,
            "searched": STUDY | TRANSFER | JOINT | SEARCH,
        },
    }
    (tmp_path / "params.yaml").write_text(yaml.safe_dump(parameters), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    tables.write(make_frame(60), tmp_path / "train.parquet")
    tables.write(make_frame(30, seed=2), tmp_path / "test.parquet")
    return tmp_path / "train.parquet", tmp_path / "test.parquet"


def test_a_study_from_rows_to_verdicts(rows: tuple[Path, Path], tmp_path: Path) -> None:
    """Everything the report reads is there, and judging again writes the same bytes."""
    run("both", *rows, tmp_path / "one")
    one = contents(tmp_path / "one")
    judge("both", rows[1], tmp_path / "one")
    assert one == contents(tmp_path / "one")
    evaluation = {path.name for path in one if path.parent == Path("evaluation")}
    assert evaluation == {
        "scores.parquet", "confusion.parquet", "estimates.json", "comparisons.json", "tasks.json",
        "transferability.json", "rivals.json",
    }  # fmt: skip
    metrics = results.read(tmp_path / "one" / "metrics.json")
    assert {task: sorted(arms) for task, arms in metrics.items()} == {
        "letter": ["linear_probe", "lp_ft"], "flag": ["joint"], "amount": ["joint"],
    }  # fmt: skip
    assert sorted(metrics["letter"]["lp_ft"]) == ["1", "5"]
    curve = tables.read_csv(tmp_path / "one" / "budgets.csv")
    assert curve["budget"].tolist() == [1, 5] * 3
    assert b"nan" not in one[Path("finetune.csv")].lower()


@pytest.mark.parametrize(
    ("study", "tasks"), [("transfer", {"letter"}), ("joint", {"flag", "amount"})]
)
def test_a_study_of_one_part(
    rows: tuple[Path, Path], tmp_path: Path, study: str, tasks: set[str]
) -> None:
    """A study without joint tasks, or without transfer, runs through all stages."""
    run(study, *rows, tmp_path / "out")
    assert set(results.read(tmp_path / "out" / "metrics.json")) == tasks
    assert set(tables.read(tmp_path / "out" / "evaluation" / "scores.parquet")["task"]) == tasks


@pytest.mark.parametrize(
    ("study", "arms"),
    [
        ("unlabelled", {"rehearsal": ["1"], "coral": ["0"], "mcc": ["0"]}),
        ("alone", {"dan": ["0"]}),
        ("measured", {"co_tuning": ["2"], "ewc": ["2"], "lwf": ["2"]}),
        ("mapped", {"feature_map": ["5"]}),
    ],
)
def test_a_study_of_two_tables(
    rows: tuple[Path, Path], tmp_path: Path, study: str, arms: dict[str, list[str]]
) -> None:
    """The source's rows, or what was measured on them; no labels of the target; other inputs."""
    run(study, *rows, tmp_path / "out")
    found = results.read(tmp_path / "out" / "metrics.json")["letter"]
    assert {arm: list(budgets) for arm, budgets in found.items()} == arms
    compared = results.read(tmp_path / "out" / "evaluation" / "comparisons.json")
    baselines = {row["arm"]: row["baseline"] for row in compared}
    expected = {arm: "source_only" if "0" in of else "scratch" for arm, of in arms.items()}
    assert baselines == expected
    described = results.read(tmp_path / "out" / "tuned" / "architecture.json")
    assert ("source" in described) == (study == "mapped")
    if study == "mapped":
        trials = tables.read(tmp_path / "out" / "trials.parquet")
        assert trials.groupby("arm").size().to_dict() == {"scratch": 2, "feature_map": 2}
        columns = [entry["name"] for entry in described["source"]["encoder"]["columns"]]
        assert columns == ["feature_0", "feature_1"]


@pytest.mark.parametrize("part", ["transfer", "joint"])
def test_a_diverged_loss_leaves_nothing_behind(
    rows: tuple[Path, Path], tmp_path: Path, part: str
) -> None:
    """It stops the stage with task, step and repeat; no output is there, whole or half."""
    train, test = rows
    text = (tmp_path / "params.yaml").read_text(encoding="utf-8")
    wild = text.replace("learning_rate: 0.02", "learning_rate: 1.0e+30").replace(
        "batch_size: 8", "optimizer: sgd\n      batch_size: 8"
    )
    (tmp_path / "params.yaml").write_text(wild, encoding="utf-8")
    out = tmp_path / "out"
    results.write([], tmp_path / "chosen.json")
    if part == "joint":
        message = r"joint joint all, repeat 0: the loss is not finite after epoch \d.*; the first "
        message += r"such loss is that of task '(flag|amount)' at step \d+ of epoch \d+$"
        with pytest.raises(ValueError, match=message):
            multitask.main(
                study="joint", train=train, chosen=tmp_path / "chosen.json",
                models=out / "joint", result=out / "multitask", curves=out / "multitask.csv",
            )  # fmt: skip
    else:
        message = r"transfer source, all labels, repeat 0: the loss is not finite.* at step \d+ of"
        with pytest.raises(ValueError, match=message):
            pretrain.main(
                study="transfer", train=train, validation=test, models=out / "trunks",
                result=out / "pretrain", curves=out / "pretrain.csv",
            )  # fmt: skip
    assert not out.exists()


ARMS = {
    *(("transfer", "letter", arm, 5) for arm in ("scratch", "linear_probe", "lp_ft")),
    ("multitask", "all", "joint", 20),
    *(("multitask", task, "alone", 20) for task in ("flag", "amount")),
}
PLACE = ["part", "task", "arm", "budget"]


def test_every_arm_has_the_same_number_of_trials(rows: tuple[Path, Path], tmp_path: Path) -> None:
    """Counted in the artifact: scratch, each strategy, joint training and each task alone.

    The first trial is the stated one, the chosen one has the least loss, and what it chose trains
    each arm with every budget; a second search writes the same bytes.
    """
    out, again = tmp_path / "out", tmp_path / "again"
    run("searched", *rows, out)
    trials = tables.read(out / "trials.parquet")
    assert trials.groupby(PLACE).size().to_dict() == dict.fromkeys(ARMS, 3)
    stated = trials[trials["trial"] == 0]
    assert (stated["learning_rate"] == 0.02).all()
    assert (stated["l2"] == 0).all()
    own = trials["arm"] == "lp_ft"
    assert trials.loc[own & (trials["trial"] == 0), "rate"].tolist() == [0.5]
    assert trials.loc[~own, "rate"].isna().all()
    assert trials.loc[own, "rate"].nunique() == 3
    best = trials.loc[trials.groupby(PLACE)["validation_loss"].idxmin()].sort_index()
    assert trials[trials["chosen"]].equals(best)
    assert (trials["trial"] * trials["chosen"]).any(), "no arm chose another trial than the stated"
    chosen = results.read(out / "chosen.json")
    places = {tuple(entry[name] for name in PLACE) for entry in chosen}
    small = {(part, task, arm, 1) for part, task, arm, _ in ARMS if part == "transfer"}
    assert places == ARMS | small
    tune.main(
        study="searched", train=rows[0], validation=rows[1], pretrained=out / "trunks",
        source=out / "pretrain", trials=again / "trials.parquet", chosen=again / "chosen.json",
    )  # fmt: skip
    for name in ("trials.parquet", "chosen.json"):
        assert (again / name).read_bytes() == (out / name).read_bytes()


def test_a_study_without_a_search_costs_a_second() -> None:
    """Neither TensorFlow nor Optuna is imported before there is something to search."""
    code = "import stages.tune, sys; print({'tensorflow', 'keras', 'optuna'} & {*sys.modules})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)
    assert done.stdout == "set()\n"


def test_chosen_values_that_are_the_stated_ones_change_no_byte(
    rows: tuple[Path, Path], tmp_path: Path
) -> None:
    """A search of one trial chooses what is stated: all that other stages write stays the same."""
    run("both", *rows, tmp_path / "one")
    parameters = yaml.safe_load((tmp_path / "params.yaml").read_text(encoding="utf-8"))
    parameters["studies"]["both"] |= {"tune": SEARCH["tune"] | {"trials": 1}}
    (tmp_path / "params.yaml").write_text(yaml.safe_dump(parameters), encoding="utf-8")
    run("both", *rows, tmp_path / "two")
    one, two = contents(tmp_path / "one"), contents(tmp_path / "two")
    assert {path.name for path in one if one[path] != two[path]} == {
        "trials.parquet",
        "chosen.json",
    }
    chosen = results.read(tmp_path / "two" / "chosen.json")
    assert {entry["values"]["learning_rate"] for entry in chosen} == {0.02}
    assert len(chosen) == 9
