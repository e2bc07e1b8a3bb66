"""Strategies over two tables that contradict their study."""

from collections.abc import Callable
from typing import Any

import pytest

from trunkline.settings import reading

STUDY = "studies.digits"
STRATEGIES = f"{STUDY}.finetune.strategies"
ADAPT = f"{STUDY}.finetune.adapt"
OWN = {"columns": ["other_*"], "shape": [4, 4, 1]}
Changed = Callable[[str, object], dict[str, Any]]
TWIN = {"kind": "multiclass", "target": "digit", "classes": [0, 1], "where": {"digit": [8, 9]}}


@pytest.mark.parametrize(
    ("place", "value", "message"),
    [
        (
            "pretrain",
            {"task": "low", "inputs": OWN},
            f"{STRATEGIES}.fine_tune: it begins with the source's trunk, which reads pretrain.inp",
        ),
        (
            "finetune.strategies",
            {"feature_map": {}},
            f"{STRATEGIES}.feature_map: there is nothing to map: source and target read the same",
        ),
        (
            "finetune.strategies",
            {"feature_map": {"same_inputs": True, "near": "identity", "map": "dense"}},
            f"{STRATEGIES}.feature_map.near: 'identity' is for a linear map, received 'dense'",
        ),
        (
            "finetune.strategies",
            {"rehearsal": {"weight": -1}},
            f"{STRATEGIES}.rehearsal.weight: expected a number of at least 0, received -1",
        ),
        (
            "pretrain",
            {"task": "low", "inputs": {"columns": ["ot*"]}},
            f"{STUDY}.pretrain.inputs.shape: a conv trunk needs [height, width, channels]",
        ),
        (
            "pretrain",
            {"task": "low", "inputs": {"columns": ["di*"], "shape": [4, 4, 1]}},
            f"{STUDY}.pretrain.inputs.columns: 'digit' is a target: it would leak",
        ),
        (
            "pretrain",
            {"inputs": OWN},
            f"{STUDY}.pretrain.inputs: there is no source to read them: name pretrain.task",
        ),
        (
            "finetune.adapt",
            {"methods": {"mcc": {}}},
            f"{ADAPT}.methods: 'mcc' has nothing to adapt to: name tasks in finetune.adapt.tasks",
        ),
        (
            "finetune.adapt",
            {"tasks": ["high"]},
            f"{ADAPT}.tasks: 'high' is binary, the source 'low' is multiclass of [0, 1]: without",
        ),
        (
            "finetune.adapt",
            {"tasks": ["twin", "twin"]},
            f"{ADAPT}.tasks: expected each entry once, received 'twin' twice",
        ),
        (
            "finetune.adapt",
            {"tasks": ["twn"]},
            f"{ADAPT}.tasks: unknown task 'twn'; did you mean 'twin'?",
        ),
        (
            "finetune.adapt",
            {"tasks": ["odd"]},
            f"{STUDY}.finetune.tasks: 'odd' names rows that the source 'low' has learned",
        ),
        (
            "finetune.adapt",
            {"tasks": ["ink"], "methods": {"mcc": {}, "cdan": {}}},
            f"{ADAPT}.methods.cdan: it needs classes, and the source is regression",
        ),
    ],
)
def test_two_tables_that_do_not_fit(
    changed: Changed, problems: Callable[[object], list[str]],
    place: str, value: object, message: str,
) -> None:  # fmt: skip
    """Each is told with its place and what to do."""
    changed(f"{STUDY}.tasks.twin", TWIN)
    if message.startswith(f"{ADAPT}.methods.cdan"):
        changed(f"{STUDY}.pretrain.task", "ink")
    found = problems(changed(f"{STUDY}.{place}", value))
    assert any(line.startswith(f"params.yaml: {message}") for line in found), found


def test_several_labels_without_those_of_the_target(
    changed: Changed, problems: Callable[[object], list[str]]
) -> None:
    """Both have as many, and no method asks for classes that exclude each other."""
    several = {"kind": "multilabel", "targets": ["wet", "warm"], "where": {"digit": [0]}}
    changed(f"{STUDY}.tasks.low", several)
    changed(f"{STUDY}.tasks.twin", several | {"where": {"digit": [8]}})
    reading.read(changed(ADAPT, {"tasks": ["twin"], "methods": {"coral": {}}}))
    changed(ADAPT, {"tasks": ["twin"], "methods": {"cdan": {}, "mcc": {}}})
    more = {"targets": ["wet", "warm", "wide"], "where": {"digit": [8]}}
    assert problems(changed(f"{STUDY}.tasks.twin", several | more)) == [
        f"params.yaml: {ADAPT}.tasks: 'twin' is multilabel of ['wet', 'warm', 'wide'], the source "
        "'low' is multilabel of ['wet', 'warm']: without labels of the target both need the same",
        f"params.yaml: {ADAPT}.methods.cdan: it needs classes that exclude each other, and the "
        "source is multilabel of ['wet', 'warm']",
        f"params.yaml: {ADAPT}.methods.mcc: it needs classes that exclude each other, and the "
        "source is multilabel of ['wet', 'warm']",
    ]


def test_one_of_several_labels_would_leak(
    changed: Changed, problems: Callable[[object], list[str]]
) -> None:
    """The source's own inputs may hold no column of any task, those of several labels neither."""
    changed(f"{STUDY}.tasks.tags", {"kind": "multilabel", "targets": ["wet", "warm"]})
    own = {"columns": ["w*"], "shape": [1, 1, 1]}
    found = problems(changed(f"{STUDY}.pretrain", {"task": "low", "inputs": own}))
    for target in ("wet", "warm"):
        place = f"{STUDY}.pretrain.inputs.columns"
        assert f"params.yaml: {place}: '{target}' is a target: it would leak" in found


def test_batches_of_one(changed: Changed, problems: Callable[[object], list[str]]) -> None:
    """Two domains cannot be compared by one row of each."""
    changed(f"{STUDY}.tasks.twin", TWIN)
    changed(f"{STUDY}.training", {"batch_size": 1})
    found = problems(changed(f"{STUDY}.finetune.adapt", {"tasks": ["twin"]}))
    assert found == [
        f"params.yaml: {ADAPT}.tasks: it compares batches: expected training.batch_size of 2 "
        "or more"
    ]


@pytest.mark.parametrize(
    ("wanted", "message"),
    [
        ({"task": "low", "inputs": OWN}, "they read what the source reads: remove pretrain.inputs"),
        ({}, "they need a source task: name it in pretrain.task"),
    ],
)
def test_adapting_needs_a_source_of_the_same_inputs(
    changed: Changed, problems: Callable[[object], list[str]], wanted: object, message: str
) -> None:
    """Without labels the target is answered by the source's own network."""
    changed(f"{STUDY}.tasks.twin", TWIN)
    changed(f"{STUDY}.finetune.adapt", {"tasks": ["twin"]})
    found = problems(changed(f"{STUDY}.pretrain", wanted))
    assert f"params.yaml: {ADAPT}.tasks: {message}" in found


def test_two_tables_that_fit(changed: Changed) -> None:
    """A source with inputs of its own, or a target without labels: both are read."""
    changed(f"{STUDY}.tasks.twin", TWIN)
    adapt = {"tasks": ["twin"], "methods": {"dan": {"kernels": [1]}, "mcc": {}}}
    read = reading.read(changed(ADAPT, adapt)).studies["digits"]
    assert read.finetune.adapt.methods.coral is None
    assert read.finetune.adapt.methods.dan is not None
    changed(ADAPT, {})
    changed(STRATEGIES, {"feature_map": {"map": "dense"}})
    read = reading.read(changed(f"{STUDY}.pretrain.inputs", OWN)).studies["digits"]
    assert read.pretrain.inputs is not None
