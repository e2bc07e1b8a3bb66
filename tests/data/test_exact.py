"""Sums without rounding are those of `math.fsum`."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trunkline.data import exact

FINITE = st.floats(-1e300, 1e300, allow_nan=False)


@given(st.lists(FINITE, max_size=50))
def test_it_is_fsum(values: list[float]) -> None:
    """Whatever the magnitudes, the smallest numbers included."""
    assert float(exact.total(np.array(values, np.float64))) == math.fsum(values)


def test_what_cancels_is_exact(monkeypatch: pytest.MonkeyPatch) -> None:
    """Large numbers leave nothing behind, in any order and however they are cut up."""
    monkeypatch.setattr(exact, "ROWS", 7)
    values = np.random.default_rng(1).normal(size=1000) * 10.0 ** np.arange(-500, 500).clip(
        -300, 200
    )
    both = np.concatenate([values, [5e-324, -1.5], -values[::-1]])
    assert exact.total(both) == exact.total(np.array([5e-324, -1.5]))
    assert float(exact.total(values)) == math.fsum(values)
