"""Tasks of four kinds, with rows, weights and holes of their own, through all stages."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import yaml

from stages import _findings, _parameters, evaluate, finetune, multitask, pretrain
from trunkline.artifacts import results, tables
from trunkline.reports import chapters
from trunkline.settings.study import (
    Finetune,
    Inputs,
    Multitask,
    Network,
    Pretrain,
    Question,
    Task,
    Training,
)
from trunkline.training import inputs, pretraining, transfer
from trunkline.training import multitask as joint_training
from trunkline.training.records import Key, Trained

TASKS: dict[str, dict[str, Any]] = {
    "source": {"kind": "multilabel", "targets": ["big", "odd"], "where": {"domain": ["source"]}},
    "tags": {
        "kind": "multilabel", "targets": ["big", "odd", "rare"], "where": {"domain": ["target"]},
        "class_weight": "balanced",
    },
    "sick": {
        "kind": "binary", "target": "sick", "positive": [1], "sample_weight": "count",
        "class_weight": {"yes": 3},
    },
    "letter": {"kind": "multiclass", "target": "letter", "classes": ["a", "b", "c"]},
    "amount": {"kind": "regression", "target": "amount", "where": {"domain": ["source"]}},
}  # fmt: skip
ROWS = {"tags": 40, "sick": 30, "letter": 25, "amount": 50}
STUDY: dict[str, Any] = {
    "title": "Four kinds", "dataset": "table", "repeats": 2,
    "inputs": {"columns": ["feature_*"]},
    "tasks": TASKS,
    "network": {"widths": [6]},
    "training": {"learning_rate": 0.02, "batch_size": 8, "epochs": 4},
    "evaluate": {"resamples": 199},
    "pretrain": {"task": "source"},
    "finetune": {"tasks": ["tags"], "budgets": [3, 20], "strategies": {"fine_tune": {}}},
    "multitask": {
        "tasks": ["tags", "sick", "letter", "amount"], "rows": ROWS, "temperature": 3,
        "balancers": {"dwa": {}, "pcgrad": {}},
    },
}  # fmt: skip


def frame(rows: int, seed: int = 1) -> pd.DataFrame:
    """Return a table of all kinds of labels, a fifth of some of them missing."""
    rng = np.random.Generator(np.random.PCG64(seed))
    x = rng.normal(size=(rows, 4))
    made = pd.DataFrame(x, columns=[f"feature_{n}" for n in range(4)])
    made.insert(0, "row_id", [f"{seed}-{n}" for n in range(rows)])
    made["big"] = (x[:, 0] > 0).astype(float)
    made["odd"] = (x[:, 1] > 0).astype(float)
    made["rare"] = (x[:, 2] > 0.5).astype(float)
    made["sick"] = (x[:, 3] > 0.3).astype(float)
    for column in ("big", "rare", "sick"):
        made.loc[rng.random(rows) < 0.2, column] = np.nan
    made["letter"] = np.array(["a", "b", "c"])[np.arange(rows) % 3]
    made["amount"] = 50 + 10 * x[:, 0]
    made["count"] = rng.integers(1, 4, size=rows)
    made["domain"] = np.where(np.arange(rows) // 3 % 2, "source", "target")
    return made


def question(**changes: object) -> Question:
    """Return the joint part of the study, its options as given."""
    tasks = {
        name: Task(
            **{key: tuple(v) if isinstance(v, list) else v for key, v in options.items()}
        )
        for name, options in TASKS.items()
    }  # fmt: skip
    for name, task in tasks.items():
        where = {column: tuple(values) for column, values in task.where.items()}
        tasks[name] = replace(task, where=where)
    joint = Multitask(**{"tasks": tuple(ROWS), "rows": ROWS, **changes})  # type: ignore[arg-type]  # by name
    return Question(
        inputs=Inputs(columns=("feature_*",)), tasks=tasks, repeats=2, multitask=joint,
        network=Network(widths=(6,)),
        training=Training(learning_rate=0.02, batch_size=8, epochs=4),
    )  # fmt: skip


def trained(rows: pd.DataFrame, study: Question) -> Trained:
    """Return the joint part of a study."""
    encoder = inputs.fit(rows, study.inputs)
    return joint_training.train(rows, encoder, study, name="s", seed=7)


def test_from_rows_to_the_report(
    plain: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All stages run, each task is scored by the metrics of its kind, and the page can tell it."""
    parameters = {
        "seed": 7, "runtime": {},
        "datasets": {"table": {"source": {"kind": "latent"}, "title": "A table"}},
        "studies": {"mixed": STUDY},
    }  # fmt: skip
    (tmp_path / "params.yaml").write_text(yaml.safe_dump(parameters), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    train, test, out = tmp_path / "train.parquet", tmp_path / "test.parquet", tmp_path / "out"
    tables.write(frame(240), train)
    tables.write(frame(90, seed=2).drop(columns="count"), test)
    pretrain.main(
        study="mixed", train=train, validation=train, models=out / "trunks",
        result=out / "pretrain", curves=out / "pretrain.csv",
    )  # fmt: skip
    results.write([], out / "chosen.json")
    finetune.main(
        study="mixed", train=train, pretrained=out / "trunks", source=out / "pretrain",
        chosen=out / "chosen.json", models=out / "tuned", result=out / "finetune",
        curves=out / "finetune.csv",
    )  # fmt: skip
    multitask.main(
        study="mixed", train=train, chosen=out / "chosen.json", models=out / "joint",
        result=out / "multitask", curves=out / "multitask.csv",
    )  # fmt: skip
    evaluate.main(
        study="mixed", test=test, finetuned=out / "tuned", measures=out / "finetune",
        multitask=out / "joint", result=out / "evaluation", metrics=out / "metrics.json",
        budgets=out / "budgets.csv",
    )  # fmt: skip
    scores = tables.read(out / "evaluation" / "scores.parquet")
    joint = scores[scores["part"] == "multitask"]
    assert joint.groupby("task")["budget"].unique().map(list).to_dict() == {
        task: [rows] for task, rows in ROWS.items()
    }
    assert set(joint["arm"]) == {"alone", "joint", "dwa", "pcgrad"}
    assert set(scores.loc[scores["task"] == "tags", "metric"]) == {
        "macro_average_precision", "macro_f1", "micro_average_precision", "log_loss",
    }  # fmt: skip
    confusion = tables.read(out / "evaluation" / "confusion.parquet")
    assert set(confusion["task"]) == {"sick", "letter"}
    settings = _parameters.load().studies["mixed"]
    found = chapters.chapter(_findings.study("mixed", settings, out / "evaluation", out), (), {})
    text = repr(found)
    assert "mean average precision" in text
    assert "With 20 labelled rows" in text
    assert "With 25 labelled rows" in text


def test_each_task_sees_its_own_rows(plain: None) -> None:
    """Alone a task trains on so many rows as it asks for, and jointly on all of them."""
    runs = trained(frame(240), question()).runs
    alone = runs[runs["arm"] == "alone"].set_index("task")
    asked = pd.Series(ROWS)
    assert (alone["train_rows"] + alone["held_rows"] == asked[alone.index]).all()
    assert (alone["held_rows"] >= 1).all()
    joint = runs[runs["arm"] == "joint"]
    assert (joint["budget"] == sum(ROWS.values())).all()
    assert (joint["train_rows"] <= sum(ROWS.values())).all()


def test_a_task_on_separate_rows_does_not_know_the_others(plain: None) -> None:
    """Other labels of one task's rows leave the other tasks alone as they were."""
    rows = frame(240)
    study = question(tasks=("tags", "amount"), rows={"tags": 40, "amount": 50})
    one = trained(rows, study)
    two = trained(rows.assign(amount=rows["amount"].to_numpy()[::-1]), study)
    key = Key("tags", "alone", 40)
    for name, array in one.models[key].items():
        np.testing.assert_array_equal(two.models[key][name], array)
    kernel = "trunk/dense_0/kernel"
    changed = Key("amount", "alone", 50)
    assert (two.models[changed][kernel] != one.models[changed][kernel]).any()


def test_temperature_moves_the_joint_network_alone(plain: None) -> None:
    """Each task alone keeps its bits; tasks of one size keep those of the joint network too."""
    rows, tasks = frame(240), ("tags", "amount")

    def arms(sizes: tuple[int, int], temperature: float) -> Trained:
        asked = dict(zip(tasks, sizes, strict=True))
        return trained(rows, question(tasks=tasks, rows=asked, temperature=temperature))

    plainly, evenly = arms((60, 20), 1.0), arms((60, 20), 5.0)
    kernel = "trunk/dense_0/kernel"
    for key in plainly.models:
        same = (plainly.models[key][kernel] == evenly.models[key][kernel]).all()
        assert same == (key.arm == "alone")
    equal = Key("all", "joint", 60)
    first, second = arms((30, 30), 1.0).models[equal], arms((30, 30), 5.0).models[equal]
    np.testing.assert_array_equal(first[kernel], second[kernel])


def test_weights_change_the_loss_not_the_rows(plain: None) -> None:
    """Without weights other networks come out of the same rows."""
    rows, study = frame(240), question()
    bare = {
        name: replace(task, class_weight=None, sample_weight="")
        for name, task in study.tasks.items()
    }
    one, two = trained(rows, study), trained(rows, replace(study, tasks=bare))
    assert (one.runs["train_rows"] == two.runs["train_rows"]).all()
    for task, changed in (("tags", True), ("sick", True), ("letter", False), ("amount", False)):
        key, name = Key(task, "alone", ROWS[task]), "trunk/dense_0/kernel"
        assert (one.models[key][name] != two.models[key][name]).any() == changed


Change = Callable[[pd.DataFrame], pd.DataFrame]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda f: f.assign(sick=np.nan), "task 'sick' has no row with a label in column 'sick'"),
        (
            lambda f: f.assign(letter=f["letter"].replace("c", "a")),
            "task 'letter': class 'c' has no row in column 'letter'",
        ),
        (
            lambda f: f.assign(letter=f["letter"].where(f["letter"] != "c")),
            "task 'letter': class 'c' has no row in column 'letter'",
        ),
        (
            lambda f: f.assign(sick=f["sick"].where(f["sick"] == 1)),
            "task 'sick': every row is positive: a binary task needs both",
        ),
        (
            lambda f: f.assign(rare=f["rare"].where(f["rare"] == 1)),
            "task 'tags': label 'rare' is 1 in every row that has it",
        ),
        (
            lambda f: f.assign(rare=(np.arange(len(f)) == 0).astype(float)),
            "task 'tags' has no row of label 'rare' = 1 among the .* training rows that repeat 0",
        ),
        (lambda f: f.assign(count=-1), "task 'sick': sample_weight 'count' of .* rows with a lab"),
        (lambda f: f.assign(count=np.nan), "'count' of .* missing or infinite .such as nan"),
        (lambda f: f.drop(columns="count"), "task 'sick' expects a column 'count'"),
    ],
)
def test_bad_input_stops_before_anything_is_trained(change: Change, message: str) -> None:
    """Labels missing altogether or in a whole class, and wrong weights, name task and column."""
    with pytest.raises(ValueError, match=message):
        trained(change(frame(240)), question())


def test_weights_count_in_both_parts_of_a_transfer(plain: None) -> None:
    """The source, and the target from scratch, become other networks; the rows stay the same."""
    rows, study = frame(120), question()
    weighed = {"count": 3.0 - (np.arange(len(rows)) % 3)}
    rows = rows.assign(**weighed)
    found = []
    for column in ("count", ""):
        tasks = {
            "source": replace(study.tasks["source"], sample_weight=column),
            "tags": replace(study.tasks["tags"], class_weight=None, sample_weight=column),
        }
        part = replace(
            study, tasks=tasks, pretrain=Pretrain(task="source"), multitask=Multitask(),
            finetune=Finetune(tasks=("tags",), budgets=(10,)),
        )  # fmt: skip
        given = pretraining.pretrain(rows, rows.head(30), part, name="s", seed=7)
        (source,) = given.trained.models.values()
        epochs, encoder = given.epochs_by_budget, given.encoder
        tuned = transfer.finetune(rows, source, encoder, epochs, part, name="s", seed=7)
        found.append((source, tuned.models[Key("tags", "scratch", 10)], tuned.runs["train_rows"]))
    (one, first, count), (two, second, other) = found
    assert (one["trunk/dense_0/kernel"] != two["trunk/dense_0/kernel"]).any()
    assert (first["trunk/dense_0/kernel"] != second["trunk/dense_0/kernel"]).any()
    assert count.tolist() == other.tolist() == [8, 8]
