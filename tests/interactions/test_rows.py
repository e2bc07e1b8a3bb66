"""Rows are checked before anything is made of them."""

import dataclasses

import numpy as np
import pandas as pd
import pytest

from tests.interactions.tables_of import TIMED, table
from trunkline.interactions import rows
from trunkline.settings.recommending.interactions import Interactions, Scale

FIVE = dataclasses.replace(TIMED, scale=Scale(lowest=0.5, highest=5))


def test_rows_as_they_are() -> None:
    """Places of sorted ids, ratings and times of each row, in the table's order."""
    log = rows.read(table(("b", 7, 3, 20), ("a", 9, 4.5, 10), ("b", 9, 1, 30)), FIVE, "train")
    assert (log.users.tolist(), log.items.tolist()) == (["a", "b"], [7, 9])
    assert (log.user.tolist(), log.item.tolist()) == ([1, 0, 1], [0, 1, 1])
    assert log.rating.tolist() == [3, 4.5, 1]
    assert log.time is not None
    assert log.time.tolist() == [20, 10, 30]


def test_without_ratings_each_row_counts_one() -> None:
    """And without times there is no order."""
    log = rows.read(table(("b", 7), ("a", 9)), Interactions(user="user", item="item"), "train")
    assert log.rating.tolist() == [1, 1]
    assert log.time is None


@pytest.mark.parametrize("stars", [0, 5.5])
def test_ratings_off_the_scale(stars: float) -> None:
    """Both ends of the scale are ratings, what is beyond is told with its row."""
    whole = table(("a", 1, 0.5, 1), ("a", 2, 5, 2), ("a", 3, stars, 3))
    message = (
        r"test: column 'stars' is off the scale of 0\.5 to 5 in 1 rows \(r2\), such as "
        rf"{stars:g}: mend them at the source, or correct `scale`"
    )
    with pytest.raises(ValueError, match=message):
        rows.read(whole, FIVE, "test")
    assert len(rows.read(whole, TIMED, "test").rating) == 3  # without a scale any rating is one


@pytest.mark.parametrize("stars", [np.nan, np.inf, 1e300])
def test_a_row_without_a_rating(stars: float) -> None:
    """Missing, infinite and too large for the arrays of a model."""
    message = r"'stars' has no rating, or an infinite one, in 1 rows \(r1\): leave them out"
    with pytest.raises(ValueError, match=message):
        rows.read(table(("a", 1, 0.5, 1), ("a", 2, stars, 2)), TIMED, "train")


def test_a_missing_nullable_rating() -> None:
    """Whole numbers with a gap are seen alike."""
    whole = table(("a", 1, 1, 1), ("a", 2, 2, 2)).assign(stars=pd.array([4, None], "Int64"))
    with pytest.raises(ValueError, match=r"'stars' has no rating, .* 1 rows \(r1\)"):
        rows.read(whole, TIMED, "train")


def test_words_are_no_ratings() -> None:
    """The type of the column is named."""
    with pytest.raises(ValueError, match=r"train: column 'stars' is str, expected numbers as rat"):
        rows.read(table(("a", 1, "good", 1)), TIMED, "train")


def test_no_rows() -> None:
    """There is nothing to learn from."""
    with pytest.raises(ValueError, match="train: expected rows with interactions, received none"):
        rows.read(table(("a", 1, 1, 1)).iloc[:0], TIMED, "train")


@pytest.mark.parametrize("entry", ["user", "item", "rating", "time"])
def test_a_misspelt_column(entry: str) -> None:
    """The one that was probably meant is named."""
    wrong = dataclasses.replace(TIMED, **{entry: f"{getattr(TIMED, entry)}s"})
    right = getattr(TIMED, entry)
    with pytest.raises(ValueError, match=rf"no column matches '{right}s'; did you mean '{right}'"):
        rows.read(table(("a", 1, 1, 1)), wrong, "train")
