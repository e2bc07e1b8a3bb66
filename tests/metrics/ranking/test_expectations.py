"""What random lists and the most popular items score, against the evaluation of them."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.metrics.ranking.tables import cases, cells, model
from trunkline.metrics.ranking import accuracy, catalogue, chance, grouping, judging, popular

CUTOFFS = (1, 2, 3, 7)
C = 5


def all_orders(relevant):
    """Return the mean of every metric over all orders of five items, some of them relevant."""
    scores = np.array(list(itertools.permutations(range(C))), np.float32)  # [120, 5]
    test = np.zeros(scores.shape)
    test[:, :relevant] = 1
    judged = judging.evaluate(model(scores), seen=cells(test * 0), test=cells(test), k=7)
    return {name: values.mean() for name, values in accuracy.measure(judged, CUTOFFS).items()}


@pytest.mark.parametrize("relevant", range(1, C + 1))
def test_chance_is_the_mean_over_all_orders(relevant):
    """Every order of a catalogue of five, evaluated."""
    found = chance.measure(np.array([relevant]), np.array([C]), CUTOFFS)
    expected = all_orders(relevant)
    assert set(found) == set(expected)
    for name, values in found.items():
        assert values[0] == pytest.approx(expected[name]), name


def test_chance_of_one_candidate_is_certain():
    """It is the test item."""
    found = chance.measure(np.array([1]), np.array([1]), [1, 2])
    assert {name: values[0] for name, values in found.items() if name.endswith("@1")} == {
        f"{name}@1": 1 for name in accuracy.NAMES
    }
    assert found["precision@2"][0] == 0.5


def test_random_scores_agree_with_chance():
    """20 fits of 400 users: within four standard errors of the closed form, for every metric."""
    rng = np.random.default_rng(5)
    parts = rng.choice(3, (400, 60), p=[0.7, 0.2, 0.1])
    seen, test = cells(parts == 1), cells(parts == 2)
    runs = []
    for _ in range(20):
        judged = judging.evaluate(model(rng.random(parts.shape)), seen=seen, test=test, k=10)
        found = accuracy.measure(judged, [5, 10])
        runs.append([values.mean() for values in found.values()])
    candidates = 60 - np.diff(seen.indptr)[judged.users]
    expected = chance.measure(judged.relevant, candidates, [5, 10])
    means, errors = np.mean(runs, axis=0), np.std(runs, axis=0, ddof=1) / math.sqrt(20)
    for place, (name, values) in enumerate(expected.items()):
        assert abs(means[place] - values.mean()) < 4 * errors[place], name


def test_the_coverage_of_chance_is_the_mean_over_all_lists():
    """Two users, of whom one has seen item 0: three and two candidates, lists of one."""
    seen = cells([[0, 0, 0], [1, 0, 0]])
    shown = [
        catalogue.coverage(catalogue.shown(np.array([[a], [b]], np.int32), 3))
        for a, b in itertools.product(range(3), range(1, 3))
    ]
    found = chance.coverage(seen, np.array([0, 1]), 1)
    assert found == pytest.approx(np.mean(shown))


def test_a_list_of_all_candidates_covers_them():
    """What everybody has seen is never shown."""
    assert chance.coverage(cells([[0, 0, 1], [0, 1, 1]]), np.array([0, 1]), 2) == pytest.approx(
        2 / 3
    )
    assert chance.coverage(cells([[1, 1, 1]]), np.array([0]), 2) == 0


@pytest.mark.parametrize(("relevant", "candidates"), [(0, 3), (4, 3)])
def test_more_test_items_than_candidates_are_refused(relevant, candidates):
    """A test item is unseen."""
    with pytest.raises(ValueError, match=f"received {relevant} of {candidates} at the place 1"):
        chance.measure(np.array([1, relevant]), np.array([2, candidates]), [1])


@given(cases(), st.sampled_from([(1,), (2, 3, 9)]))
def test_popular_is_the_evaluation_of_the_most_popular_items(case, cutoffs):
    """Ranks of test items give, user by user, what ranking the catalogue gives."""
    _, seen, test = case
    popularity = grouping.popularity(cells(seen)).astype(np.float32)
    judged = judging.evaluate(
        lambda users: np.tile(popularity, (len(users), 1)),
        seen=cells(seen), test=cells(test), k=max(cutoffs),
    )  # fmt: skip
    found = popular.measure(cells(seen), cells(test), cutoffs)
    expected = accuracy.measure(judged, cutoffs)
    assert set(found) == set(expected)
    for name, values in found.items():
        assert values == pytest.approx(expected[name]), name


def test_ranks_by_hand():
    """Popularity 0, 2, 1, 1: the order is 1, 2, 3, 0; what is seen above an item does not count."""
    seen = cells([[0, 1, 0, 0], [0, 1, 1, 0], [0, 0, 0, 1]])
    test = cells([[1, 0, 1, 0], [0, 0, 0, 1], [0, 0, 0, 0]])
    assert popular.ranks(seen, test).tolist() == [1, 3, 1]


def test_the_most_popular_items_hit_as_often_as_their_chance_says():
    """Users who take items independently: precision is the mean chance of the best 5 items."""
    rng = np.random.default_rng(3)
    likely = np.array([0.9, 0.8, 0.7, 0.6, 0.5, 0.2, 0.1, 0.05])
    seen = cells(np.vstack([rng.random((500, 8)) < likely, np.zeros((4000, 8))]))
    taken = rng.random((4000, 8)) < likely
    test = cells(np.vstack([np.zeros((500, 8)), taken]))
    found = popular.measure(seen, test, [5])["precision@5"]
    # A user who takes nothing is left out: the mean is of those who take something.
    nothing = np.prod(1 - likely)
    expected = likely[:5].mean() / (1 - nothing)
    error = math.sqrt((likely[:5] * (1 - likely[:5])).sum()) / 5 / math.sqrt(len(found))
    assert abs(found.mean() - expected) < 4 * error


def test_popular_refuses_test_pairs_that_were_seen():
    """Their rank is none."""
    with pytest.raises(ValueError, match="expected test pairs that were not seen"):
        popular.measure(cells([[1, 0]]), cells([[1, 0]]), [1])


@pytest.mark.parametrize("cutoffs", [[], [0]])
def test_cutoffs_begin_at_one(cutoffs):
    """In both closed forms."""
    with pytest.raises(ValueError, match="expected cutoffs from 1 to"):
        chance.measure(np.array([1]), np.array([2]), cutoffs)
    with pytest.raises(ValueError, match="expected cutoffs from 1 to"):
        popular.measure(cells([[0, 0]]), cells([[1, 0]]), cutoffs)
