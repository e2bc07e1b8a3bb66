"""Studies of meta-learners: what is read, and what contradicts the dataset or itself."""

import copy
from collections.abc import Callable
from typing import Any

import pytest

from trunkline.settings import reading
from trunkline.settings.metalearning import methods

PLACE = "metalearners.sines"
DIGITS = "metalearners.shapes"
Changed = Callable[[str, object], dict[str, Any]]
OF_GROUPS: dict[str, Any] = {
    "title": "Sinusoids",
    "dataset": "sines",
    "inputs": {"columns": ["x"]},
    "episodes": {"target": "y", "kind": "regression", "group": "task", "shots": 5},
    "methods": {"maml": {}, "r2d2": {}},
}
OF_CLASSES: dict[str, Any] = {
    "title": "Digits",
    "dataset": "shapes",
    "inputs": {"columns": ["pixel_*"], "scale": "none", "shape": [8, 8, 1]},
    "episodes": {"target": "digit", "expand": ["rotate", "reflect"], "expand_test": True},
    "network": {"trunk": "conv", "widths": [16]},
    "methods": {name: {} for name in (*methods.METRIC, *methods.GRADIENT)},
}


@pytest.fixture
def valid(valid: dict[str, Any]) -> dict[str, Any]:
    """Return valid settings with a study of classes and one of groups."""
    digits = {"title": "Digits", "source": {"kind": "bundled", "name": "digits"}}
    parts = {"train": [0, 1, 2], "validation": [3, 4], "test": [5, 6]}
    valid["datasets"] |= {
        "shapes": digits | {"split": {"column": "digit", "values": parts}},
        "tasks": {"title": "Tasks", "source": {"kind": "family"}},
        "whole": {"title": "Whole", "source": {"kind": "family"}, "split": {"whole": True}},
        "sines": {"title": "Sines", "source": {"kind": "family"}, "split": {"group": "task"}},
    }
    valid["metalearners"] = {"sines": copy.deepcopy(OF_GROUPS), "shapes": copy.deepcopy(OF_CLASSES)}
    return valid


def test_a_study_is_read(valid: dict[str, Any]) -> None:
    """What is not stated has its default."""
    found = reading.read(valid).metalearners
    assert list(found["sines"].methods.named()) == ["r2d2", "maml"]
    assert list(found["sines"].arms.named()) == ["scratch", "fine_tune", "linear_probe"]
    assert (found["shapes"].episodes.ways, found["shapes"].episodes.test) == (5, 600)
    assert found["sines"].training.training.batch_size == 4


def test_no_study_of_meta_learners_is_needed(valid: dict[str, Any]) -> None:
    """The mapping may be left out; one alone is enough."""
    assert reading.read({k: v for k, v in valid.items() if k != "metalearners"}).metalearners == {}
    assert list(reading.read(valid | {"studies": {}}).metalearners) == ["sines", "shapes"]


@pytest.mark.parametrize("group", ["digit", "hand"])
def test_classes_are_kept_whole_by_class_or_by_parent(changed: Changed, group: str) -> None:
    """A split by group of either puts each class into one part."""
    changed("datasets.shapes.split", {"group": group})
    found = reading.read(changed(f"{DIGITS}.episodes.parent", "hand"))
    assert found.metalearners["shapes"].episodes.parent == "hand"


@pytest.mark.parametrize(
    "split",
    [
        {"validation": 0.2, "test": 0.2},
        {"stratify": ["digit"]},
        {"time": "day"},
        {"each": "row_id"},
    ],
)
def test_a_split_of_rows_cuts_classes_apart(
    changed: Changed, problems: Callable[[object], list[str]], split: dict[str, Any]
) -> None:
    """Without a parent too: what keeps no column's values together keeps no class together."""
    (line,) = problems(changed("datasets.shapes.split", split))
    assert line.startswith(
        f"params.yaml: {DIGITS}.dataset: 'shapes' is split in a way that puts the same classes in "
    )


@pytest.mark.parametrize(
    ("place", "value", "message"),
    [
        (
            "metalearners.Own",
            OF_GROUPS,
            "metalearners.Own: expected small letters, digits and '_' after a first letter, as it "
            "becomes the name of a folder, received 'Own'",
        ),
        (
            "metalearners.digits",
            OF_GROUPS,
            "metalearners.digits: there is an entry of this name in 'studies': call one something ",
        ),
        (f"{PLACE}.dataset", "sins", f"{PLACE}.dataset: unknown dataset 'sins'; did you mean "),
        (
            f"{PLACE}.dataset",
            "whole",
            f"{PLACE}.dataset: 'whole' stays whole, so that no row is left to score: split it",
        ),
        (
            f"{PLACE}.dataset",
            "tasks",
            f"{PLACE}.dataset: 'tasks' is split in a way that puts the same groups in training and "
            "in test: split it by `group: task`, or by `column:` and `values:`",
        ),
        (
            "datasets.shapes.split",
            {"group": "row"},
            f"{DIGITS}.dataset: 'shapes' is split in a way that puts the same classes in training "
            "and in test: split it by `group: digit`, or by `column:` and `values:`",
        ),
        (
            "datasets.sines.split",
            {"group": "y"},
            f"{PLACE}.dataset: 'sines' is split in a way that puts the same groups in training and",
        ),
        (
            f"{PLACE}.episodes.group",
            "tsk",
            f"{PLACE}.episodes.group: the dataset has no column 'tsk'; did you mean 'task'?",
        ),
        (
            f"{PLACE}.episodes.target",
            "z",
            f"{PLACE}.episodes.target: the dataset has no column 'z'; there are 'row_id', 'task', ",
        ),
        (
            f"{DIGITS}.episodes.parent",
            "digit",
            f"{DIGITS}.episodes.parent: 'digit' is the target already: name another column, or ",
        ),
        (
            f"{PLACE}.episodes.group",
            "y",
            f"{PLACE}.episodes.group: 'y' is the target already: name another column, or remove",
        ),
        (
            "datasets.shapes.split.values.validation",
            [],
            f"{DIGITS}.dataset: 'shapes' holds a share of the training rows for validation, which "
            "puts the same classes in both: name values of 'digit' in its split.values.validation",
        ),
        (
            f"{PLACE}.inputs.columns",
            ["xs"],
            f"{PLACE}.inputs.columns: the dataset has no column 'xs'; did you mean 'x'?",
        ),
        (
            f"{DIGITS}.evaluate",
            {"margin": 5},
            f"{DIGITS}.evaluate.margin: accuracy is a share, of which no difference is above 1: "
            "expected a margin below 1, such as 0.01, received 5",
        ),
        (
            f"{DIGITS}.inputs.scale",
            ...,
            f"{DIGITS}.inputs.scale: each column of 'pixel_*' is scaled by its own mean and devia",
        ),
        (
            f"{DIGITS}.inputs.encode",
            {"pixel_*": {"kind": "numeric"}},
            f"{DIGITS}.inputs.scale: each column of 'pixel_*' is scaled by its own mean and devia",
        ),
        (
            f"{PLACE}.inputs.columns",
            ["*"],
            f"{PLACE}.inputs.columns: 'task' is the group of the episodes, which would leak: leave",
        ),
        (
            f"{PLACE}.inputs.columns",
            ["x", "x"],
            f"{PLACE}.inputs.columns: expected each entry once, received 'x' twice",
        ),
        (
            f"{PLACE}.inputs.in_memory",
            500,
            f"{PLACE}.inputs.in_memory: episodes are drawn from all rows of a part, which are held "
            "in memory, received 500: remove it",
        ),
        (
            f"{PLACE}.episodes.group",
            ...,
            f"{PLACE}.episodes.group: missing: a regression has a task for each value of a column",
        ),
        (
            f"{PLACE}.episodes.ways",
            2,
            f"{PLACE}.episodes.ways: such an episode has one number, received 2: remove it",
        ),
        (
            f"{PLACE}.episodes",
            {"target": "y", "group": "task", "ways": 3},
            f"{PLACE}.episodes.ways: such an episode has all classes of a group, received 3: ",
        ),
        (
            f"{PLACE}.episodes.parent",
            "task",
            f"{PLACE}.episodes.parent: a group is a task by itself, and draws no classes: remove",
        ),
        (
            f"{PLACE}.episodes.expand",
            ["rotate"],
            f"{PLACE}.episodes.expand: pictures that are turned are new classes, and all groups ha",
        ),
        (
            f"{PLACE}.episodes.expand_test",
            True,
            f"{PLACE}.episodes.expand_test: nothing is expanded: name it in 'expand', or remove it",
        ),
        (
            f"{DIGITS}.episodes.expand",
            ["rotate", "rotate"],
            f"{DIGITS}.episodes.expand: expected each entry once, received ['rotate', 'rotate']",
        ),
        (
            f"{DIGITS}.inputs.shape",
            ...,
            f"{DIGITS}.episodes.expand: only pictures, [height, width, channels], can be turned or "
            "mirrored, received []: set inputs.shape, or leave 'expand' out",
        ),
        (
            f"{DIGITS}.inputs.shape",
            [4, 16, 1],
            f"{DIGITS}.episodes.expand: a quarter turn needs pictures as high as wide, received "
            "[4, 16, 1]: leave 'rotate' out, or make them square",
        ),
        (
            f"{PLACE}.network",
            {"trunk": "residual"},
            f"{PLACE}.network.trunk: what adapts to an episode is a dense or conv network, received"
            " 'residual'",
        ),
        (
            f"{PLACE}.network",
            {"dropout": 0.1},
            f"{PLACE}.network.dropout: what takes steps on an episode, as `scratch` does, expects 0"
            ", received 0.1: remove it",
        ),
        (
            f"{PLACE}.network",
            {"trunk": "conv"},
            f"{PLACE}.inputs.shape: a conv trunk needs [height, width, channels], received []",
        ),
        (
            f"{PLACE}.arms",
            {"fine_tune": {"steps": [50, 5]}},
            f"{PLACE}.arms.fine_tune.steps: expected ascending numbers of steps, each once, receiv",
        ),
        (
            f"{PLACE}.arms",
            {"scratch": None},
            f"{PLACE}.arms.scratch: expected entries (`name: value`), received nothing: write",
        ),
        (
            f"{PLACE}.methods",
            {},
            f"{PLACE}.methods: no method is named: name one at least, such as `prototypes: {{}}`",
        ),
        *(
            (
                f"{PLACE}.methods.{name}",
                {},
                f"{PLACE}.methods.{name}: it tells classes apart, and a regression has none",
            )
            for name in methods.CLASSES_ONLY
        ),
        (
            f"{PLACE}.training",
            {"batch_size": 1001},
            f"{PLACE}.training.batch_size: expected at most the 1000 of episodes.train, received ",
        ),
        (
            f"{DIGITS}.pretraining",
            {"augment": {"flip": True}},
            f"{DIGITS}.pretraining.augment: pictures of episodes are not changed, and an arm that ",
        ),
        (
            f"{DIGITS}.methods.mml",
            {},
            f"{DIGITS}.methods.mml: unknown key; did you mean 'maml'?",
        ),
    ],
)
def test_a_contradiction_is_told(
    changed: Changed,
    problems: Callable[[object], list[str]],
    place: str,
    value: object,
    message: str,
) -> None:
    """With its place, what was received, and what to do about it."""
    lines = problems(changed(place, value))
    assert [line for line in lines if line.startswith(f"params.yaml: {message}")], lines


def test_only_the_missing_column_is_told(
    changed: Changed, problems: Callable[[object], list[str]]
) -> None:
    """Not that the dataset be split by what does not exist, whatever its split names."""
    told = f"params.yaml: {PLACE}.episodes.group: the dataset has no column 'tsk'; did you mean "
    (line,) = problems(changed(f"{PLACE}.episodes.group", "tsk"))
    assert line.startswith(told)
    (line,) = problems(changed("datasets.sines.split", {"group": "tsk"}))
    assert line.startswith(told)


def test_a_regression_without_groups_is_told_that_alone(
    changed: Changed, problems: Callable[[object], list[str]]
) -> None:
    """Not to split by its numbers."""
    (line,) = problems(changed(f"{PLACE}.episodes.group", ...))
    assert line.startswith(f"params.yaml: {PLACE}.episodes.group: missing: a regression has a task")


def test_pixels_that_are_scaled_together_may_be_turned(changed: Changed) -> None:
    """A brightness is the same wherever it is."""
    picture = {"kind": "picture", "shape": [8, 8, 1]}
    changed(f"{DIGITS}.inputs", {
        "columns": ["pixel_*"], "shape": [8, 8, 1], "encode": {"pixel_*": picture},
    })  # fmt: skip
    assert reading.read(changed(f"{PLACE}.evaluate", {"margin": 5})).metalearners.keys()


def test_nothing_asked_is_told(
    valid: dict[str, Any], problems: Callable[[object], list[str]]
) -> None:
    """A study of any kind will do."""
    lines = problems(valid | {"studies": {}, "metalearners": {}})
    assert lines == [
        "params.yaml: studies: expected a study here, in 'recommenders' or in 'metalearners', "
        "received none: ask something"
    ]
