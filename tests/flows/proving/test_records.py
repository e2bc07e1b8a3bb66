import pytest

from flows.proving import records


@pytest.mark.parametrize(
    ("one", "other", "equal"),
    [
        ({"a": [1, {"b": 2}]}, {"a": (1, {"b": 2})}, True),
        ({"a": 1, "b": 2}, {"b": 2, "a": 1}, True),
        ([1, 2], [2, 1], False),
        (1, 1.0, False),
        (1, True, False),
        (0.1, 0.1, True),
        (float("nan"), float("nan"), True),
        ({1: "a"}, {"1": "a"}, False),
        ("1", 1, False),
        (None, {}, False),
    ],
)
def test_parameters_are_equal_if_values_and_kinds_are(
    one: object, other: object, equal: bool
) -> None:
    """1 and 1.0 are other bytes in dvc.lock; keys have no order."""
    assert (records.canonical(one) == records.canonical(other)) is equal


@pytest.mark.parametrize(
    ("one", "other", "overlapping"),
    [
        ("data", "data", True),
        ("data", "data/raw.csv", True),
        ("data/raw.csv", "data", True),
        ("data", "database", False),
        ("data/a", "data/b", False),
    ],
)
def test_paths_overlap_if_one_is_in_the_other(one: str, other: str, overlapping: bool) -> None:
    """By whole names of folders."""
    assert records.overlap(one, other) is overlapping
