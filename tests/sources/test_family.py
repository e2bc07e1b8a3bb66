"""The generated families share what they claim to share, and nothing else."""

import math
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal
from sklearn.linear_model import LogisticRegression

from trunkline.determinism import seeds
from trunkline.settings.family import Family
from trunkline.sources import family


def table(seed: int = 7, **options: Any) -> pd.DataFrame:
    """Return 60 tasks of 30 rows, unless told otherwise."""
    return family.table(Family(**({"kind": "family", "tasks": 60, "rows": 30} | options)), seed)


@settings(deadline=None, max_examples=20)
@given(
    st.sampled_from(["sinusoids", "sides"]), st.booleans(), st.integers(3, 12), st.integers(2, 9),
    st.integers(1, 5), st.integers(0, 2**32),
)  # fmt: skip
def test_any_size_gives_typed_columns(
    form: str, shared: bool, tasks: int, rows: int, features: int, seed: int
) -> None:
    """Each task has its rows, all numbers are finite, half of a task's rows lie on each side."""
    frame = table(seed, form=form, shared=shared, tasks=tasks, rows=rows, features=features)
    names = list(Family(kind="family", features=features).inputs)
    assert list(frame) == ["task", *names, "y"]
    assert frame["task"].value_counts().to_dict() == {
        f"task_{k:0{len(str(tasks - 1))}d}": rows for k in range(tasks)
    }
    assert frame["task"].dtype == "str"
    assert {str(frame[name].dtype) for name in names} == {"float32"}
    assert str(frame["y"].dtype) == ("float32" if form == "sinusoids" else "int64")
    assert np.isfinite(frame[[*names, "y"]].to_numpy(np.float64)).all()
    if form == "sides":
        assert set(frame.groupby("task")["y"].sum()) == {rows - rows // 2}


def test_the_seed_decides_alone() -> None:
    """The same seed gives the same table, another seed another one."""
    assert_frame_equal(table(1), table(1))
    assert not table(1)["y"].equals(table(2)["y"])


@given(st.floats(-3000, 3000))
def test_the_sine_is_a_sine(angle: float) -> None:
    """It agrees with the library's, is odd, and needs nothing of the processor's."""
    found = float(family.sine(np.array([angle]))[0])
    assert found == pytest.approx(math.sin(angle), abs=1e-12)
    assert found == -float(family.sine(np.array([-angle]))[0])


def test_shared_sinusoids_are_those_of_the_paper() -> None:
    """Two rows tell amplitude and phase, which lie in their ranges, of all others."""
    frame = table(tasks=200)
    assert frame["x"].between(-5, 5).all()
    for _, rows in frame.groupby("task"):
        x, y = rows["x"].to_numpy(np.float64), rows["y"].to_numpy(np.float64)
        waves = np.stack([np.sin(x), np.cos(x)], axis=1)  # y = a cos(p) sin(x) - a sin(p) cos(x)
        (a, b), residual, *_ = np.linalg.lstsq(waves, y)
        assert residual[0] < 1e-9
        assert 0.1 - 1e-6 <= math.hypot(a, b) <= 5 + 1e-6
        assert -1e-6 <= math.atan2(-b, a) <= math.pi + 1e-6


def test_sinusoids_that_share_nothing_tell_nothing_of_other_rows() -> None:
    """The nearest of 19 rows foretells no better than any; their size is that of the others."""
    frame = table(shared=False, tasks=400)
    errors = []
    for _, rows in frame.groupby("task"):
        x, y = rows["x"].to_numpy(np.float64), rows["y"].to_numpy(np.float64)
        near = np.abs(x[:10, None] - x[None, 10:]).argmin(axis=1)
        errors.append(np.mean((y[:10] - y[10:][near]) ** 2) / 2)
    assert np.mean(errors) == pytest.approx(frame["y"].var(), rel=0.1)
    assert frame["y"].std() == pytest.approx(table(tasks=400)["y"].std(), rel=0.1)


def planes(frame: pd.DataFrame) -> np.ndarray:
    """Return the direction in which each task's sides differ, as a linear model finds it."""
    found = []
    for _, rows in frame.groupby("task"):
        x = rows.filter(like="feature_").to_numpy(np.float64)
        found.append(LogisticRegression(C=100.0).fit(x, rows["y"]).coef_[0])
    directions = np.array(found)
    return np.asarray(directions / np.linalg.norm(directions, axis=1, keepdims=True))


def test_shared_planes_differ_in_two_directions_alone() -> None:
    """Two of ten directions explain the planes of all tasks, which are not all the same."""
    frame = table(form="sides", features=10, rows=400, tasks=40)
    spectrum = np.linalg.svd(planes(frame), compute_uv=False) ** 2
    assert spectrum[:2].sum() > 0.95 * spectrum.sum()
    assert spectrum[1] > 0.1 * spectrum.sum()


def test_sides_that_share_nothing_tell_nothing_of_other_rows() -> None:
    """Neither the nearest of 20 rows nor a line through them foretells a side."""
    frame = table(form="sides", shared=False, features=100, rows=40, tasks=100)
    near, line = [], []
    for _, rows in frame.groupby("task"):
        x, y = rows.filter(like="feature_").to_numpy(np.float64), rows["y"].to_numpy()
        apart = ((x[20:, None] - x[None, :20]) ** 2).sum(axis=2)
        near.append(np.mean(y[:20][apart.argmin(axis=1)] == y[20:]))
        line.append(LogisticRegression().fit(x[:20], y[:20]).score(x[20:], y[20:]))
    assert np.mean(near) == pytest.approx(0.5, abs=0.035)  # three deviations
    assert np.mean(line) == pytest.approx(0.5, abs=0.035)


def test_sides_that_share_nothing_are_an_even_number_of_planes() -> None:
    """The planes themselves tell all: the label is the upper half of the product of heights."""
    settings = Family(kind="family", form="sides", shared=False, tasks=5, rows=8, features=3)
    frame = family.table(settings, 1)
    x = frame[list(settings.inputs)].to_numpy(np.float64).reshape(5, 8, 3)
    rng = seeds.generator(1, "family", "sides", "False", "planes")
    across = rng.standard_normal((3, 5, 3))
    across /= np.linalg.norm(across, axis=2, keepdims=True)
    product = np.einsum("trf,ptf->ptr", x, across).prod(axis=0)
    upper = product >= np.sort(product, axis=1)[:, 4:5]
    np.testing.assert_array_equal(frame["y"].to_numpy().reshape(5, 8), upper)


def test_noise_hides_the_side() -> None:
    """With noise as large as the height a quarter of the rows lies on the wrong side."""
    clean = table(form="sides", features=3, rows=200)
    noisy = table(form="sides", features=3, rows=200, noise=1.0)
    assert (clean["y"] != noisy["y"]).mean() == pytest.approx(0.25, abs=0.03)
    assert (table(noise=0.5)["y"] - table()["y"]).std() == pytest.approx(0.5, rel=0.1)
