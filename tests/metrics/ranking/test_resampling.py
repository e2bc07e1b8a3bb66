"""The bootstrap over users against SciPy's, and sign flips against full enumeration."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from trunkline.determinism import seeds
from trunkline.metrics import comparisons
from trunkline.metrics.ranking import flipping, resampling, values

skewed = st.lists(st.sampled_from([0.0, 0.0, 0.0, 0.1, 0.25, 0.9]), min_size=5, max_size=30)


def ours(metric, totals, resamples, seed, alpha=0.05):
    """Return the interval of the first model."""
    columns = np.array([totals]).T
    means = resampling.means(columns, metric.counts, resamples=resamples, seed=seed)
    value, without = metric.over(np.array(totals))
    return resampling.interval(value, metric.scaled(means)[:, 0], without, alpha)


def scipys(data, statistic, resamples, seed, alpha=0.05):
    """Return SciPy's BCa interval from the same draws."""
    n = len(data[0])
    found = stats.bootstrap(
        data, statistic, paired=True, n_resamples=resamples, confidence_level=1 - alpha,
        method="BCa", vectorized=False, rng=seeds.generator(seed, "users", n),
    )  # fmt: skip
    return tuple(found.confidence_interval)


@settings(max_examples=25)
@given(skewed.filter(lambda row: len(set(row)) > 1), st.integers(0, 99))
def test_the_interval_of_a_mean_is_scipys(row, seed):
    """The same draws, ties counted half, and the jackknife in closed form."""
    expected = scipys((np.array(row),), lambda x: round(float(x.mean()), 12), 199, seed)
    assert ours(values.over_users({"a": row}), row, 199, seed) == pytest.approx(expected, abs=1e-9)


def test_the_interval_of_an_rmse_is_scipys():
    """A ratio of sums over users, and its root."""
    rng = np.random.default_rng(1)
    counts = rng.integers(1, 9, 40).astype(float)
    squared = counts * rng.gamma(1, 1, 40)
    metric = values.over_ratings({"a": squared}, counts, root=True)
    expected = scipys((squared, counts), lambda s, c: float((s.sum() / c.sum()) ** 0.5), 499, 3)
    assert ours(metric, squared, 499, 3) == pytest.approx(expected, abs=1e-9)


def test_a_resample_draws_as_many_users_as_there_are():
    """With replacement; as often in one place as in another."""
    times = np.concatenate(list(resampling.draws(50, resamples=400, seed=2)))
    assert times.shape == (400, 50)
    assert (times.sum(axis=1) == 50).all()
    assert abs(times.mean(axis=0) - 1).max() < 4 * (1 / 400) ** 0.5


def test_blocks_of_resamples_make_no_difference(monkeypatch):
    """The same users are drawn, however many resamples at a time."""
    whole = np.concatenate(list(resampling.draws(7, resamples=25, seed=2)))
    monkeypatch.setattr(resampling, "_AT_ONCE", 30)
    blocks = list(resampling.draws(7, resamples=25, seed=2))
    assert [len(block) for block in blocks] == [4] * 6 + [1]
    assert (np.concatenate(blocks) == whole).all()


def test_every_model_sees_the_same_users():
    """A model that is always 0.1 better is so in each resample, also asked for alone."""
    row = np.random.default_rng(0).random(30)
    both = resampling.means(np.stack([row, row + 0.1], 1), np.ones(30), resamples=99, seed=1)
    assert np.ptp(both[:, 1] - both[:, 0]) < 1e-12
    alone = resampling.means(row[:, np.newaxis], np.ones(30), resamples=99, seed=1)
    assert alone[:, 0] == pytest.approx(both[:, 0], rel=1e-14)


def test_equal_values_have_no_width():
    """Nothing varies."""
    row = [0.3] * 6
    assert ours(values.over_users({"a": row}), row, 199, 0) == pytest.approx((0.3, 0.3))


def test_a_skewed_metric_has_a_skewed_interval():
    """Few users have all of it: it reaches further up than down, further than percentiles do."""
    row = [0.0] * 60 + [1.0] * 3
    low, high = ours(values.over_users({"a": row}), row, 1999, 0)
    means = resampling.means(np.array([row]).T, np.ones(63), resamples=1999, seed=0)
    assert high - np.mean(row) > np.mean(row) - low
    assert low > np.quantile(means, 0.025)
    assert high > np.quantile(means, 0.975)


def test_intervals_hold_the_truth():
    """Of 300 samples of 150 users with skewed values about 95% do, as their level says."""
    rng = np.random.default_rng(6)
    samples = np.where(rng.random((300, 150)) < 0.6, 0, rng.beta(1, 4, (300, 150)))
    held = 0
    for seed, row in enumerate(samples):
        low, high = ours(values.over_users({"a": row}), row, 499, seed)
        held += low <= 0.4 * 0.2 <= high
    assert abs(held / 300 - 0.95) < 4 * (0.95 * 0.05 / 300) ** 0.5


def test_a_value_beyond_all_resamples_has_an_interval():
    """Its place among them is bounded by half a resample."""
    found = resampling.interval(2.0, np.linspace(0, 1, 200), np.array([1.0, 2.0, 3.0]), 0.05)
    assert np.isfinite(found).all()


def test_a_level_that_is_none_is_refused():
    """An interval covers less than all."""
    with pytest.raises(ValueError, match="alpha must be between 0 and 1"):
        resampling.interval(0.0, np.arange(9.0), np.arange(3.0), 1.0)


# Sign flips


def p_values(gains, patterns=999, seed=0):
    """Return the p of some columns of differences of scores of about 1."""
    columns = np.array(gains)
    return flipping.p_values(columns, np.ones(columns.shape[1]), patterns=patterns, seed=seed)


def test_few_users_are_enumerated():
    """2, 1, 0 and -1 tenths: |sum| is at least 2 in 12 of 16 patterns; six of a sign: 2 of 64."""
    assert p_values([[0.2], [0.1], [0.0], [-0.1]]).tolist() == [12 / 16]
    assert p_values([[0.1, -0.2]] * 6).tolist() == [2 / 64, 2 / 64]


def test_many_users_are_flipped_at_random():
    """About the p of a normal distribution, and nearly that of the sign flips of one pair alone."""
    rng = np.random.default_rng(4)
    gains = rng.normal(0.03, 0.2, (200, 3))
    found = p_values(gains, patterns=9999)
    for column, p in zip(gains.T, found, strict=True):
        normal = 2 * stats.norm.sf(abs(column.sum()) / np.sqrt((column**2).sum()))
        alone = comparisons.sign_flip(column, scale=1.0, resamples=9999, rng=rng)
        error = np.sqrt(normal * (1 - normal) / 9999)
        assert abs(p - normal) < 4 * error + 0.01
        assert abs(p - alone) < 6 * error


def test_p_is_never_zero_and_one_without_any_difference():
    """The pattern that was observed counts, and all are as far from 0 as no difference."""
    assert p_values(np.stack([np.ones(40), np.zeros(40)], axis=1), 99).tolist() == [0.01, 1.0]


def test_swapped_models_have_the_same_p():
    """The test is two-sided."""
    gains = np.random.default_rng(0).normal(0.1, 1, (50, 1))
    assert p_values(np.hstack([gains, -gains]))[0] == p_values(np.hstack([gains, -gains]))[1]


def test_differences_that_are_rounding_are_none():
    """0.3 - 0.2 is not 0.1, but flipping it changes nothing."""
    gains = np.where(np.arange(30) % 2, 0.3 - 0.2, -0.1)[:, np.newaxis]
    assert p_values(gains).tolist() == [1.0]


def test_blocks_of_patterns_are_all_counted(monkeypatch):
    """One after the other."""
    gains = np.random.default_rng(0).normal(0.1, 1, (33, 2))
    whole = p_values(gains)
    monkeypatch.setattr(flipping, "_AT_ONCE", 33 * 10)
    assert p_values(gains) == pytest.approx(whole, abs=0)


def test_p_keeps_its_level():
    """Of 400 comparisons without a difference about 5% have a p of 0.05 or less."""
    gains = np.random.default_rng(8).exponential(1, (60, 400)) * np.random.default_rng(9).choice(
        [-1, 1], (60, 400)
    )
    share = np.mean(p_values(gains, 499) <= 0.05)
    assert abs(share - 0.05) < 4 * np.sqrt(0.05 * 0.95 / 400)
