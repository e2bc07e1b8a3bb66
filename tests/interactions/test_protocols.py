"""Splits of published tables come out as they were published."""

import os
from collections import Counter
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trunkline.determinism import seeds
from trunkline.interactions import protocols

FOLDER = "TRUNKLINE_ML_100K"  # with u.data, or the same rows as MovieLens100k_data.parquet.brotli
# The first fourteen numbers of seed 42 and the item of each row, so that the split can be followed.
ITEMS = [5, 5, 5, 5, 8, 8, 8, 8, 8, 8, 2, 2, 2, 9]
DRAWN = [
    0.37454, 0.95071, 0.73199, 0.59866,
    0.15602, 0.15599, 0.05808, 0.86618, 0.60112, 0.70807,
    0.02058, 0.96991, 0.83244,
    0.21234,
]  # fmt: skip
# Of four rows the three least, of six round(4.5) = 4, of three round(2.25) = 2, of one that one.
EXPECTED = [True, False, True, True, True, True, True, False, True, False, True, False, True, True]


def test_by_hand() -> None:
    """Rows of each item in the order of the numbers they drew; a half goes to the even number."""
    np.testing.assert_allclose(seeds.legacy(42).random_sample(14), DRAWN, atol=5e-6)
    assert protocols.stratified(np.array(ITEMS)).tolist() == EXPECTED


@settings(deadline=None, max_examples=40)
@given(
    st.lists(st.integers(0, 5), min_size=1, max_size=40),
    st.sampled_from([0.5, 0.75, 0.8]),
    st.integers(0, 2**32 - 1),
)
def test_as_the_published_code_does_it(groups: list[int], share: float, seed: int) -> None:
    """The steps of `python_stratified_split` in pandas, over rows in their order."""
    np.random.seed(seed)
    data = pd.DataFrame({"group": groups, "random": np.random.rand(len(groups))})
    data = data.sort_values(["group", "random"])
    of_group = data.groupby("group")
    rank, count = of_group.cumcount() + 1, of_group["random"].transform("count")
    train = set(data.index[rank <= round(share * count)])
    found = protocols.stratified(np.array(groups), share, seed)
    assert set(np.flatnonzero(found).tolist()) == train


def test_names_of_groups_do_not_matter() -> None:
    """Text in another order than the numbers gives the same rows."""
    names = np.array([{5: "zebra", 8: "ant", 2: "cow", 9: "bee"}[item] for item in ITEMS], object)
    assert protocols.stratified(names).tolist() == EXPECTED


def movies(folder: Path) -> pd.DataFrame:
    """Return users and items of MovieLens-100K in the original order of their rows."""
    text = folder / "u.data"
    if text.exists():
        return pd.read_csv(text, sep="\t", names=["user", "item", "rating", "time"])
    found = pd.read_parquet(folder / "MovieLens100k_data.parquet.brotli")
    return found.rename(columns={found.columns[0]: "user", found.columns[1]: "item"})


@pytest.mark.skipif(FOLDER not in os.environ, reason=f"{FOLDER} names no folder of MovieLens-100K")
def test_the_published_split_of_movielens() -> None:
    """75,066 rows of all users and items are for training, 24,934 of 1,473 items for test."""
    rows = movies(Path(os.environ[FOLDER]))
    train = protocols.stratified(rows["item"].to_numpy())
    assert Counter(train.tolist()) == {True: 75_066, False: 24_934}
    assert rows[train]["item"].nunique() == 1682
    assert rows[~train]["item"].nunique() == 1473
    assert rows[train]["user"].nunique() == rows[~train]["user"].nunique() == 943
