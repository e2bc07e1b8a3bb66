"""Several rows of one pair: refused, or made one."""

from typing import Literal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.interactions.tables_of import TIMED, table
from trunkline.interactions import repeats, rows

ROWS = (("b", 7, 4, 3), ("a", 7, 2, 9), ("b", 7, 1, 1), ("b", 8, 5, 1), ("b", 7, 2, 2))
some = st.lists(
    st.tuples(st.sampled_from("ab"), st.integers(1, 3), st.integers(1, 5), st.integers(0, 3)),
    min_size=1,
    max_size=25,
)


def settled(
    given_rows: list[tuple[object, ...]], how: Literal["first", "last", "mean"]
) -> list[tuple[object, ...]]:
    """Return what is left of rows, sorted."""
    log = repeats.settled(rows.read(table(*given_rows), TIMED, "train"), how)
    assert log.time is not None
    users, items = log.users[log.user].tolist(), log.items[log.item].tolist()
    return sorted(zip(users, items, log.rating.tolist(), log.time.tolist(), strict=True))


def test_by_hand() -> None:
    """Of ratings 1, 2 and 4 in this order: the first, the last, their mean at the last time."""
    others = [("a", 7, 2, 9), ("b", 8, 5, 1)]
    assert settled(list(ROWS), "first") == sorted([*others, ("b", 7, 1, 1)])
    assert settled(list(ROWS), "last") == sorted([*others, ("b", 7, 4, 3)])
    assert settled(list(ROWS), "mean") == sorted([*others, ("b", 7, 7 / 3, 3)])


@settings(deadline=None, max_examples=40)
@given(some)
def test_as_restated_in_plain_python(given_rows: list[tuple[str, int, int, int]]) -> None:
    """Rows of a pair in the order of time, of one moment in that of ratings."""
    of_pair: dict[tuple[str, int], list[tuple[int, int]]] = {}
    for user, item, stars, when in given_rows:
        of_pair.setdefault((user, item), []).append((when, stars))
    told = {pair: sorted(found) for pair, found in of_pair.items()}
    first = sorted((*pair, found[0][1], found[0][0]) for pair, found in told.items())
    last = sorted((*pair, found[-1][1], found[-1][0]) for pair, found in told.items())
    assert settled(list(given_rows), "first") == first
    assert settled(list(given_rows), "last") == last
    means = [found[2] for found in settled(list(given_rows), "mean")]
    expected = [np.mean([stars for _, stars in told[pair]]) for pair in sorted(told)]
    np.testing.assert_allclose(means, expected)


@settings(deadline=None, max_examples=30)
@given(some, st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing(given_rows: list[tuple[object, ...]], rng) -> None:
    """Shuffled rows leave the same pairs, with the same bits of their means."""
    other = list(given_rows)
    rng.shuffle(other)
    for how in ("first", "last", "mean"):
        assert settled(given_rows, how) == settled(other, how)


def test_a_pair_that_is_there_twice() -> None:
    """By itself that stops, with the pair, its rows, and how many others are so."""
    log = rows.read(table(*ROWS, ("a", 7, 1, 1)), TIMED, "train")
    message = (
        r"train: user 'a' has item '7' 2 times \(rows r1, r5\), as 1 more pairs are: state "
        r"`duplicates: first`, `last` or `mean`, or mend them at the source"
    )
    with pytest.raises(ValueError, match=message):
        repeats.settled(log, "stop")
    alone = rows.read(table(*ROWS), TIMED, "train")
    with pytest.raises(ValueError, match=r"user 'b' has item '7' 3 times \(rows r0, r2, r4\): s"):
        repeats.settled(alone, "stop")


def test_without_repeats_nothing_changes() -> None:
    """The rows are handed back."""
    log = rows.read(table(*ROWS[:2]), TIMED, "train")
    assert repeats.settled(log, "stop") is log
