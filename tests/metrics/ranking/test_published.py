"""Published numbers of MovieLens-100K, from `ml-100k/u.data` where TRUNKLINE_REAL_DATA has it.

The protocol is that of the tables of recommenders-team/recommenders (examples/06_benchmarks): a
random number for each row in the order of the file, from NumPy's old generator with seed 42; of
each item's rows, in order of that number, the first 75% train; every test row is relevant; every
item is ranked, without those the user has in training; users are averaged.
"""

import os
from pathlib import Path

import numpy as np
import pytest
from scipy import sparse

from trunkline.metrics.ranking import accuracy, chance, comparing, grouping, judging, popular
from trunkline.metrics.ranking import values as over
from trunkline.settings.judging import Evaluate

REAL = Path(os.environ.get("TRUNKLINE_REAL_DATA", "real-data")).resolve()
FILE = REAL / "ml-100k" / "u.data"
NAMES = ("map@10", "ndcg@10", "precision@10", "recall@10")

pytestmark = pytest.mark.skipif(not FILE.exists(), reason=f"there is no {FILE}")


@pytest.fixture(scope="module")
def divided():
    """Return what was seen and what is tested, and the first row of each item in the file."""
    table = np.loadtxt(FILE, dtype=np.int64)
    drawn = np.random.RandomState(42).rand(len(table))
    users, user = np.unique(table[:, 0], return_inverse=True)
    items, first, item = np.unique(table[:, 1], return_index=True, return_inverse=True)
    order = np.lexsort((drawn, item))
    counts = np.bincount(item)
    rank = np.empty(len(table), np.int64)
    rank[order] = np.arange(len(table)) - (np.cumsum(counts) - counts)[item[order]] + 1
    train = rank <= np.round(0.75 * counts)[item]
    parts = [
        sparse.csr_array((np.ones(part.sum(), np.float32), (user[part], item[part])),
                         shape=(len(users), len(items)))
        for part in (train, ~train)
    ]  # fmt: skip
    return (*parts, first)


@pytest.fixture(scope="module")
def ease(divided):
    """Return the metrics of EASE: `B = I - P diag(1 / diag P)`, `P = (X'X + 500 I)^-1`."""
    seen, test, _ = divided
    gram = (seen.T @ seen).toarray().astype(np.float64)
    inverse = np.linalg.inv(gram + 500 * np.eye(len(gram)))
    weights = -inverse / np.diag(inverse)
    np.fill_diagonal(weights, 0)
    judged = judging.evaluate(lambda users: seen[users] @ weights, seen=seen, test=test, k=10)
    return accuracy.measure(judged, [10])


def rounded(found, digits=4):
    """Return the means over users of the four published metrics."""
    return [round(float(found[name].mean()), digits) for name in NAMES]


def test_the_split_is_the_published_one(divided):
    """75,066 rows of 943 users and all 1,682 items train."""
    seen, test, _ = divided
    assert (seen.nnz, test.nnz, seen.shape) == (75_066, 24_934, (943, 1_682))
    assert np.count_nonzero(grouping.popularity(test)) == 1_473


def test_ease(ease):
    """0.4829, which no row of the published table reaches."""
    assert rounded(ease) == [0.1491, 0.4829, 0.4198, 0.2277]
    assert ease["ndcg@10"].mean() == pytest.approx(0.482853, abs=5e-7)
    assert ease["precision@10"].mean() == pytest.approx(0.419830, abs=5e-7)


def test_most_popular(divided):
    """0.2520 where, of equally popular items, the one that comes last in the file is first."""
    seen, test, first = divided
    popularity = grouping.popularity(seen)
    scores = popularity + first / (first.max() + 1)
    judged = judging.evaluate(
        lambda users: np.tile(scores, (len(users), 1)), seen=seen, test=test, k=10
    )
    assert rounded(accuracy.measure(judged, [10])) == [0.0559, 0.2520, 0.2282, 0.1130]


def test_most_popular_by_place(divided):
    """0.2524 where the lower place is first; the evaluation agrees with the closed form."""
    seen, test, _ = divided
    popularity = grouping.popularity(seen).astype(np.float32)
    judged = judging.evaluate(
        lambda users: np.tile(popularity, (len(users), 1)), seen=seen, test=test, k=100
    )
    found = accuracy.measure(judged, [10, 100])
    for name, values in popular.measure(seen, test, [10, 100]).items():
        assert values == pytest.approx(found[name], abs=1e-12), name
    assert rounded(found) == [0.0560, 0.2524, 0.2287, 0.1132]


def test_random(divided):
    """0.0164 was published for one fit; 20 fits agree with the closed form."""
    seen, test, _ = divided
    rng = np.random.default_rng(0)
    runs = []
    for _ in range(20):
        judged = judging.evaluate(
            lambda users: rng.random((len(users), seen.shape[1]), np.float32),
            seen=seen, test=test, k=10,
        )  # fmt: skip
        runs.append([values.mean() for values in accuracy.measure(judged, [10]).values()])
    candidates = seen.shape[1] - np.diff(seen.indptr)[judged.users]
    expected = chance.measure(judged.relevant, candidates, [10])
    error = np.std(runs, axis=0, ddof=1) / 20**0.5
    for mean, one, values in zip(np.mean(runs, axis=0), error, expected.values(), strict=True):
        assert abs(mean - values.mean()) < 4 * one
    published = np.array([0.0015, 0.0164, 0.0162, 0.0051])
    assert rounded(expected, 3) == pytest.approx(published, abs=0.0021)


def test_ease_is_better_than_the_most_popular(divided, ease):
    """By 0.23, and the interval of other users is narrow."""
    seen, test, _ = divided
    models = {"ease": ease["ndcg@10"], "popular": popular.measure(seen, test, [10])["ndcg@10"]}
    found = comparing.against(over.over_users(models), "popular", Evaluate(), seed=1)["ease"]
    assert found.verdict == "helps"
    assert found.comparison.difference.value == pytest.approx(0.2305, abs=5e-5)
    assert found.comparison.difference.high - found.comparison.difference.low < 0.03
