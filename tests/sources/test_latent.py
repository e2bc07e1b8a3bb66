"""The latent table has the truth that it claims."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal
from sklearn.linear_model import LinearRegression, LogisticRegression

from trunkline.settings.dataset import Latent
from trunkline.sources import latent

LABELS = ["source", "shared", "unrelated", "contradicting"]


def table(seed: int = 7, **options: float) -> pd.DataFrame:
    """Return a table of 1,000 rows a domain, unless told otherwise."""
    return latent.table(Latent(kind="latent", **({"rows": 1000} | options)), seed)  # type: ignore[arg-type]


@settings(deadline=None, max_examples=20)
@given(st.integers(10, 60), st.integers(1, 30), st.integers(1, 5), st.integers(0, 2**32))
def test_shape_types_and_balance(rows: int, features: int, factors: int, seed: int) -> None:
    """Any size gives typed columns, finite numbers and labels of equal halves."""
    frame = table(seed, rows=rows, features=features, factors=factors)
    assert frame.shape == (2 * rows, 1 + features + 4 + 1)
    assert frame["domain"].value_counts().to_dict() == {"source": rows, "target": rows}
    assert set(frame.dtypes.astype(str)) == {"str", "float32", "int64"}
    assert np.isfinite(frame.drop(columns="domain").to_numpy(np.float64)).all()
    assert (frame[LABELS].sum() == rows).all()


def test_the_seed_decides_alone() -> None:
    """The same seed gives the same table, another seed another one."""
    assert_frame_equal(table(1), table(1))
    assert not table(1)["feature_00"].equals(table(2)["feature_00"])


def test_the_noise_is_of_the_size_asked_for() -> None:
    """Without noise the features span as many dimensions as there are factors."""
    silent = table(noise=0.0).filter(like="feature_").to_numpy(np.float64)
    spectrum = np.linalg.svd(silent, compute_uv=False)
    assert spectrum[7] > 1e5 * spectrum[8]
    noisy = table(noise=2.0).filter(like="feature_").to_numpy(np.float64)
    assert np.sqrt((noisy - silent).var()) == pytest.approx(2.0, rel=0.01)


def test_label_noise_flips_its_share() -> None:
    """A tenth of the labels is flipped, the amount is left alone."""
    clean, noisy = table(), table(label_noise=0.1)
    for name in LABELS:
        assert (clean[name] != noisy[name]).mean() == pytest.approx(0.1, abs=0.03)
    assert clean["amount"].equals(noisy["amount"])


def test_the_amount_is_standardised() -> None:
    """Mean 0 and deviation 1."""
    amount = table()["amount"].to_numpy(np.float64)
    assert amount.mean() == pytest.approx(0, abs=1e-6)
    assert amount.std() == pytest.approx(1, abs=1e-6)


def accuracy(frame: pd.DataFrame, features: np.ndarray, label: str) -> float:
    """Return the accuracy of a linear classifier, fitted on one half of rows, on the other."""
    model = LogisticRegression(max_iter=500).fit(features[::2], frame[label][::2])
    return float(model.score(features[1::2], frame[label][1::2]))


def test_source_needs_a_network_and_unrelated_does_not() -> None:
    """No straight line tells labels of hidden units; one tells those of `unrelated`."""
    frame = table(noise=0.0)
    features = frame.filter(like="feature_").to_numpy(np.float64)
    assert accuracy(frame, features, "source") < 0.6
    assert accuracy(frame, features, "contradicting") < 0.6
    assert accuracy(frame, features, "unrelated") > 0.95


def test_the_units_of_the_source_tell_what_shares_them_and_nothing_else() -> None:
    """Given the true hidden units, `shared` and `amount` are lines, the others are chance."""
    frame = table()
    units = latent._units(latent._normal(7, "own", 2000, 4), 7, "own")
    assert accuracy(frame, units, "source") > 0.95
    assert accuracy(frame, units, "shared") > 0.95
    assert accuracy(frame, units, "unrelated") < 0.57
    assert accuracy(frame, units, "contradicting") < 0.57
    assert LinearRegression().fit(units, frame["amount"]).score(units, frame["amount"]) > 0.999


def test_the_other_units_tell_contradicting() -> None:
    """`contradicting` is the same kind of function, of the factors that the source ignores."""
    frame = table()
    units = latent._units(latent._normal(7, "other", 2000, 4), 7, "other")
    assert accuracy(frame, units, "contradicting") > 0.95
    assert accuracy(frame, units, "source") < 0.57


def test_products_agree_with_numpy() -> None:
    """Term by term is the matrix product."""
    left, right = latent._normal(1, "l", 20, 6), latent._normal(1, "r", 6, 9)
    np.testing.assert_allclose(latent._product(left, right), left @ right, atol=1e-12)


def test_the_strength_changes_the_shared_label_alone() -> None:
    """A whole relation is what the table had without the option, bit for bit."""
    whole, half = table(), table(strength=0.5)
    assert_frame_equal(whole, table(strength=1.0))
    assert_frame_equal(whole.drop(columns="shared"), half.drop(columns="shared"))
    assert (half["shared"].groupby(half["domain"]).mean() - 0.5).abs().max() < 0.05


def test_the_strength_is_the_correlation_with_the_sources_units() -> None:
    """The mixture has deviation 1; at 0 the other units tell the label, and these do not."""
    own = latent._units(latent._normal(7, "own", 2000, 4), 7, "own")
    other = latent._units(latent._normal(7, "other", 2000, 4), 7, "other")
    whole = latent._mixed(own, other, 7, 1.0)
    for strength in (0.0, 0.3, 0.8):
        mixed = latent._mixed(own, other, 7, strength)
        assert mixed.std() == pytest.approx(1.0, abs=0.05)
        assert np.corrcoef(mixed, whole)[0, 1] == pytest.approx(strength, abs=0.05)
    none = table(strength=0.0)
    assert accuracy(none, other, "shared") > 0.95
    assert accuracy(none, own, "shared") < 0.57
    assert 0.6 < accuracy(table(strength=0.6), own, "shared") < 0.85
