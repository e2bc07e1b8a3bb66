"""Courses: each row once an epoch, padding without weight, rates by hand."""

from typing import Literal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trunkline.determinism import seeds
from trunkline.settings.study import Training
from trunkline.tasks.budgets import Draw
from trunkline.training import courses
from trunkline.training.batches import Course

Schedule = Literal["constant", "cosine", "linear"]


def make(
    train: int, held: int, *, batch: int = 4, epochs: int = 5, call: int = 2, patience: int = 3
) -> list[Course]:
    """Return the courses of a run; rows have the numbers 100 to 100 + train + held."""
    training = Training(batch_size=batch, epochs=epochs, patience=patience)
    rows = np.arange(100, 100 + train + held, dtype=np.int32)
    shape = courses.Sizes(call, -(-train // batch) + 1, batch, max(1, -(-held // batch)))
    rng = seeds.generator(1, "order")
    draw = Draw(rows[:train], rows[train:])
    return list(courses.courses(training, shape, draw, epochs=epochs, rate=0.5, rng=rng))


def epochs_of(made: list[Course]) -> list[tuple[np.ndarray, np.ndarray, np.ndarray]]:
    """Return rows, weights and rates [steps, batch] of each epoch that runs."""
    return [
        (c.rows[e, : c.steps], c.weight[e, : c.steps], c.rate[e, : c.steps])
        for c in made
        for e in range(c.epochs)
    ]


@settings(deadline=None, max_examples=40)
@given(st.integers(1, 20), st.integers(0, 9), st.integers(1, 7), st.integers(1, 7))
def test_every_row_exactly_once_an_epoch(train: int, held: int, batch: int, epochs: int) -> None:
    """Rows of weight 1 are the training rows, each once in each epoch; held rows never."""
    made = epochs_of(make(train, held, batch=batch, epochs=epochs))
    assert len(made) == epochs
    for rows, weight, _ in made:
        assert sorted(rows[weight == 1]) == list(range(100, 100 + train))
        assert set(np.unique(weight)) <= {0, 1}
        assert (weight.sum(axis=1) > 0).all()


@settings(deadline=None, max_examples=40)
@given(st.integers(1, 20), st.integers(1, 7))
def test_padding_is_of_the_epochs_own_rows(train: int, batch: int) -> None:
    """Every slot that runs holds a training row, so padding cannot shift batch statistics."""
    for rows, _, _ in epochs_of(make(train, 3, batch=batch)):
        assert set(rows.ravel()) <= set(range(100, 100 + train))


def test_orders_differ_between_epochs_and_calls() -> None:
    """No two epochs of a run share their order."""
    orders = [tuple(rows.ravel()) for rows, _, _ in epochs_of(make(12, 0))]
    assert len(set(orders)) == 5


def test_calls_cut_one_order() -> None:
    """How many epochs a call runs changes neither order nor rates."""
    for one, other in zip(
        epochs_of(make(10, 3, call=5)), epochs_of(make(10, 3, call=2)), strict=True
    ):
        for left, right in zip(one, other, strict=True):
            np.testing.assert_array_equal(left, right)


def test_counts_of_a_course() -> None:
    """Epochs fill the calls, the last one as far as they go; steps and blocks are those needed."""
    made = make(10, 5, epochs=5, call=2)
    assert [int(c.epochs) for c in made] == [2, 2, 1]
    assert {(int(c.steps), int(c.blocks), int(c.patience)) for c in made} == {(3, 2, 3)}


@settings(deadline=None, max_examples=40)
@given(st.integers(1, 20), st.integers(1, 7))
def test_held_blocks(held: int, batch: int) -> None:
    """Held rows fill their blocks in order, each once; the rest has no weight."""
    course = make(3, held, batch=batch)[0]
    assert course.held_rows[course.held_weight == 1].tolist() == list(range(103, 103 + held))
    assert course.held_rows.shape == (course.blocks, batch)


def test_without_held_rows_patience_never_ends() -> None:
    """With nothing to validate on, a run takes all its epochs."""
    course = make(4, 0, epochs=9, patience=1)[0]
    assert int(course.blocks) == 0
    assert int(course.patience) > 9


@pytest.mark.parametrize(
    ("schedule", "warmup", "expected"),
    [
        ("constant", 0.0, [2, 2, 2, 2]),
        ("linear", 0.0, [2, 1.5, 1, 0.5]),
        ("cosine", 0.0, [2, 1 + np.sqrt(0.5), 1, 1 - np.sqrt(0.5)]),
        ("constant", 0.5, [1, 2, 2, 2]),
        ("linear", 0.5, [1, 2, 2, 1]),
        ("cosine", 0.5, [1, 2, 2, 1]),
        ("linear", 0.25, [2, 2, 4 / 3, 2 / 3]),
    ],
)
def test_rates_by_hand(schedule: Schedule, warmup: float, expected: list[float]) -> None:
    """Four steps of each schedule, with and without a warm-up."""
    training = Training(schedule=schedule, warmup=warmup)
    found = courses.rates(training, steps=4, rate=2.0)
    np.testing.assert_allclose(found, expected, rtol=1e-6)
    assert found.dtype == np.float32


def test_the_schedule_spans_the_run_not_the_call() -> None:
    """A linear schedule falls over all epochs, whatever the calls."""
    training = Training(schedule="linear", batch_size=2, epochs=4)
    shape = courses.Sizes(2, 3, 2, 1)
    draw = Draw(np.arange(4, dtype=np.int32), np.arange(0, dtype=np.int32))
    made = courses.courses(
        training, shape, draw, epochs=4, rate=8.0, rng=seeds.generator(1, "order")
    )
    rates = np.concatenate([rate for _, _, rate in epochs_of(list(made))])
    assert rates.tolist() == [8, 7, 6, 5, 4, 3, 2, 1]


@pytest.mark.parametrize(
    ("rows", "held", "epochs", "expected"),
    [
        (100, 0, 200, courses.Sizes(200, 4, 32, 1)),
        (100, 33, 200, courses.Sizes(200, 4, 32, 2)),
        (32 * 4096 + 1, 5, 200, courses.Sizes(1, 4097, 32, 1)),
        (32 * 1000, 5, 200, courses.Sizes(4, 1000, 32, 1)),
    ],
)
def test_sizes(rows: int, held: int, epochs: int, expected: courses.Sizes) -> None:
    """Calls run all epochs of a small table, and at least one of a large one."""
    assert courses.sizes(Training(epochs=epochs), train_rows=rows, held_rows=held) == expected
