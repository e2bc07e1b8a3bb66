"""Episodes: whole, disjoint inside, the same for the same names, fair to all classes."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.tasks.small_tasks import asked, of_classes, of_groups, of_schools, pool
from trunkline.determinism import seeds
from trunkline.tasks import episodes_drawing as drawing
from trunkline.tasks.episodes import Episodes, Pool


def same(one: Episodes, other: Episodes) -> bool:
    """Return whether all arrays are equal."""
    return all(np.array_equal(a, b) for a, b in zip(one, other, strict=True))


@settings(deadline=None, max_examples=40)
@given(st.integers(2, 6), st.integers(1, 4), st.integers(1, 4), st.integers(0, 2**32))
def test_an_episode_is_whole_and_disjoint(ways: int, shots: int, queries: int, seed: int) -> None:
    """Each of its classes has its shots and queries; no row is drawn twice."""
    found = pool(of_classes(), asked(ways=ways, shots=shots, queries=queries))
    drawn = drawing.draw(found, asked(ways=ways, shots=shots, queries=queries), 20, seed, "t")
    assert drawn.support.shape == (20, ways * shots)
    assert drawn.query.shape == (20, ways * queries)
    assert {array.dtype for array in drawn} == {np.dtype(np.int32)}
    for support, query, support_y, query_y, _ in zip(*drawn, strict=True):
        assert len({*support.tolist(), *query.tolist()}) == ways * (shots + queries)
        np.testing.assert_array_equal(support_y, np.repeat(np.arange(ways), shots))
        np.testing.assert_array_equal(query_y, np.repeat(np.arange(ways), queries))
        classes = found.y[support].reshape(ways, shots)
        assert (classes == classes[:, :1]).all()
        assert len(set(classes[:, 0])) == ways
        np.testing.assert_array_equal(found.y[query].reshape(ways, queries)[:, 0], classes[:, 0])
    np.testing.assert_array_equal(drawn.cluster, np.arange(20))


@settings(deadline=None, max_examples=20)
@given(st.integers(1, 300), st.integers(1, 300))
def test_fewer_episodes_are_the_first_of_more(one: int, other: int) -> None:
    """Of classes and of groups alike."""
    for frame, episodes in ((of_classes(), asked()), (of_groups(), of_schools())):
        found = pool(frame, episodes)
        few, many = (
            drawing.draw(found, episodes, n, 1, "t") for n in (min(one, other), max(one, other))
        )
        assert same(few, Episodes(*(array[: len(few.support)] for array in many)))


def test_names_decide_alone() -> None:
    """The same names draw the same episodes, another pass of training draws others."""
    found = pool(of_classes(), asked())
    first = drawing.draw(found, asked(), 30, 1, "study", "training", 0)
    drawing.draw(found, asked(), 5, 1, "study", "training", 1)
    assert same(first, drawing.draw(found, asked(), 30, 1, "study", "training", 0))
    for names in ((1, "study", "training", 1), (1, "other", "training", 0), (2, "study")):
        assert not same(first, drawing.draw(found, asked(), 30, *names))


def test_rows_of_another_order_give_other_rows_of_the_same_classes() -> None:
    """Which classes an episode is of does not depend on the order of rows."""
    frame = of_classes()
    turned = frame.iloc[::-1].reset_index(drop=True)
    pools = [pool(table, asked()) for table in (frame, turned)]
    classes = [found.y[drawing.draw(found, asked(), 50, 1, "t").support] for found in pools]
    np.testing.assert_array_equal(*classes)


def test_every_class_every_place_and_every_row_comes_as_often() -> None:
    """Over 3,000 episodes: none is preferred by more than chance would have it."""
    found = pool(of_classes(), asked())
    drawn = drawing.draw(found, asked(), 3000, 1, "t")
    places = found.y[drawn.support[:, ::2]]  # [E, ways], one shot of each
    counts = np.stack([np.bincount(place, minlength=6) for place in places.T])
    assert np.abs(counts - 500).max() < 100  # five deviations
    rows = np.bincount(np.concatenate([drawn.support, drawn.query], axis=1).ravel(), minlength=48)
    assert np.abs(rows - 3000 * 15 / 48).max() < 150
    shots = np.bincount(drawn.support.ravel(), minlength=48)
    assert np.abs(shots - 3000 * 6 / 48).max() < 95


@pytest.mark.parametrize("expand", [(), ("rotate", "reflect")])
def test_all_classes_of_an_episode_have_one_parent(expand: tuple[str, ...]) -> None:
    """And are turned alike; the cluster is the parent before it was turned."""
    episodes = asked(parent="alphabet", expand=expand)
    found = pool(of_classes(12, parents=3), episodes)
    drawn = drawing.draw(found, episodes, 400, 1, "t")
    parents = found.parent[drawn.support]
    assert (parents == parents[:, :1]).all()
    assert len(set(parents[:, 0])) == 3 * (8 if expand else 1)
    np.testing.assert_array_equal(drawn.cluster, parents[:, 0] % 3)


def test_parents_come_as_often_however_many_classes_they_have() -> None:
    """One of 3 letters as often as one of 9."""
    frame = of_classes(12)
    few = frame["letter"] < "letter 03"
    frame["alphabet"] = np.where(few, "few", "many")
    episodes = asked(parent="alphabet")
    drawn = drawing.draw(pool(frame, episodes), episodes, 1000, 1, "t")
    assert abs((drawn.cluster == 0).mean() - 0.5) < 0.08


def test_each_group_has_its_turn_before_one_comes_again() -> None:
    """Where there are fewer groups than episodes they come again with other rows."""
    episodes = of_schools()
    found = pool(of_groups(), episodes)
    drawn = drawing.draw(found, episodes, 300, 1, "t")
    for turn in drawn.cluster.reshape(-1, 4):
        assert sorted(turn) == [0, 1, 2, 3]
    assert len({tuple(turn) for turn in drawn.cluster.reshape(-1, 4).tolist()}) > 5
    first = drawn.support[drawn.cluster == 0]
    assert len({tuple(sorted(rows)) for rows in first.tolist()}) > 30


def test_episodes_of_groups_keep_the_numbers_of_classes() -> None:
    """All rows are of one group, and class k is class k in each of them."""
    episodes = of_schools()
    found = pool(of_groups(), episodes)
    drawn = drawing.draw(found, episodes, 40, 1, "t")
    for rows, y in ((drawn.support, drawn.support_y), (drawn.query, drawn.query_y)):
        np.testing.assert_array_equal(found.y[rows], y)
        assert (found.group[rows] == drawn.cluster[:, None]).all()


def test_episodes_of_a_regression_have_its_numbers() -> None:
    """Shots and queries count rows of the group."""
    episodes = of_schools(target="grade", kind="regression", shots=4, queries=8)
    found = pool(of_groups(), episodes)
    drawn = drawing.draw(found, episodes, 10, 1, "t")
    assert drawn.support.shape == (10, 4)
    assert drawn.query_y.dtype == np.float32
    np.testing.assert_array_equal(found.y[drawn.query], drawn.query_y)
    for support, query in zip(drawn.support, drawn.query, strict=True):
        assert len({*support.tolist(), *query.tolist()}) == 12  # all rows of the group


@settings(deadline=None, max_examples=50)
@given(st.lists(st.integers(5, 40), min_size=1, max_size=8), st.integers(0, 5), st.integers(0, 99))
def test_numbers_are_drawn_once(sizes: list[int], count: int, seed: int) -> None:
    """Each draw has different numbers below its size; all of them, where that is asked."""
    drawn = drawing.distinct(seeds.generator(seed), np.array(sizes), count)
    for size, numbers in zip(sizes, drawn.tolist(), strict=True):
        assert len(set(numbers)) == count
        assert all(0 <= number < size for number in numbers)
    whole = drawing.distinct(seeds.generator(seed), np.array([7, 7]), 7)
    np.testing.assert_array_equal(np.sort(whole, axis=1), [range(7)] * 2)


def test_a_draw_is_the_shuffle_of_fisher_and_yates() -> None:
    """The same as on a list whose entries are swapped in place."""
    sizes = np.array([9, 5, 30])
    drawn = drawing.distinct(seeds.generator(3), sizes, 5)
    rng = seeds.generator(3)
    decks = [list(range(size)) for size in sizes]
    for step in range(5):
        for deck, number in zip(decks, rng.random(3), strict=True):
            place = step + int(number * (len(deck) - step))
            deck[step], deck[place] = deck[place], deck[step]
    assert drawn.tolist() == [deck[:5] for deck in decks]


def test_a_pool_of_expanded_classes_draws_rows_of_their_variant() -> None:
    """Row numbers count the rows of all variants."""
    episodes = asked(ways=12, expand=("reflect",))
    found: Pool = pool(of_classes(), episodes)
    drawn = drawing.draw(found, episodes, 5, 1, "t")
    assert drawn.support.max() >= 48
    assert len(found.x) == 96
