"""Label budgets: so many of each class, nested, reproducible, held rows paid for."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trunkline.determinism import seeds
from trunkline.settings.study import Task
from trunkline.tasks import budgets
from trunkline.tasks.labels import Labels

THREE = Task(kind="multiclass", target="y", classes=("a", "b", "c"))
TWO = Task(kind="binary", target="y", positive=(1,))
VALUE = Task(kind="regression", target="y")
TAGS = Task(kind="multilabel", targets=("y", "z"))
TASKS = {task.kind: task for task in (THREE, TWO, VALUE, TAGS)}
EACH = 12  # rows a class


def example(kind: str) -> Labels:
    """Return labels of 12 known rows a class (or 36), every fifth row unknown."""
    classes = {"multiclass": 3, "binary": 2, "regression": 3, "multilabel": 3}[kind]
    known = np.arange(classes * EACH * 5 // 4) % 5 != 0
    y = np.zeros(known.size, np.float32)
    y[known] = np.arange(classes * EACH) % classes
    if kind == "multilabel":
        each = np.stack([known, known & (np.arange(known.size) % 2 == 0)], axis=1)
        return Labels(np.stack([y % 2, y // 2], axis=1), known, each)
    return Labels(y, known)


def draw(kind: str, budget: int, share: float = 0.2, seed: int = 1) -> budgets.Draw:
    """Return a draw of a repeat."""
    rng = seeds.generator(seed, "labels")
    return budgets.draw(
        example(kind), "t", TASKS[kind], budget=budget, validation_share=share, rng=rng
    )


def spent(given: budgets.Draw) -> set[int]:
    """Return all rows of a draw."""
    return set(given.train) | set(given.held)


KINDS = st.sampled_from(sorted(TASKS))
SHARES = st.floats(0, 0.5)


@settings(deadline=None)
@given(KINDS, st.integers(1, EACH), SHARES, st.integers(0, 5))
def test_a_budget_is_spent_once_on_known_rows(
    kind: str, budget: int, share: float, seed: int
) -> None:
    """Training and held rows are known, distinct, and together the budget of each class."""
    labels, given = example(kind), draw(kind, budget, share, seed)
    rows = np.concatenate([given.train, given.held])
    assert len(set(rows.tolist())) == rows.size
    assert labels.known[rows].all()
    groups = {"multiclass": 3, "binary": 2}.get(kind, 1)
    assert rows.size == groups * budget
    assert given.train.dtype == given.held.dtype == np.int32
    if groups > 1:
        assert np.unique(labels.y[rows], return_counts=True)[1].tolist() == [budget] * groups
        held = budgets.held_of(budget, share)
        assert np.bincount(labels.y[given.held].astype(int)).tolist() == [held] * groups * (
            held > 0
        )


@settings(deadline=None)
@given(KINDS, st.integers(1, EACH), st.integers(1, EACH), SHARES)
def test_budgets_are_nested(kind: str, one: int, other: int, share: float) -> None:
    """The rows of a smaller budget are among those of a larger one."""
    small, large = draw(kind, min(one, other), share), draw(kind, max(one, other), share)
    assert spent(small) <= spent(large)
    assert set(small.held) <= set(large.held)


@settings(deadline=None)
@given(KINDS, st.integers(1, EACH), st.integers(1, EACH), SHARES)
def test_each_class_is_nested(kind: str, one: int, other: int, share: float) -> None:
    """A larger budget adds rows to each class, and none of them is traded for another."""
    labels = example(kind)
    small, large = draw(kind, min(one, other), share), draw(kind, max(one, other), share)
    classes = labels.y if kind in ("multiclass", "binary") else np.zeros(labels.known.size)
    more = abs(one - other)
    for label in np.unique(classes[labels.known]):
        few, many = ({row for row in spent(d) if classes[row] == label} for d in (small, large))
        assert few <= many
        assert len(many - few) == more


@settings(deadline=None)
@given(st.integers(1, 29), st.integers(1, 29), SHARES, st.integers(0, 5))
def test_joint_rows_are_nested(one: int, other: int, share: float, seed: int) -> None:
    """Rows of several tasks together: the fewer are among the more, held ones among held ones."""
    known = np.arange(58) % 2 == 0
    small, large = (
        budgets.draw_rows(
            known, rows=rows, validation_share=share, rng=seeds.generator(seed, "rows")
        )
        for rows in (min(one, other), max(one, other))
    )
    assert spent(small) <= spent(large)
    assert set(small.held) <= set(large.held)


def test_a_draw_is_its_seeds() -> None:
    """The same generator draws the same rows, another one others."""
    first, again, other = (
        draw("multiclass", 5),
        draw("multiclass", 5),
        draw("multiclass", 5, seed=2),
    )
    np.testing.assert_array_equal(first.train, again.train)
    assert spent(first) != spent(other)


@settings(deadline=None)
@given(st.integers(1, 1000), SHARES)
def test_something_is_left_to_train_on(budget: int, share: float) -> None:
    """At most half of a budget is held, and what is held is its share rounded down."""
    held = budgets.held_of(budget, share)
    assert 0 <= held <= budget / 2
    assert held <= budget * share + 1e-6 < held + 1 + 1e-5


def test_held_by_hand() -> None:
    """A fifth of 5 is 1, not 0 by a rounding of 0.2."""
    assert [budgets.held_of(b, 0.2) for b in (1, 4, 5, 10, 15, 50)] == [0, 0, 1, 2, 3, 10]


@pytest.mark.parametrize(
    ("kind", "message"),
    [
        (
            "multiclass",
            r"task 't': a budget of 13 labels is larger than the 12 .* of class 'a': lower",
        ),
        ("binary", "larger than the 12 training rows of class no"),
        ("regression", "a budget of 37 labels is larger than the 36 training rows of the task"),
        ("multilabel", "a budget of 37 labels is larger than the 36 training rows of the task"),
    ],
)
def test_a_budget_larger_than_the_rows(kind: str, message: str) -> None:
    """A budget that cannot be had is refused, with task, class and count."""
    with pytest.raises(ValueError, match=message):
        draw(kind, 37 if kind in ("regression", "multilabel") else 13)


@pytest.mark.parametrize(("rows", "held"), [(4, 0), (5, 1), (20, 4), (29, 5)])
def test_joint_rows(rows: int, held: int) -> None:
    """Rows for several tasks are known, distinct and as many as asked for, held ones included."""
    known = np.arange(58) % 2 == 0
    given = budgets.draw_rows(
        known, rows=rows, validation_share=0.2, rng=seeds.generator(1, "rows")
    )
    assert (len(spent(given)), given.held.size, given.train.size) == (rows, held, rows - held)
    assert all(known[row] for row in spent(given))


def test_more_joint_rows_than_there_are() -> None:
    """More rows than have a label are refused, with both counts."""
    with pytest.raises(ValueError, match=r"multitask\.rows: 30 rows are more than the 29 training"):
        budgets.draw_rows(
            np.arange(58) % 2 == 0, rows=30, validation_share=0.2, rng=seeds.generator(1)
        )
