"""Entries that are valid alone but contradict each other."""

from collections.abc import Callable
from typing import Any

import pytest

from trunkline.settings import reading

STUDY = "studies.digits"
Changed = Callable[[str, object], dict[str, Any]]
SEVERAL = {"kind": "multilabel", "targets": ["a", "b"]}
HIGH = {"kind": "binary", "target": "digit", "positive": [9]}


@pytest.mark.parametrize(
    ("place", "value", "message"),
    [
        (
            f"{STUDY}.dataset",
            "digts",
            f"{STUDY}.dataset: unknown dataset 'digts'; did you mean 'digits'?",
        ),
        (
            f"{STUDY}.pretrain.task",
            "lo",
            f"{STUDY}.pretrain.task: unknown task 'lo'; did you mean 'low'?",
        ),
        (
            f"{STUDY}.finetune.tasks",
            ["hgh"],
            f"{STUDY}.finetune.tasks: unknown task 'hgh'; did you mean 'high'?",
        ),
        (
            f"{STUDY}.multitask.tasks",
            ["zzz", "odd"],
            f"{STUDY}.multitask.tasks: unknown task 'zzz'; there are 'low', 'high', 'ink', 'odd'",
        ),
        (
            f"{STUDY}.multitask.tasks",
            ["odd", "odd"],
            f"{STUDY}.multitask.tasks: expected each entry once, received 'odd' twice",
        ),
        (
            f"{STUDY}.multitask.tasks",
            ["odd"],
            f"{STUDY}.multitask.tasks: expected two tasks or more, or none, received one",
        ),
        (
            f"{STUDY}.finetune.strategies",
            {"stoch_norm": {}},
            f"{STUDY}.finetune.strategies.stoch_norm: it chooses between moments of batch "
            "normalisation, and there are none: set network.batch_norm to true, or leave it out",
        ),
        (
            f"{STUDY}.finetune.strategies",
            {"bss": {"smallest": 9}},
            f"{STUDY}.finetune.strategies.bss.smallest: expected a number of at most 8, received 9",
        ),
        (
            f"{STUDY}.multitask.balancers",
            {"pcgrd": {}},
            f"{STUDY}.multitask.balancers.pcgrd: unknown key; did you mean 'pcgrad'?",
        ),
        (
            f"{STUDY}.multitask.balancers",
            {"cagrad": {"c": 1.5}},
            f"{STUDY}.multitask.balancers.cagrad.c: expected a number less than 1, received 1.5",
        ),
        (
            f"{STUDY}.multitask.balancers",
            {"static": {}},
            f"{STUDY}.multitask.balancers.static.weights: missing; it has no default",
        ),
        (
            f"{STUDY}.multitask.balancers",
            {"static": {"weights": [1, 2, 3]}},
            f"{STUDY}.multitask.balancers.static.weights: expected a weight for each of the 2",
        ),
        (
            f"{STUDY}.multitask.balancers",
            {"static": {"weights": [0, 0]}},
            f"{STUDY}.multitask.balancers.static.weights: expected one above 0 at least, received",
        ),
        (
            f"{STUDY}.multitask",
            {"balancers": {"mgda": {}}},
            f"{STUDY}.multitask.balancers: 'mgda' has nothing to balance: name tasks in multitask",
        ),
        (
            f"{STUDY}.tasks.ink",
            {"kind": "regression"},
            f"{STUDY}.tasks.ink.target: missing: a regression task needs the column of its labels",
        ),
        (
            f"{STUDY}.tasks.ink.targets",
            ["a", "b"],
            f"{STUDY}.tasks.ink.targets: a regression task has one 'target': remove it",
        ),
        (
            f"{STUDY}.tasks.ink",
            SEVERAL | {"targets": ["a"]},
            f"{STUDY}.tasks.ink.targets: a multilabel task needs two columns or more, received 1",
        ),
        (
            f"{STUDY}.tasks.ink",
            SEVERAL | {"targets": ["a", "a"]},
            f"{STUDY}.tasks.ink.targets: expected each entry once, received 'a' twice",
        ),
        (
            f"{STUDY}.tasks.ink",
            SEVERAL | {"target": "a"},
            f"{STUDY}.tasks.ink.target: a multilabel task has 'targets', a column for each label",
        ),
        (
            f"{STUDY}.tasks.ink",
            SEVERAL | {"targets": ["a", "pixel_1"]},
            f"{STUDY}.inputs.columns: 'pixel_1' is a target: it would leak",
        ),
        (
            f"{STUDY}.tasks.ink",
            SEVERAL | {"positive": [1]},
            f"{STUDY}.tasks.ink.positive: a multilabel task has no 'positive': remove it",
        ),
        (
            f"{STUDY}.tasks.ink.class_weight",
            "balanced",
            f"{STUDY}.tasks.ink.class_weight: a regression has no classes to weigh: remove it, or",
        ),
        (
            f"{STUDY}.tasks.odd.class_weight",
            "even",
            f"{STUDY}.tasks.odd.class_weight: expected 'balanced', received 'even'",
        ),
        (
            f"{STUDY}.tasks.odd.class_weight",
            {"yess": 2},
            f"{STUDY}.tasks.odd.class_weight.yess: the task has no class of this name; did you me",
        ),
        (
            f"{STUDY}.tasks.low.class_weight",
            {"0": 2, "1": 0},
            f"{STUDY}.tasks.low.class_weight.1: expected a number greater than 0, received 0",
        ),
        (
            f"{STUDY}.tasks.low.class_weight",
            {0: 2},
            f"{STUDY}.tasks.low.class_weight: expected names as keys, received 0: quote it",
        ),
        (
            f"{STUDY}.tasks.ink.sample_weight",
            "ink",
            f"{STUDY}.tasks.ink.sample_weight: 'ink' is the target: name another column",
        ),
        (
            f"{STUDY}.multitask.rows",
            {"odd": 100},
            f"{STUDY}.multitask.rows: expected rows for each of multitask.tasks, received none for",
        ),
        (
            f"{STUDY}.multitask.rows",
            {"odd": 100, "ink": 4},
            f"{STUDY}.multitask.rows.ink: expected rows of which training.validation_share holds o",
        ),
        (
            f"{STUDY}.multitask.rows",
            {"odd": 100, "ink": 40, "ood": 9},
            f"{STUDY}.multitask.rows.ood: it is not among multitask.tasks; did you mean 'odd'?",
        ),
        (
            f"{STUDY}.multitask.rows",
            "many",
            f"{STUDY}.multitask.rows: expected a whole number, received 'many'",
        ),
        (
            f"{STUDY}.multitask.temperature",
            0.5,
            f"{STUDY}.multitask.temperature: expected a number of at least 1, received 0.5",
        ),
        (
            f"{STUDY}.tasks.high.positive",
            [],
            f"{STUDY}.tasks.high.positive: a binary task needs the labels that count as 1",
        ),
        (
            f"{STUDY}.tasks.high.classes",
            [1, 2],
            f"{STUDY}.tasks.high.classes: a binary task has no 'classes': remove it",
        ),
        (
            f"{STUDY}.tasks.low.classes",
            [1],
            f"{STUDY}.tasks.low.classes: a multiclass task needs two classes or more, received 1",
        ),
        (
            f"{STUDY}.tasks.low.classes",
            [1, 2, 1],
            f"{STUDY}.tasks.low.classes: expected each entry once, received 1 twice",
        ),
        (
            f"{STUDY}.tasks.ink.positive",
            [1],
            f"{STUDY}.tasks.ink.positive: a regression task has no 'positive': remove it",
        ),
        (
            f"{STUDY}.tasks.low.where.digit",
            [],
            f"{STUDY}.tasks.low.where.digit: expected values to select rows by, received none",
        ),
        (
            f"{STUDY}.inputs.shape",
            [64],
            f"{STUDY}.inputs.shape: a conv trunk needs [height, width, channels], received [64]",
        ),
        (
            f"{STUDY}.inputs.columns",
            ["pixel_*", "d*t"],
            f"{STUDY}.inputs.columns: 'digit' is a target: it would leak",
        ),
        (
            f"{STUDY}.multitask.rows",
            4,
            f"{STUDY}.multitask.rows: expected rows of which training.validation_share holds one "
            "back at least, received 4 x 0.2 = 0.8",
        ),
        (
            f"{STUDY}.inputs.columns",
            ["pixel_*", "digit"],
            f"{STUDY}.inputs.columns: 'digit' is a target: it would leak",
        ),
        (
            f"{STUDY}.pretrain.task",
            None,
            f"{STUDY}.pretrain.task: missing: finetune.tasks need a source task",
        ),
        (
            f"{STUDY}.finetune.tasks",
            [],
            f"{STUDY}.finetune.tasks: missing: nothing is transferred from 'low'",
        ),
        (
            f"{STUDY}.finetune.budgets",
            [],
            f"{STUDY}.finetune.budgets: missing: finetune.tasks need at least one label budget",
        ),
        (
            f"{STUDY}.finetune.budgets",
            [5, 1],
            f"{STUDY}.finetune.budgets: expected ascending budgets, each once, received [5, 1]",
        ),
        (
            f"{STUDY}.finetune.budgets",
            [5, 5],
            f"{STUDY}.finetune.budgets: expected ascending budgets, each once, received [5, 5]",
        ),
        (
            "datasets.digits.split",
            {"validation": 0.5, "test": 0.5},
            "datasets.digits.split: expected validation + test below 1, received 1: "
            "nothing is left to train on",
        ),
        (
            "datasets.digits.split",
            {"stratify": ["digit", "digit"]},
            "datasets.digits.split.stratify: expected each entry once, received 'digit' twice",
        ),
        (f"{STUDY}.tasks.Odd", HIGH, f"{STUDY}.tasks.Odd: expected small letters, digits and '_'"),
    ],
)
def test_a_contradiction_is_told_with_its_place(
    changed: Callable[[str, object], dict[str, Any]],
    problems: Callable[[object], list[str]],
    place: str,
    value: object,
    message: str,
) -> None:
    """Each contradiction gets a line: its place and what does not fit."""
    lines = problems(changed(place, value))
    assert any(line.startswith(f"params.yaml: {message}") for line in lines), lines


@pytest.mark.parametrize("name", ["../up", "", "1st", "a b", "ä", "Digits"])
def test_names_that_cannot_be_folders_are_refused(
    valid: dict[str, Any], problems: Callable[[object], list[str]], name: str
) -> None:
    """Names of datasets and studies become paths, so they hold small letters, digits and '_'."""
    valid["datasets"][name] = valid["datasets"]["made"]
    valid["studies"][name] = valid["studies"]["digits"]
    lines = problems(valid)
    assert [f"received {name!r}" in line for line in lines] == [True, True]


@pytest.mark.parametrize(
    "where",
    [{}, {"digit": [0, 1]}, {"digit": [1, 9]}, {"page": [1]}, {"digit": [0, 9], "page": [1]}],
)
def test_a_target_may_not_share_rows_with_the_source(
    changed: Callable[[str, object], dict[str, Any]],
    problems: Callable[[object], list[str]],
    where: dict[str, list[int]],
) -> None:
    """Rows are apart only where both tasks select different values of one column."""
    line = problems(changed(f"{STUDY}.tasks.high.where", where))[0]
    assert "'high' names rows that the source 'low' has learned: give both a 'where'" in line
    assert line.endswith("or learn them jointly, as multitask.tasks")


@pytest.mark.parametrize("where", [{"digit": [2]}, {"digit": [2, 3], "page": [1]}])
def test_a_target_with_rows_of_its_own_is_accepted(
    changed: Callable[[str, object], dict[str, Any]], where: dict[str, list[int]]
) -> None:
    """Different values of one column suffice."""
    assert reading.read(changed(f"{STUDY}.tasks.high.where", where))


def test_a_study_that_compares_nothing_is_refused(
    valid: dict[str, Any], problems: Callable[[object], list[str]]
) -> None:
    """A study needs tasks to transfer to or to learn jointly."""
    for part in ("pretrain", "finetune", "multitask"):
        valid["studies"]["digits"][part] = {}
    assert "studies.digits: compares nothing" in problems(valid)[0]


def test_a_task_of_weight_0_is_not_balanced(
    changed: Callable[[str, object], dict[str, Any]], problems: Callable[[object], list[str]]
) -> None:
    """Equal weights may leave a task out by its weight; a balancer would divide by nothing."""
    changed(f"{STUDY}.tasks.ink.weight", 0)
    reading.read(changed(f"{STUDY}.multitask.balancers", {"static": {"weights": [1, 2]}}))
    (line,) = problems(changed(f"{STUDY}.multitask.balancers", {"famo": {}}))
    assert f"{STUDY}.multitask.balancers.famo: task 'ink' has weight 0, so that there is" in line


@pytest.mark.parametrize("name", ["modo", "sdmgrad", "auto_lambda"])
def test_batches_of_one_row_have_no_halves(
    changed: Callable[[str, object], dict[str, Any]],
    problems: Callable[[object], list[str]],
    name: str,
) -> None:
    """Balancers that halve batches need two rows at least."""
    changed(f"{STUDY}.training", {"batch_size": 1})
    (line,) = problems(changed(f"{STUDY}.multitask.balancers", {name: {}}))
    assert f"balancers.{name}: it halves batches: expected training.batch_size of 2 or m" in line


def test_affinity_is_of_tasks(
    changed: Callable[[str, object], dict[str, Any]], problems: Callable[[object], list[str]]
) -> None:
    """Without joint training there is nothing to measure."""
    reading.read(changed(f"{STUDY}.multitask.affinity", True))
    (line,) = problems(changed(f"{STUDY}.multitask", {"affinity": True}))
    assert "multitask.affinity: there is nothing to measure: name tasks in multitask.tasks" in line


NO_CLASSES = pytest.mark.parametrize(
    ("labels", "what"),
    [
        ({"kind": "regression", "target": "ink"}, "a regression"),
        ({"kind": "multilabel", "targets": ["ink", "paper"]}, "multilabel"),
    ],
)


@NO_CLASSES
@pytest.mark.parametrize("name", ["lwf", "co_tuning"])
def test_answers_need_a_source_of_classes(
    changed: Changed, problems: Callable[[object], list[str]],
    name: str, labels: dict[str, object], what: str,
) -> None:  # fmt: skip
    """What asks the source's head for shares of classes is refused where it has none."""
    changed(f"{STUDY}.tasks.low", labels | {"where": {"digit": [0]}})
    changed(f"{STUDY}.finetune.strategies", {name: {}})
    assert problems(changed("seed", 2)) == [
        f"params.yaml: {STUDY}.finetune.strategies.{name}: it needs a source of classes, of which "
        f"a row has one, and 'low' is {what}: leave it out, or name another task"
    ]


@NO_CLASSES
@pytest.mark.parametrize("name", ["bi_tuning", "co_tuning"])
def test_contrasts_need_targets_of_classes(
    changed: Changed, problems: Callable[[object], list[str]],
    name: str, labels: dict[str, object], what: str,
) -> None:  # fmt: skip
    """What compares the target's classes is refused where there are none."""
    changed(f"{STUDY}.tasks.high", labels | {"where": {"digit": [9]}})
    changed(f"{STUDY}.finetune.strategies", {name: {}})
    assert problems(changed("seed", 2)) == [
        f"params.yaml: {STUDY}.finetune.strategies.{name}: it needs a target of classes, of which "
        f"a row has one, and 'high' is {what}: leave it out, or name another task"
    ]


def test_more_singular_values_than_a_batch_has(
    changed: Changed, problems: Callable[[object], list[str]]
) -> None:
    """No more can be suppressed than rows and features give."""
    changed(f"{STUDY}.network.widths", [5])
    changed(f"{STUDY}.finetune.strategies", {"bss": {"smallest": 6}})
    (problem,) = problems(changed("seed", 2))
    assert problem.startswith(
        f"params.yaml: {STUDY}.finetune.strategies.bss.smallest: expected at most 5 singular values"
    )
