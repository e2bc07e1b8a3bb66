"""What every metric promises; a new one is checked by being in the table of its kind."""

from collections.abc import Iterator
from typing import get_args

import numpy as np
import pytest

from trunkline.metrics import scores
from trunkline.settings.study import Kind

ROWS = 60


def rng() -> np.random.Generator:
    """Return a generator, always the same."""
    return np.random.Generator(np.random.PCG64(1))


def example(kind: Kind) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return truths, outputs that are right and outputs that are noise."""
    if kind == "multiclass":
        y = np.arange(ROWS) % 3
        return y, 50 * np.eye(3)[y], rng().normal(size=(ROWS, 3))
    if kind == "binary":
        y = np.arange(ROWS) % 2
        return y, 50.0 * (2 * y - 1), rng().normal(size=ROWS)
    if kind == "multilabel":
        y = rng().integers(2, size=(ROWS, 3))
        return y, 50.0 * (2 * y - 1), rng().normal(size=(ROWS, 3))
    values = rng().normal(size=ROWS)
    return values, values.copy(), -values


def every() -> Iterator[tuple[Kind, scores.Metric]]:
    """Yield each metric with its kind."""
    for kind in get_args(Kind):
        for metric in scores.for_kind(kind).values():
            yield kind, metric


EACH = pytest.mark.parametrize(
    ("kind", "metric"), list(every()), ids=lambda part: getattr(part, "name", part)
)


@pytest.mark.parametrize("kind", get_args(Kind))
def test_every_kind_is_measured(kind: Kind) -> None:
    """Each kind has metrics under their own names; the main one is better when higher."""
    found = scores.for_kind(kind)
    assert all(name == metric.name for name, metric in found.items())
    assert next(iter(found.values())).higher_is_better


@EACH
def test_one_finite_number(kind: Kind, metric: scores.Metric) -> None:
    """A metric is a Python float, finite also for noise."""
    y, _, noise = example(kind)
    value = metric.function(y, noise)
    assert type(value) is float
    assert np.isfinite(value)


@EACH
def test_the_truth_is_best(kind: Kind, metric: scores.Metric) -> None:
    """Right outputs score 1 or 0, and better than noise, the way the metric says it points."""
    y, right, noise = example(kind)
    best, worse = metric.function(y, right), metric.function(y, noise)
    assert best == pytest.approx(1.0 if metric.higher_is_better else 0.0, abs=1e-9)
    assert (best > worse) == metric.higher_is_better
    assert best != worse


@EACH
def test_order_of_rows_does_not_matter(kind: Kind, metric: scores.Metric) -> None:
    """Rows in another order give the same value."""
    y, _, noise = example(kind)
    order = rng().permutation(ROWS)
    assert metric.function(y[order], noise[order]) == pytest.approx(metric.function(y, noise))


@EACH
def test_inputs_are_not_changed(kind: Kind, metric: scores.Metric) -> None:
    """A metric writes into neither truths nor outputs."""
    y, _, noise = example(kind)
    before = y.copy(), noise.copy()
    metric.function(y, noise)
    np.testing.assert_array_equal(y, before[0])
    np.testing.assert_array_equal(noise, before[1])


@EACH
def test_what_is_not_a_number_is_refused(kind: Kind, metric: scores.Metric) -> None:
    """An output that is NaN is an error, not a score."""
    y, _, noise = example(kind)
    noise[3] = np.nan
    with pytest.raises(ValueError, match="must be finite"):
        metric.function(y, noise)


@EACH
def test_says_what_it_is(kind: Kind, metric: scores.Metric) -> None:
    """A metric has a line for the report and a docstring for its reader."""
    del kind
    assert metric.description
    assert metric.function.__doc__
