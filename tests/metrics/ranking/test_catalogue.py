"""Coverage, concentration, novelty and popularity of lists, by hand and restated."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trunkline.metrics.ranking import catalogue, topmost

NO = topmost.NONE
LISTS = np.array([[0, 1], [0, 2], [0, NO], [NO, NO]], np.int32)
counted = st.lists(st.integers(0, 9), min_size=1, max_size=9).filter(any)


def test_shown_counts_the_lists_of_each_item():
    """None is no item; what nobody is shown counts 0."""
    assert catalogue.shown(LISTS, 5).tolist() == [3, 1, 1, 0, 0]


def test_coverage_by_hand():
    """Three of five items are shown."""
    assert catalogue.coverage(np.array([3, 1, 1, 0, 0])) == 3 / 5
    assert catalogue.coverage(np.array([0, 0])) == 0


def test_gini_by_hand():
    """0, 0, 1, 1, 3 in rising order: weights -4, -2, 0, 2, 4 give 14 over 5 items and 5 places."""
    assert catalogue.gini(np.array([3, 1, 1, 0, 0])) == 14 / 25


@pytest.mark.parametrize("items", [1, 2, 7])
def test_gini_of_equals_and_of_one_alone(items):
    """0, and one less its share of the catalogue."""
    assert catalogue.gini(np.full(items, 4)) == 0
    assert catalogue.gini(np.eye(items, dtype=np.int64)[0] * 9) == pytest.approx(1 - 1 / items)


@given(counted)
def test_gini_is_half_the_mean_difference_over_the_mean(counts):
    """Its other definition, over all pairs of items."""
    array = np.array(counts)
    differences = np.abs(array[:, np.newaxis] - array)
    assert catalogue.gini(array) == pytest.approx(differences.mean() / (2 * array.mean()))


@given(counted, st.randoms(use_true_random=False), st.integers(2, 5))
def test_gini_knows_neither_names_nor_units(counts, random, times):
    """Relabelled items, or every list shown several times: the same to the last bit."""
    shuffled = random.sample(counts, len(counts))
    assert catalogue.gini(np.array(shuffled)) == catalogue.gini(np.array(counts))
    assert catalogue.gini(np.array(counts) * times) == catalogue.gini(np.array(counts))


def test_novelty_by_hand():
    """Of 8 users, 8, 2 and 1 have the items: 0, 2 and 3 bits; an empty list has none."""
    found = catalogue.novelty(LISTS, np.array([8, 2, 1, 4]), users=8)
    assert found[:3].tolist() == [1, 1.5, 0]
    assert math.isnan(found[3])


def test_an_item_nobody_has_is_as_novel_as_one_that_one_user_has():
    """Not infinitely."""
    found = catalogue.novelty(np.array([[0], [1]], np.int32), np.array([0, 1]), users=16)
    assert found.tolist() == [4, 4]


def test_mean_popularity_by_hand():
    """Means of what is listed."""
    found = catalogue.mean_popularity(LISTS, np.array([8, 2, 1, 4]))
    assert found[:3].tolist() == [5, 4.5, 8]
    assert math.isnan(found[3])


def test_popularity_above_the_number_of_users_is_refused():
    """A pair was counted twice."""
    with pytest.raises(ValueError, match="at most all 3 users have, received one that 4 have"):
        catalogue.novelty(LISTS, np.array([1, 4, 1]), users=3)


def test_an_empty_catalogue_is_refused():
    """It has no share that could be shown."""
    with pytest.raises(ValueError, match="expected a catalogue of at least one item"):
        catalogue.coverage(np.array([], np.int64))


def test_lists_without_any_item_are_refused():
    """There is nothing to be concentrated."""
    with pytest.raises(ValueError, match="expected lists that show at least one item"):
        catalogue.gini(np.array([0, 0]))
