"""Classes and groups that are judged on were not learned."""

import pandas as pd
import pytest

from tests.tasks import small_tasks
from trunkline.tasks import disjoint


def parts(**letters: str) -> dict[str, pd.DataFrame]:
    """Return parts with these values of `letter`."""
    return {part: pd.DataFrame({"letter": list(values)}) for part, values in letters.items()}


def test_parts_of_other_classes_pass() -> None:
    """No class is in two of them; a missing value is no class."""
    found = parts(training="aab", validation="c", test="de")
    found["test"].loc[0, "letter"] = None
    disjoint.check(found, small_tasks.asked())


@pytest.mark.parametrize(
    ("letters", "message"),
    [
        (
            {"training": "abcdef", "validation": "x", "test": "fedcb"},
            r"^episodes\.target: training and test rows share 'b', 'c', 'd' and 2 more of 'letter'"
            r", so that .* split the dataset by `group: letter`, or by `column:` and `values:`$",
        ),
        (
            {"training": "ab", "validation": "cd", "test": "de"},
            r"^episodes\.target: validation and test rows share 'd' of 'letter'",
        ),
    ],
)
def test_a_class_of_two_parts_is_told(letters: dict[str, str], message: str) -> None:
    """With the parts, the first classes, and how to split them apart."""
    with pytest.raises(ValueError, match=message):
        disjoint.check(parts(**letters), small_tasks.asked())


def test_groups_are_told_apart_by_their_column() -> None:
    """The classes of groups are the same; their parts must not be."""
    frame = small_tasks.of_groups()
    first = frame["school"] == "school 0"
    both = {"training": frame[first], "test": frame[~first]}
    disjoint.check(both, small_tasks.of_schools())
    with pytest.raises(ValueError, match=r"^episodes\.group: training and test rows share 'school"):
        disjoint.check({**both, "test": frame}, small_tasks.of_schools())


def test_with_parents_the_split_is_by_parent() -> None:
    """Which keeps all classes of a parent together."""
    with pytest.raises(ValueError, match="split the dataset by `group: alphabet`"):
        disjoint.check(parts(training="a", test="a"), small_tasks.asked(parent="alphabet"))
