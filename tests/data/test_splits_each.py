"""Rows of each user parted by themselves: shares, so many, the newest; counts are exact."""

import hashlib
import math
from collections import Counter

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

from trunkline.data import splits
from trunkline.settings.splitting import Split

NAMES = ("train", "validation", "test")
SHARES = {"validation": 0.2, "test": 0.3}
sizes_of_users = st.lists(st.integers(1, 9), min_size=1, max_size=12)


def frame(sizes: list[int]) -> pd.DataFrame:
    """Return rows of several users, of whom each took things at times that may be the same."""
    users = np.repeat(np.arange(len(sizes)), sizes)
    times = np.random.default_rng(len(users)).integers(0, 5, len(users))
    return pd.DataFrame(
        {"row_id": [f"r{n}" for n in range(len(users))], "user": users, "when": times}
    )


def sides(table: pd.DataFrame, chosen: Split, seed: int = 1) -> dict[str, str]:
    """Return the part of each row, by its name."""
    rows = splits.parting(table, chosen, seed)
    return {
        str(row): name for name in NAMES for row in table["row_id"].iloc[getattr(rows, name)]
    }  # fmt: skip


def by_hand(rows: pd.DataFrame, chosen: Split, seed: int) -> dict[str, str]:
    """Return the part of each row of one user without copies, in plain Python."""

    def rank(row: str) -> tuple[float, bytes]:
        when = -float(rows.loc[rows["row_id"] == row, "when"].iloc[0]) if chosen.time else 0.0
        return when, hashlib.sha256(f"{seed}/split/{row}".encode()).digest()[:8]

    names, n = sorted(rows["row_id"], key=rank), len(rows)
    if chosen.leave is None:
        test = math.floor(n * chosen.test + 0.5)
        held = test + math.floor(n * chosen.validation + 0.5)
    else:
        test = chosen.leave if n > 2 * chosen.leave else 0
        held = 2 * test
    parts = ["test" if p < test else "validation" if p < held else "train" for p in range(n)]
    return dict(zip(names, [*parts[:-1], "train"], strict=True))


@pytest.mark.parametrize(
    "chosen",
    [
        Split(**SHARES, each="user"),
        Split(validation=0.45, test=0.5, each="user"),
        Split(**SHARES, each="user", time="when"),
        Split(each="user", leave=1),
        Split(each="user", leave=2, time="when"),
    ],
    ids=["shares", "large shares", "newest shares", "one", "the newest two"],
)
@settings(deadline=None, max_examples=30)
@given(sizes_of_users, st.integers(0, 99))
def test_as_restated_in_plain_python(chosen: Split, sizes: list[int], seed: int) -> None:
    """Each user's rows go where they would go if there were no other user."""
    table = frame([9, *sizes])
    expected = {}
    for _, rows in table.groupby("user"):
        expected |= by_hand(rows, chosen, seed)
    assert sides(table, chosen, seed) == expected


def test_exact_counts_of_each_user() -> None:
    """Of ten rows three are for test and two for validation, of four one each, of one none."""
    parts = splits.split(frame([10, 4, 1]), Split(**SHARES, each="user"), 5)
    assert Counter(parts.test["user"]) == {0: 3, 1: 1}
    assert Counter(parts.validation["user"]) == {0: 2, 1: 1}
    assert Counter(parts.train["user"]) == {0: 5, 1: 2, 2: 1}


def test_one_is_left_out_of_each_user() -> None:
    """One row for test and one for validation; who has two rows is learned from only, and told."""
    rows = splits.parting(frame([5, 3, 2, 1]), Split(each="user", leave=1), 5)
    assert [len(rows.train), len(rows.validation), len(rows.test)] == [7, 2, 2]
    assert rows.told == {"each": {"column": "user", "values": 4, "not_held": 2}}


def test_the_newest_is_left_out() -> None:
    """The last row of a user is for test, the one before for validation, whatever others do."""
    table = pd.DataFrame(
        {
            "row_id": list("abcdefgh"),
            "user": [*"xxxxyyyy"],
            "when": pd.to_datetime([f"2024-01-0{n}" for n in (4, 2, 9, 1, 5, 6, 7, 8)]),
        }
    )
    found = sides(table, Split(each="user", leave=1, time="when"))
    assert found == {
        "c": "test", "a": "validation", "b": "train", "d": "train",
        "h": "test", "g": "validation", "f": "train", "e": "train",
    }  # fmt: skip


def test_copies_go_together_and_some_stay_for_training() -> None:
    """Copies of a row are one block; a user who has but copies of one row is learned from."""
    content = ["0123456789abcdef", *(f"0123456789abcdef-{n}" for n in (2, 3))]
    other = [f"fedcba987654321{n}" for n in range(5)]
    table = pd.DataFrame({"row_id": [*content, *other], "user": [*"xxxyyyyy"]})
    found = sides(table, Split(each="user", leave=1))
    assert {found[row] for row in content} == {"train"}
    assert Counter(found.values()) == {"train": 6, "validation": 1, "test": 1}
    others = pd.DataFrame({"row_id": list("abcd"), "user": "z"})
    mixed = pd.concat([table.assign(user="x"), others], ignore_index=True)
    seen = set()
    for seed in range(8):
        found = sides(mixed, Split(each="user", leave=1), seed)
        seen |= (together := {found[row] for row in content})
        assert len(together) == 1
        assert [found[row] for row in other].count("test") == int(together != {"test"})
    assert seen == {"train", "validation", "test"}


@settings(deadline=None, max_examples=20)
@given(sizes_of_users, st.integers(0, 99))
def test_neither_order_nor_names_of_users_matter(sizes: list[int], seed: int) -> None:
    """Rows in another order, and users of other names, give the same parts."""
    table = frame([9, *sizes])
    chosen = Split(each="user", leave=2, time="when")
    one = splits.split(table, chosen, seed)
    two = splits.split(table.sample(frac=1, random_state=seed), chosen, seed)
    other = splits.split(table.assign(user=97 - 3 * table["user"]), chosen, seed)
    for name in NAMES:
        assert_frame_equal(getattr(one, name), getattr(two, name))
        assert list(getattr(one, name)["row_id"]) == list(getattr(other, name)["row_id"])


def test_of_each_item_instead() -> None:
    """Any column of text or whole numbers will do."""
    table = frame([20, 20]).assign(item=[*"abcd"] * 10)
    parts = splits.split(table, Split(**SHARES, each="item"), 3)
    assert Counter(parts.test["item"]) == dict.fromkeys("abcd", 3)
    assert Counter(parts.validation["item"]) == dict.fromkeys("abcd", 2)


@pytest.mark.parametrize(
    ("chosen", "message"),
    [
        (Split(each="users"), r"no column matches 'users'; did you mean 'user'\?"),
        (Split(each="price"), "column 'price' groups the rows of the split: expected text or"),
        (Split(each="lost"), r"'lost' names whose rows are parted in the split, but 2 rows have"),
        (Split(each="user", time="lost"), r"'lost' gives the times of the split, but 2 rows ha"),
        (
            Split(each="user", leave=9),
            r"nothing is left for validation: no value of column 'user' has rows enough to hold",
        ),
    ],
)
def test_what_cannot_be_parted(chosen: Split, message: str) -> None:
    """A misspelt column, a fraction, a missing user or time, too few rows of everybody."""
    table = frame([6, 6]).assign(price=0.5, lost=[None, None, *range(10)])
    with pytest.raises(ValueError, match=message):
        splits.split(table, chosen, 1)
