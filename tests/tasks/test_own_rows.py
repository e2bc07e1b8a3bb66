"""Rows of their own for each task: as many as asked, the same ones where they are shared."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trunkline.tasks import own_rows

ROWS = 200


def drawn(
    known: dict[str, np.ndarray], rows: dict[str, int], *, share: float = 0.2, seed: int = 1
) -> tuple[own_rows.Draw, dict[str, np.ndarray]]:
    """Draw rows with a generator of this seed."""
    rng = np.random.Generator(np.random.PCG64(seed))
    return own_rows.draw(known, rows, validation_share=share, rng=rng)


def halves() -> dict[str, np.ndarray]:
    """Return two tasks on separate halves of a table."""
    first = np.arange(ROWS) < 80
    return {"a": first, "b": ~first}


def test_separate_tasks_get_what_they_ask_for() -> None:
    """50 rows of the one and 10 of the other, of each a fifth held back."""
    draw, own = drawn(halves(), {"a": 50, "b": 10})
    assert {task: int(mask.sum()) for task, mask in own.items()} == {"a": 50, "b": 10}
    assert {task: int(mask[draw.train].sum()) for task, mask in own.items()} == {"a": 40, "b": 8}
    assert {task: int(mask[draw.held].sum()) for task, mask in own.items()} == {"a": 10, "b": 2}
    assert (draw.train.dtype, draw.held.dtype) == (np.int32, np.int32)


@pytest.mark.parametrize("order", ["ab", "ba"])
def test_tasks_on_the_same_rows_share_them(order: str) -> None:
    """The task of fewer rows sees some of the other's, a fifth held back of both."""
    every = np.ones(ROWS, bool)
    rows = {"a": 100, "b": 20}
    draw, own = drawn(dict.fromkeys(order, every), rows)
    assert not (own["b"] & ~own["a"]).any()
    assert draw.train.size + draw.held.size == 100
    assert [int(own[task][draw.held].sum()) for task in "ab"] == [20, 4]


@given(
    st.integers(0, 2**32 - 1),
    st.lists(st.lists(st.booleans(), min_size=30, max_size=30), min_size=1, max_size=4),
    st.data(),
)
def test_no_row_is_both_trained_on_and_held(
    seed: int, table: list[list[bool]], data: st.DataObject
) -> None:
    """Whatever overlaps, each task gets its number of rows, and a row has one use."""
    known = {str(n): np.array(row) for n, row in enumerate(table) if any(row)}
    rows = {task: data.draw(st.integers(1, int(one.sum()))) for task, one in known.items()}
    if not known:
        return
    draw, own = drawn(known, rows, seed=seed, share=0.3)
    assert not set(draw.train) & set(draw.held)
    assert set(draw.train) | set(draw.held) == set(np.flatnonzero(np.any([*own.values()], axis=0)))
    for task, mask in own.items():
        assert int(mask.sum()) == rows[task]
        assert not (mask & ~known[task]).any()


@given(
    st.integers(0, 2**32 - 1),
    st.lists(st.lists(st.booleans(), min_size=30, max_size=30), min_size=1, max_size=4),
    st.data(),
)
def test_rows_of_each_task_are_nested(
    seed: int, table: list[list[bool]], data: st.DataObject
) -> None:
    """A task's fewer rows are among its more, whatever the other tasks ask for in either."""
    known = {str(n): np.array(row) for n, row in enumerate(table) if any(row)}
    asked = {
        task: sorted(data.draw(st.tuples(*[st.integers(1, int(one.sum()))] * 2)))
        for task, one in known.items()
    }
    if not known:
        return
    few, many = (
        drawn(known, {task: rows[n] for task, rows in asked.items()}, seed=seed)[1] for n in (0, 1)
    )
    for task in known:
        assert not (few[task] & ~many[task]).any()


def test_more_rows_than_there_are() -> None:
    """The task is named with what it asks for and what there is."""
    with pytest.raises(ValueError, match=r"multitask\.rows\.a: 81 rows are more than the 80 train"):
        drawn(halves(), {"a": 81, "b": 1})
