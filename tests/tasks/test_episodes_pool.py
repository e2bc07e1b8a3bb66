"""From the rows of a part to what episodes are drawn from."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

from tests.tasks import small_tasks
from tests.tasks.small_tasks import asked, of_classes, of_groups, of_schools, pool
from trunkline.settings.metalearning.episodes import Episodes
from trunkline.tasks import episodes_pool


def test_classes_are_numbered_by_their_order() -> None:
    """Names and numbers go together; without parents there are no clusters."""
    frame = of_classes()
    found = pool(frame, asked())
    assert [found.names[k] for k in found.y] == frame["letter"].tolist()
    assert found.names == tuple(sorted(set(frame["letter"])))
    assert found.classes == 3
    assert set(found.parent) == {0}
    assert set(found.cluster) == {-1}
    assert {array.dtype for array in (found.y, found.group, found.parent, found.cluster)} == {
        np.dtype(np.int32)
    }


def test_an_expanded_class_is_a_class_of_another_parent_and_the_same_cluster() -> None:
    """An episode of one parent's classes has them all turned alike; intervals know the origin."""
    frame = of_classes(6, 8, parents=2)
    plain = pool(frame, asked(parent="alphabet"))
    found = pool(frame, asked(parent="alphabet", expand=("rotate",)))
    assert len(found.x) == len(found.y) == 4 * 48
    assert found.names[6:8] == ("letter 00 turned 90", "letter 01 turned 90")
    assert [found.names[k].split(" turned")[0] for k in found.y] == frame["letter"].tolist() * 4
    assert len(set(found.parent)) == 8
    assert len({*zip(found.y.tolist(), found.parent.tolist(), strict=True)}) == 24
    np.testing.assert_array_equal(found.cluster, np.tile(plain.cluster, 4))


def test_expansion_without_parents_keeps_any_classes_together() -> None:
    """Turned and upright classes may meet in an episode."""
    assert set(pool(of_classes(), asked(expand=("rotate", "reflect"))).parent) == {0}


def test_a_part_that_is_not_expanded_is_as_it_is() -> None:
    """Whatever the settings say for others."""
    frame, episodes = of_classes(), asked(expand=("rotate",))
    x = small_tasks.pictures(len(frame))
    found = episodes_pool.pool(frame, x, episodes, classes=None, part="test")
    assert found.x is x


def test_few_classes_are_enough_when_they_are_expanded() -> None:
    """Two letters in four turns are eight classes."""
    assert len(pool(of_classes(2), asked(ways=5, expand=("rotate",))).names) == 8


def test_groups_have_the_same_classes() -> None:
    """A group is its own cluster; classes have the numbers that training gave them."""
    frame = of_groups()
    found = pool(frame, of_schools())
    assert found.names == ("school 0", "school 1", "school 2", "school 3")
    assert found.classes == 2
    np.testing.assert_array_equal(found.y, (frame["passed"] == "yes").astype(int))
    np.testing.assert_array_equal(found.cluster, found.group)
    turned = episodes_pool.pool(
        frame, small_tasks.pictures(48), of_schools(), classes=("yes", "no"),
        part="test",
    )  # fmt: skip
    np.testing.assert_array_equal(turned.y, 1 - found.y)


def test_a_regression_has_numbers() -> None:
    """float32, no classes, a task for each group."""
    frame = of_groups()
    found = pool(frame, of_schools(target="grade", kind="regression"))
    assert found.y.dtype == np.float32
    assert found.classes == 0
    np.testing.assert_array_equal(found.y, frame["grade"])


def test_what_is_rare_may_be_left_out() -> None:
    """Classes without rows, parents without classes, groups without rows; the rest is numbered."""
    frame = of_classes(7, 8, parents=2)  # 4 and 3 letters
    found = pool(frame, asked(parent="alphabet", ways=4, rare="leave_out"))
    assert found.names == ("letter 00", "letter 02", "letter 04", "letter 06")
    assert sorted(set(found.y)) == [0, 1, 2, 3]
    assert [found.names[k] for k in found.y] == [
        letter for letter in frame["letter"] if letter in found.names
    ]
    few = of_classes().drop(index=[0, 6, 12, 18])
    assert pool(few, asked(rare="leave_out")).names == tuple(f"letter 0{k}" for k in range(1, 6))
    schools = of_groups().drop(index=[0, 4, 8, 12, 16, 20])
    found = pool(schools, of_schools(rare="leave_out"))
    assert found.names == ("school 1", "school 2", "school 3")
    assert set(found.y) == {0, 1}
    assert sorted(set(found.group)) == [0, 1, 2]
    assert len(found.x) == 36


def _missing(frame: pd.DataFrame, column: str) -> pd.DataFrame:
    return frame.assign(**{column: frame[column].where(frame.index != 1)})


BAD: dict[str, tuple[Callable[[], pd.DataFrame], Episodes, str]] = {
    "no column": (
        of_classes, asked(target="lettr"),
        r"^episodes\.target: the training rows have no column 'lettr'; did you mean 'letter'\?",
    ),
    "a missing class": (
        lambda: _missing(of_classes(), "letter"), asked(),
        r"^episodes\.target: 1 of 48 training rows have no value of 'letter', so that nobody",
    ),
    "a missing parent": (
        lambda: _missing(of_classes(parents=2), "alphabet"), asked(parent="alphabet"),
        r"^episodes\.parent: 1 of 48 training rows have no value of 'alphabet'",
    ),
    "a missing number": (
        lambda: _missing(of_groups(), "grade"), of_schools(target="grade", kind="regression"),
        r"^episodes\.target: 1 of 48 training rows have no value of 'grade'",
    ),
    "too few classes": (
        of_classes, asked(ways=7),
        r"^episodes\.ways: expected 7 classes or more in the training rows, there are 6 to draw",
    ),
    "a class of few rows": (
        lambda: of_classes().drop(index=[1, 7, 13, 19]), asked(),
        r"^episodes: in the training rows expected 5 rows for 2 shots and 3 queries, the "
        r"class 'letter 01' has 4: lower `shots` or `queries`, give more rows, or state",
    ),
    "classes of few rows": (
        of_classes, asked(queries=9),
        r"the class 'letter 00' has 8, and 5 more have too few: lower `shots` or .*leave_out`$",
    ),
    "no parent of many classes": (
        lambda: of_classes(7, parents=3), asked(parent="alphabet", ways=4, rare="leave_out",
        expand=("rotate",)),
        r"^episodes\.ways: expected 4 classes or more in the training rows, there are 0",
    ),
    "no class of many rows": (
        of_classes, asked(queries=9, rare="leave_out"),
        r"^episodes\.ways: expected 3 classes or more in the training rows, there are 0",
    ),
    "a parent of one class": (
        lambda: of_classes(7, parents=6), asked(parent="alphabet", ways=2),
        r"^episodes\.parent: in the training rows expected 2 classes for `ways`, 'alphabet' "
        r"'alphabet 1' has 1, and 4 more",
    ),
    "a parent of few classes": (
        lambda: of_classes(7, parents=2), asked(parent="alphabet", ways=4),
        r"'alphabet' 'alphabet 1' has 3: lower `ways`, give more rows, or state",
    ),
    "a class of two parents": (
        lambda: of_classes().assign(alphabet=np.arange(48) % 5), asked(parent="alphabet"),
        r"^episodes\.parent: training rows of the class 'letter 00' of 'letter' have 5 values",
    ),
    "text for a number": (
        of_groups, of_schools(kind="regression"),
        r"^episodes\.target: a regression expects numbers in column 'passed', received ",
    ),
    "numbers for classes": (
        lambda: of_classes().assign(letter=np.arange(48) / 7), asked(),
        r"^episodes\.target: column 'letter' has 48 values in 48 training rows, such as 0\.1428571"
        r".*, which are no classes: choose another column, or `kind: regression`, which needs a",
    ),
    "numbers for classes of groups": (
        of_groups, of_schools(target="grade"),
        r"^episodes\.target: column 'grade' has 48 values in 48 training rows, such as 0\.25, ",
    ),
    "infinity": (
        lambda: of_groups().assign(grade=np.inf), of_schools(target="grade", kind="regression"),
        r"^episodes\.target: column 'grade' holds infinity, or numbers too large for float32, in",
    ),
    "a group that lacks a class": (
        lambda: of_groups().assign(
            passed=lambda table: table["passed"].where(table["school"] != "school 2", "no")
        ),
        of_schools(),
        r"^episodes\.group: in the training rows expected 5 rows of each class for 2 shots and 3 "
        r"queries, 'school' 'school 2', class 'yes', has 0: lower",
    ),
    "a group of few rows": (
        of_groups, of_schools(target="grade", kind="regression", shots=10),
        r"expected 13 rows for 10 shots and 3 queries, 'school' 'school 0' has 12, and 3 more",
    ),
    "no group of many rows": (
        of_groups, of_schools(shots=10, rare="leave_out"),
        r"^episodes\.group: no 'school' of the training rows has 13 rows of each class for 10 sho",
    ),
    "one class": (
        lambda: of_groups().assign(passed="no"), of_schools(),
        r"^episodes\.target: column 'passed' has one class, 'no', in the training rows: expected",
    ),
}  # fmt: skip


def test_classes_may_be_halves() -> None:
    """Such as stars, of which each value has rows enough."""
    stars = of_classes().assign(letter=lambda table: table["letter"].str[-1].astype(int) / 2)
    assert pool(stars, asked()).names == ("0.0", "0.5", "1.0", "1.5", "2.0", "2.5")


@pytest.mark.parametrize("case", BAD)
def test_bad_rows_are_told(case: str) -> None:
    """With the part, the column, the class or group, and what to do."""
    frame, episodes, message = BAD[case]
    with pytest.raises(ValueError, match=message):
        pool(frame(), episodes)


def test_a_class_that_training_does_not_know_is_told() -> None:
    """With `group`, numbers of classes are those of training."""
    frame: Any = of_groups().assign(passed="perhaps")
    with pytest.raises(ValueError, match=r"test rows are of class perhaps of 'passed', which no"):
        episodes_pool.pool(
            frame, small_tasks.pictures(48), of_schools(), classes=("no", "yes"),
            part="test",
        )  # fmt: skip


def test_classes_are_fixed_with_groups_alone() -> None:
    """Without, each episode has its own; a regression has none."""
    assert episodes_pool.fixed(of_classes(), asked()) is None
    assert episodes_pool.fixed(of_groups(), of_schools(kind="regression")) is None
    assert episodes_pool.fixed(of_groups(), of_schools()) == ("no", "yes")
