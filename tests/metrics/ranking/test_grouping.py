"""Groups of users and items by hand, and what must not change them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.metrics.ranking.tables import cases, cells
from trunkline.metrics.ranking import grouping

counts = st.lists(st.integers(0, 12), max_size=20).map(lambda rows: np.array(rows, np.int64))


def test_activity_by_hand():
    """Eight users with pairs in two parts of four; two new ones apart."""
    groups = grouping.by_activity(np.array([0, 1, 9, 2, 2, 5, 0, 7, 3, 40]), parts=2)
    assert groups.names == ("cold", "1-3", "5-40")
    assert groups.of.tolist() == [0, 1, 2, 1, 1, 2, 0, 2, 1, 2]
    assert groups.counts.tolist() == [2, 4, 4]


def test_users_of_equal_activity_stay_together():
    """So a part may be larger, and there may be fewer of them."""
    groups = grouping.by_activity(np.array([3, 3, 3, 3, 8]), parts=4)
    assert groups.names == ("cold", "3-3", "8-8")
    assert groups.counts.tolist() == [0, 4, 1]
    assert grouping.by_activity(np.array([0, 0]), parts=4).names == ("cold",)
    assert grouping.by_activity(np.array([], np.int64), parts=4).counts.tolist() == [0]


@given(counts, st.integers(1, 6), st.randoms(use_true_random=False))
def test_parts_of_users_cover_all_in_order_of_activity(activity, parts, random):
    """Each within the bounds of its name; relabelled users keep their group."""
    groups = grouping.by_activity(activity, parts)
    assert len(groups.names) <= parts + 1
    assert groups.counts.sum() == len(activity)
    assert (groups.counts[1:] > 0).all()
    for name, of in zip(groups.names, range(len(groups.names)), strict=True):
        mine = activity[groups.of == of]
        if name == "cold":
            assert (mine == 0).all()
        else:
            assert f"{mine.min()}-{mine.max()}" == name
    order = np.array(random.sample(range(len(activity)), len(activity)), np.int64)
    again = grouping.by_activity(activity[order], parts)
    assert again.names == groups.names
    assert again.of.tolist() == groups.of[order].tolist()


def test_parts_are_about_equal_where_activities_differ():
    """Ten users in four parts: none differs from another by more than one."""
    groups = grouping.by_activity(np.arange(1, 11), parts=4)
    assert sorted(groups.counts[1:].tolist()) == [2, 2, 3, 3]


def test_popularity_by_hand():
    """Of 20 pairs the first two items have 16, which is 80%; the last has none."""
    groups = grouping.by_popularity(np.array([10, 2, 6, 1, 0, 1]))
    assert groups.names == ("head", "tail", "cold")
    assert groups.of.tolist() == [0, 1, 0, 1, 2, 1]
    assert groups.counts.tolist() == [2, 3, 1]


def test_items_as_popular_as_the_last_of_the_head_are_in_it():
    """Whatever their place."""
    assert grouping.by_popularity(np.array([2, 5, 2, 1]), share=0.7).counts.tolist() == [3, 1, 0]


@given(counts, st.floats(0.01, 1), st.randoms(use_true_random=False))
def test_the_head_has_its_share_and_no_item_too_many(popularity, share, random):
    """Without its least popular items it has less; relabelled items keep their group."""
    groups = grouping.by_popularity(popularity, share)
    head = popularity[groups.of == 0]
    assert ((groups.of == 2) == (popularity == 0)).all()
    if popularity.any():
        assert head.sum() >= share * popularity.sum()
        assert head[head > head.min()].sum() < share * popularity.sum()
        assert head.min() > max(popularity[groups.of == 1], default=0)
    order = np.array(random.sample(range(len(popularity)), len(popularity)), np.int64)
    again = grouping.by_popularity(popularity[order], share)
    assert again.of.tolist() == groups.of[order].tolist()


def test_starts_by_hand():
    """User 1 is new, and so is item 2."""
    seen = cells([[1, 0, 0, 0], [0, 0, 0, 0], [0, 1, 0, 1]])
    test = cells([[0, 1, 1, 0], [1, 0, 1, 0], [1, 0, 0, 0]])
    warm, cold_users, cold_items = (part.toarray().tolist() for part in grouping.starts(seen, test))
    assert warm == [[0, 1, 0, 0], [0, 0, 0, 0], [1, 0, 0, 0]]
    assert cold_users == [[0, 0, 0, 0], [1, 0, 1, 0], [0, 0, 0, 0]]
    assert cold_items == [[0, 0, 1, 0], [0, 0, 0, 0], [0, 0, 0, 0]]


@given(cases())
def test_starts_share_no_pair_and_lose_none(case):
    """Together they are the test."""
    _, seen, test = case
    parts = [part.toarray() for part in grouping.starts(cells(seen), cells(test))]
    assert (sum(parts) == test).all()
    known = seen.any(axis=1)
    assert not parts[0][~known].any()
    assert not parts[1][known].any()
    assert not parts[0][:, ~seen.any(axis=0)].any()
    assert not parts[2][:, seen.any(axis=0)].any()


def test_popularity_counts_users():
    """Of stored entries, whatever their value."""
    seen = cells([[5, 0, 1], [2, 0, 0]])
    assert grouping.popularity(seen).tolist() == [2, 0, 1]


def test_no_parts_are_refused():
    """Every user is in one."""
    with pytest.raises(ValueError, match="expected at least 1 part, received 0"):
        grouping.by_activity(np.array([1]), parts=0)


@pytest.mark.parametrize("share", [0, 1.2])
def test_a_share_that_is_none_is_refused(share):
    """The head has some of the pairs, at most all."""
    with pytest.raises(ValueError, match=f"above 0 and at most 1, received {share}"):
        grouping.by_popularity(np.array([1]), share)
