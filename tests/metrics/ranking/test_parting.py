"""Hits and recall by group of items, by hand and in sum."""

import numpy as np
import pytest
from hypothesis import given

from tests.metrics.ranking.tables import cases, cells, model
from trunkline.metrics.ranking import accuracy, grouping, judging, parting

GROUPS = grouping.Groups(("head", "tail", "cold"), np.array([0, 0, 1, 1, 2]), np.array([2, 2, 1]))
TEST = cells([[1, 1, 1, 0, 0], [0, 0, 0, 0, 0], [0, 0, 0, 1, 1]])


def test_by_hand():
    """User 0 hits twice in the head; user 2 once in the tail and not among new items."""
    lists = np.array([[0, 1, 3], [0, 1, 2], [3, 0, -1]], np.int32)
    parts = parting.by_item(judging.judge(lists, np.arange(3), TEST), TEST, GROUPS, 3)
    assert parts.listed.tolist() == [[2, 1, 0], [1, 1, 0]]
    assert parts.hits.tolist() == [[2, 0, 0], [0, 1, 0]]
    assert parts.relevant.tolist() == [[2, 1, 0], [0, 1, 1]]
    np.testing.assert_array_equal(parts.recall(), [[1, 0, np.nan], [np.nan, 1, 0]])
    shares = {name: one.tolist() for name, one in parts.shares().items()}
    assert shares == {"listed": [3 / 5, 2 / 5, 0], "hits": [2 / 3, 1 / 3, 0],
                      "relevant": [2 / 5, 2 / 5, 1 / 5]}  # fmt: skip


def test_only_the_first_places_count():
    """A hit behind them is none."""
    lists = np.array([[3, 0], [4, 0], [0, 3]], np.int32)
    parts = parting.by_item(judging.judge(lists, np.arange(3), TEST), TEST, GROUPS, 1)
    assert parts.hits.sum() == 0
    assert parts.listed.tolist() == [[0, 1, 0], [1, 0, 0]]
    assert parts.shares()["hits"].tolist() == [0, 0, 0]


@given(cases(most_items=5))
def test_groups_add_up_to_what_is_not_parted(case):
    """Hits over all groups, divided by k, are the precision."""
    scores, seen, test = case
    items = scores.shape[1]
    judged = judging.evaluate(model(scores), seen=cells(seen), test=cells(test), k=3)
    groups = grouping.by_popularity(grouping.popularity(cells(seen)))
    parts = parting.by_item(judged, cells(test), groups, 3)
    found = accuracy.measure(judged, [3])
    assert parts.hits.sum(axis=1) / 3 == pytest.approx(found["precision@3"])
    assert (parts.relevant.sum(axis=1) == judged.relevant).all()
    assert (parts.listed >= parts.hits).all()
    assert (parts.relevant >= parts.hits).all()
    assert len(groups.of) == items


def test_groups_of_other_items_are_refused():
    """Every item of the catalogue is in one."""
    judged = judging.judge(np.zeros((3, 1), np.int32), np.arange(3), TEST)
    other = grouping.Groups(("head",), np.array([0]), np.array([1]))
    with pytest.raises(ValueError, match="expected groups of all 5 items, received groups of 1"):
        parting.by_item(judged, TEST, other, 1)
