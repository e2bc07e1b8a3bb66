"""Entries of a split that contradict each other are told with their place."""

from collections.abc import Callable
from typing import Any

import pytest

from trunkline.settings import reading
from trunkline.settings.splitting import PartValues

Changed = Callable[[str, object], dict[str, Any]]
Problems = Callable[[object], list[str]]
PLACE = "datasets.digits.split"
VALUES = {"train": ["a"], "validation": ["b"], "test": ["c"]}


@pytest.mark.parametrize(
    ("split", "line"),
    [
        ({"test": 0.6, "validation": 0.4}, ": expected validation + test below 1, received 1"),
        ({"stratify": ["a", "a"]}, ".stratify: expected each entry once, received 'a' twice"),
        ({"stratify": ["a"], "bins": {"a": 4}}, ".bins.a: it is in 'stratify' too: leave it in"),
        ({"bins": {"a": 1}}, ".bins.a: expected a number of at least 2, received 1"),
        ({"rare": "trian", "stratify": ["a"]}, ".rare: expected 'stop' or 'train', received 'tri"),
        ({"rare": "train"}, ".rare: there are no strata that could be rare: name columns in 'str"),
        ({"group": "a", "time": "b"}, ": expected one of 'group', 'time' and 'column', received"),
        ({"group": "a", "column": "b", "values": VALUES}, ": expected one of 'group', 'time' and"),
        ({"time": "a", "stratify": ["b"]}, ".stratify: a split by 'time' has no strata (each str"),
        ({"time": "a", "bins": {"b": 4}}, ".bins: a split by 'time' has no strata (each stratum"),
        ({"time": "a", "rare": "train"}, ".rare: a split by 'time' has no strata that could be"),
        (
            {"column": "a", "values": VALUES, "stratify": ["b"]},
            ".stratify: a split by 'column' has no strata (the column decides alone): remove it",
        ),
        ({"each": "a", "group": "b"}, ".group: a split of 'each' value has no 'group' (its rows"),
        ({"each": "a", "column": "b", "values": VALUES}, ".column: a split of 'each' value has n"),
        ({"each": "a", "stratify": ["b"]}, ".stratify: a split of 'each' value has no 'stratify'"),
        ({"each": "a", "bins": {"b": 4}}, ".bins: a split of 'each' value has no 'bins' (each va"),
        ({"each": "a", "rare": "train"}, ".rare: a split of 'each' value learns from all rows of"),
        ({"leave": 1}, ".leave: of each of what? Name a column in 'each'"),
        ({"each": "a", "leave": 0}, ".leave: expected a number of at least 1, received 0"),
        ({"each": "a", "leave": 1, "test": 0.2}, ".test: 'leave' says how many rows are for test"),
        (
            {"each": "a", "leave": 1, "validation": 0.2},
            ".validation: 'leave' says how many rows are for validation: remove it",
        ),
        ({"whole": True, "each": "a"}, ": a table that stays `whole` has nothing else to decide"),
        ({"whole": True, "test": 0.2}, ": a table that stays `whole` has nothing else to decide"),
        ({"column": "a"}, ".values: missing: which values mean which part, {train: [...], valid"),
        ({"values": VALUES}, ".values: of which column? Name it in 'column'"),
        ({"column": "a", "values": VALUES, "test": 0.2}, ".test: column 'a' says which rows are"),
        (
            {"column": "a", "values": VALUES, "validation": 0.2},
            ".validation: column 'a' says which rows are for validation: remove it",
        ),
        (
            {"column": "a", "values": VALUES | {"test": ["a"]}},
            ".values: expected each value once, in one part, received 'a' twice",
        ),
        (
            {"column": "a", "values": VALUES | {"test": [3]}},
            ".values: expected values of one type, received int and str: quote text",
        ),
        (
            {"column": "a", "values": VALUES | {"test": []}},
            ".values.test: expected it not to be em",
        ),
        ({"column": "a", "values": {"test": ["a"]}}, ".values.train: missing; it has no default"),
    ],
)
def test_a_contradiction_is_told(
    split: object, line: str, changed: Changed, problems: Problems
) -> None:
    """Two deciders, strata where there are none, shares of what a column decides."""
    found = problems(changed(PLACE, split))
    assert any(f"params.yaml: {PLACE}{line}" in told for told in found), found


@pytest.mark.parametrize(
    "split",
    [
        {"group": "a", "stratify": ["b"], "rare": "train"},
        {"bins": {"a": 4}, "rare": "train"},
        {"time": "a", "test": 0.1},
        {"each": "a", "time": "b", "test": 0.1},
        {"each": "a", "time": "b", "leave": 3},
        {"column": "a", "values": VALUES},
        {"column": "a", "values": {"train": [0], "test": [1]}, "validation": 0.3},
    ],
)
def test_what_goes_together(split: object, changed: Changed) -> None:
    """Groups in strata, ranges, a column with or without validation rows."""
    assert reading.read(changed(PLACE, split)).datasets["digits"].split


def test_values_are_read(changed: Changed) -> None:
    """Numbers, words and truths mean parts."""
    split = {"column": "a", "values": {"train": [True], "test": [False]}}
    read = reading.read(changed(PLACE, split)).datasets["digits"].split
    assert read.values == PartValues(train=(True,), test=(False,))


def test_a_study_asks_for_rows_that_are_held(changed: Changed, problems: Problems) -> None:
    """Nothing of a whole table is left to score."""
    told = "studies.digits.dataset: 'digits' stays whole, so that no row is left to score: give it"
    assert any(told in line for line in problems(changed(PLACE, {"whole": True})))
