import sys

import numpy as np
import pytest
from scipy import sparse

from trunkline.recommending.lists import approximate
from trunkline.recommending.lists.approximate import Cells
from trunkline.recommending.lists.exact import Exact
from trunkline.recommending.lists.filtering import Open
from trunkline.recommending.model import UNKNOWN
from trunkline.settings.recommending.lists import Approximate


def search(seed=1, users=40, items=900, seen=0.02):
    """Return exact search among items in clusters."""
    rng = np.random.default_rng(seed)
    centres = rng.standard_normal((12, 6))
    x, y = (
        (centres[rng.integers(0, 12, n)] + 0.4 * rng.standard_normal((n, 6))).astype(np.float32)
        for n in (users, items)
    )
    gone = sparse.csr_array((rng.random((users, items)) < seen).astype(np.float32))
    opened = np.flatnonzero(rng.random(items) < 0.9).astype(np.int32)
    bias = rng.standard_normal(items).astype(np.float32)
    bias[:5] = -np.inf
    return Exact("model", x, y, Open(opened, gone, items), bias)


def test_without_faiss_it_is_told(monkeypatch):
    """The message says what to install, and what to do without."""
    monkeypatch.setitem(sys.modules, "faiss", None)
    cells = Cells(search(), Approximate(), 1)
    with pytest.raises(ImportError, match=r"needs Faiss: pip install 'trunkline\[approximate\]'"):
        cells.top(np.arange(2), 3)


@pytest.fixture
def faiss():
    """Skip where the extra is not installed."""
    pytest.importorskip("faiss")


@pytest.mark.usefixtures("faiss")
def test_recall_is_the_share_of_exact_lists_that_is_found():
    """Counted again in plain Python; more cells searched find no less, all of them everything."""
    exact = search()
    shares = []
    for probes in (1, 3, 10**6):
        cells = Cells(exact, Approximate(cells=20, probes=probes), 7)
        found, true = cells.top(np.arange(40), 10).items, exact.top(np.arange(40), 10).items
        counted = [
            len(set(ours) & set(best)) / len(best)
            for ours, best in zip(found.tolist(), true.tolist(), strict=True)
        ]
        assert approximate.recall(cells, np.arange(40), 10) == pytest.approx(np.mean(counted))
        shares.append(np.mean(counted))
    assert shares[0] < shares[1] < shares[2] == 1


@pytest.mark.usefixtures("faiss")
def test_what_is_found_has_the_scores_of_exact_search():
    """To the bit; nothing is listed that was seen, is not to be had, or has no score."""
    exact = search(seen=0.3)
    cells = Cells(exact, Approximate(cells=9, probes=10**6), 7)
    ours, best = cells.top(np.arange(40), 25), exact.top(np.arange(40), 25)
    assert (ours.items == best.items).all()
    assert ours.scores.tobytes() == best.scores.tobytes()
    few = Cells(exact, Approximate(cells=30, probes=1), 7).top(np.arange(40), 25)
    seen = exact.open.seen.toarray() > 0
    for user, items in enumerate(few.items):
        listed = items[items != UNKNOWN]
        assert np.isin(listed, exact.open.items).all()
        assert not seen[user, listed].any()
        assert (listed >= 5).all()


@pytest.mark.usefixtures("faiss")
def test_one_seed_gives_one_index():
    """The same lists again, and other cells from another seed."""
    found = [
        Cells(search(), Approximate(cells=40, probes=1), seed).top(np.arange(40), 10).items
        for seed in (3, 3, 4)
    ]
    assert (found[0] == found[1]).all()
    assert (found[0] != found[2]).any()


@pytest.mark.usefixtures("faiss")
def test_lists_longer_than_the_catalogue_end():
    """With UNKNOWN, as those of exact search."""
    exact = search(items=30, seen=0.0)
    cells = Cells(exact, Approximate(), 1)
    assert (cells.exact.able, cells.name) == (None, "model")
    ours, best = cells.top(np.arange(3), 40).items, exact.top(np.arange(3), 40).items
    assert (ours == best).all()
    assert (ours[:, -1] == UNKNOWN).all()


@pytest.mark.usefixtures("faiss")
def test_nobody_with_a_list_misses_nothing():
    """All was seen: recall is 1."""
    cells = Cells(search(items=20, seen=1.0), Approximate(), 1)
    assert approximate.recall(cells, np.arange(40), 5) == 1


def test_without_options_search_is_exact():
    """And misses nothing."""
    exact = search()
    assert approximate.chosen(exact, None, seed=1, count=5) == (exact, 1.0)


@pytest.mark.usefixtures("faiss")
def test_recall_is_measured_for_some_users_that_have_factors():
    """All of them, where the sample is as large."""
    exact = search()
    able = np.arange(40) % 2 == 0
    some = Exact("model", exact.users, exact.items, exact.open, exact.bias, able)
    options = Approximate(cells=20, probes=2, sample=20)
    cells, share = approximate.chosen(some, options, seed=1, count=10)
    assert isinstance(cells, Cells)
    assert share == approximate.recall(cells, np.flatnonzero(able), 10) < 1
    nobody = Exact("model", exact.users, exact.items, exact.open, exact.bias, np.zeros(40, bool))
    assert approximate.chosen(nobody, options, seed=1, count=10)[1] == 1
