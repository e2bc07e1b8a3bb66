"""Groups stay whole, time never runs backwards, a column's word is taken, rare strata are told."""

import datetime
import hashlib
from collections import Counter

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

from trunkline.data import splits
from trunkline.settings.splitting import PartValues, Split

SHARES = {"validation": 0.2, "test": 0.3}
GROUPED = Split(**SHARES, group="patient")
TIMED = Split(**SHARES, time="day")
STATED = PartValues(train=("a",), validation=("b",), test=("c",))
NAMES = ("train", "validation", "test")
several = st.lists(st.integers(1, 9), min_size=3, max_size=30)  # rows of each group, or day


def frame(sizes: list[int], column: str = "patient") -> pd.DataFrame:
    """Return rows of several groups, or days, named one by one."""
    values = np.repeat(np.arange(len(sizes)), sizes)
    return pd.DataFrame({"row_id": [f"r{n}" for n in range(len(values))], column: values})


def sides(parts: splits.Split, column: str) -> list[set[object]]:
    """Return the values of a column that occur in each part."""
    return [set(getattr(parts, name)[column]) for name in NAMES]


def shuffled(table: pd.DataFrame, seed: int) -> pd.DataFrame:
    """Return the rows in another order."""
    return table.sample(frac=1, random_state=seed)


@settings(deadline=None, max_examples=30)
@given(several, st.integers(0, 99))
def test_groups_never_straddle(sizes: list[int], seed: int) -> None:
    """Each row is in one part, each group on one side, and no part is empty."""
    table = frame(sizes)
    parts = splits.split(table, GROUPED, seed)
    train, validation, test = sides(parts, "patient")
    assert all((train, validation, test))
    assert not (train & validation | train & test | validation & test)
    rows = pd.concat(vars(parts).values())["row_id"]
    assert sorted(rows) == sorted(table["row_id"])


@settings(deadline=None, max_examples=30)
@given(several, st.integers(0, 99))
def test_groups_as_restated_in_plain_python(sizes: list[int], seed: int) -> None:
    """Groups in the order of their hashes: of all ways to cut, the one nearest to the shares."""
    table = frame(sizes)
    ranked = sorted(
        range(len(sizes)),
        key=lambda g: hashlib.sha256(f"{seed}/split/group/{g}".encode()).digest()[:8],
    )
    total = sum(sizes)
    test, validation = int(total * 0.3 + 0.5), int(total * 0.2 + 0.5)
    ends = np.cumsum([sizes[g] for g in ranked]).tolist()

    def nearest(target: int, low: int, high: int) -> int:
        return min(range(low, high + 1), key=lambda n: (abs(ends[n - 1] - target), -n))

    first = nearest(test, 1, len(sizes) - 2)
    second = nearest(test + validation, first + 1, len(sizes) - 1)
    expected = [set(ranked[second:]), set(ranked[first:second]), set(ranked[:first])]
    assert sides(splits.split(table, GROUPED, seed), "patient") == expected


@settings(deadline=None, max_examples=30)
@given(st.lists(st.integers(1, 5), min_size=20, max_size=40), st.integers(0, 99))
def test_shares_of_groups_are_within_one_group(sizes: list[int], seed: int) -> None:
    """A part differs from its share by no more than the largest group."""
    parts = splits.split(frame(sizes), GROUPED, seed)
    assert abs(len(parts.test) - 0.3 * sum(sizes)) <= max(sizes)
    assert abs(len(parts.validation) - 0.2 * sum(sizes)) <= max(sizes) + 1


@settings(deadline=None, max_examples=30)
@given(several, several, st.integers(0, 99))
def test_groups_keep_their_shares_in_each_stratum(
    healthy: list[int], ill: list[int], seed: int
) -> None:
    """Strata of whole groups are cut each by itself: rows of another move nobody."""
    one = frame(healthy).assign(state="healthy")
    two = frame(ill).assign(state="ill")
    two = two.assign(row_id="i" + two["row_id"], patient=two["patient"] + 1000)
    both = Split(**SHARES, group="patient", stratify=("state",))
    parts = splits.split(pd.concat([one, two]), both, seed)
    alone = splits.split(one, GROUPED, seed)
    for name in NAMES:
        part = getattr(parts, name).query("state == 'healthy'").drop(columns="state")
        assert_frame_equal(part.reset_index(drop=True), getattr(alone, name).drop(columns="state"))


def test_a_group_of_two_strata_is_refused() -> None:
    """A group on one side cannot keep the shares of two strata: rows of both are named."""
    table = frame([4, 4, 4]).assign(state=["healthy"] * 3 + ["ill"] * 9)
    both = Split(**SHARES, group="patient", stratify=("state",))
    message = r"rows r\d \(state healthy\) and r3 \(state ill\) are of one group of 'patient' and"
    with pytest.raises(ValueError, match=message):
        splits.split(table, both, 1)


@pytest.mark.parametrize("dtype", ["int64", "str"])
def test_a_group_is_its_value_whatever_its_type(dtype: str) -> None:
    """Numbers and their text are hashed alike."""
    table = frame([3] * 12)
    one = splits.split(table, GROUPED, 5)
    two = splits.split(table.astype({"patient": dtype}), GROUPED, 5)
    assert list(one.test["row_id"]) == list(two.test["row_id"])


@settings(deadline=None, max_examples=30)
@given(several, st.integers(0, 99))
def test_time_never_runs_backwards(sizes: list[int], seed: int) -> None:
    """The oldest rows are for training, the newest for test, and a day lies on one side."""
    table = shuffled(frame(sizes, "day"), seed)
    train, validation, test = sides(splits.split(table, TIMED, seed), "day")
    assert max(train) < min(validation) <= max(validation) < min(test)
    assert len(train) + len(validation) + len(test) == len(sizes)


def test_time_by_hand() -> None:
    """Of ten days, three are for test and two for validation; a tie goes where it is nearer."""
    days = pd.to_datetime("2024-01-01") + pd.to_timedelta(np.arange(10), unit="D")
    table = pd.DataFrame({"row_id": [f"r{n}" for n in range(10)], "day": days})
    parts = splits.split(table, TIMED, 1)
    assert set(parts.test["row_id"]) == {"r7", "r8", "r9"}
    assert set(parts.validation["row_id"]) == {"r5", "r6"}
    tied = table.assign(day=days[[0, 1, 2, 3, 4, 5, 6, 6, 8, 9]])  # the border cuts two rows
    assert set(splits.split(tied, TIMED, 1).test["row_id"]) == {"r6", "r7", "r8", "r9"}
    tied = table.assign(day=days[[0, 1, 2, 3, 4, 5, 5, 5, 8, 9]])  # one of three is beyond it
    assert set(splits.split(tied, TIMED, 1).test["row_id"]) == {"r8", "r9"}


@pytest.mark.parametrize(
    "values",
    [
        [0.5, -1e300, 7.0, 2.0],
        [-(2**63), 0, 2**63 - 1, 5],
        [datetime.date(year, 3, 1) for year in (1999, 1950, 2030, 2001)],
    ],
    ids=["fractions", "whole numbers", "dates"],
)
def test_numbers_and_dates_are_times_too(values: list[float]) -> None:
    """A year, a date, or the largest and the least number there is, has its place."""
    table = pd.DataFrame({"row_id": list("abcd"), "day": values})
    parts = splits.split(table, Split(validation=0.25, test=0.25, time="day"), 1)
    assert parts.test["day"].tolist() == [max(values)]
    assert parts.train["day"].max() == sorted(values)[1]


@pytest.mark.parametrize(
    "chosen",
    [
        GROUPED,
        Split(**SHARES, time="patient"),
        Split(**SHARES, bins={"patient": 3}),
        Split(column="part", values=STATED),
    ],
    ids=["group", "time", "bins", "column"],
)
def test_row_order_changes_nothing(chosen: Split) -> None:
    """Shuffled rows give the same three tables, in the same order."""
    table = frame([5] * 12).assign(part=[*"abcaab"] * 10)
    one, two = (splits.split(t, chosen, 7) for t in (table, shuffled(table, 3)))
    for name in NAMES:
        assert_frame_equal(getattr(one, name), getattr(two, name))


def test_a_split_that_the_data_brings() -> None:
    """The column decides; rows keep the order of their hashes."""
    table = frame([4, 4, 4]).assign(part=[*"aabc"] * 3)
    parts = splits.split(table, Split(column="part", values=STATED), 1)
    assert sides(parts, "part") == [{"a"}, {"b"}, {"c"}]
    assert [len(part) for part in vars(parts).values()] == [6, 3, 3]
    train = splits.split(table, Split(), 1).train["row_id"]
    both = [row for row in parts.train["row_id"] if row in set(train)]
    assert both == [row for row in train if row in set(both)]


def test_data_that_bring_no_validation_rows() -> None:
    """A share of the training rows is held by hash; the test rows are as stated."""
    table = frame([40]).assign(part=[True, True, True, False] * 10)
    stated = Split(validation=0.2, column="part", values=PartValues(train=(True,), test=(False,)))
    parts = splits.split(table, stated, 1)
    assert [len(part) for part in vars(parts).values()] == [24, 6, 10]
    assert parts.train["part"].all()
    assert not parts.test["part"].any()


@pytest.mark.parametrize(("value", "shown"), [("d", "'d'"), (None, "no value")])
def test_a_value_that_no_part_lists(value: str | None, shown: str) -> None:
    """The rows, their value and the listed ones are named."""
    table = frame([4, 4, 4]).assign(part=[*"aabc"] * 3)
    table.loc[[2, 5], "part"] = value
    message = rf"'part' names the part of each row, but 2 rows \(r2, r5\) have {shown}, which"
    with pytest.raises(ValueError, match=message):
        splits.split(table, Split(column="part", values=STATED), 1)


def test_a_part_that_no_row_names() -> None:
    """A listed value that does not occur leaves a part empty."""
    table = frame([4, 4]).assign(part=[*"aabb"] * 2)
    with pytest.raises(ValueError, match=r"nothing is left for test: no row of column 'part' na"):
        splits.split(table, Split(column="part", values=STATED), 1)


def test_copies_alone_cannot_be_split() -> None:
    """Copies of one row stay together, so that two parts are empty."""
    names = ["0123456789abcdef", *(f"0123456789abcdef-{n}" for n in range(2, 12))]
    with pytest.raises(ValueError, match="nothing is left for training: copies of a row, which"):
        splits.split(pd.DataFrame({"row_id": names}), Split(), 1)


def test_rare_strata_go_to_training() -> None:
    """With `rare: train` they are learned from whole, and told with their rows."""
    table = frame([20, 2, 1], "label")
    chosen = Split(**SHARES, stratify=("label",), rare="train")
    rows = splits.parting(table, chosen, 7)
    assert rows.told == {
        "rare": [{"stratum": "label 1", "rows": 2}, {"stratum": "label 2", "rows": 1}]
    }
    parts = splits.taken(table, rows)
    assert Counter(parts.train["label"]) == {0: 10, 1: 2, 2: 1}
    assert Counter(parts.test["label"]) == {0: 6}
    usual = splits.parting(frame([20], "label"), chosen, 7)
    assert usual.told == {}
    assert set(usual.test) == set(rows.test)


def test_rare_strata_alone() -> None:
    """Where all are rare there is nothing to test with."""
    chosen = Split(**SHARES, stratify=("label",), rare="train")
    with pytest.raises(ValueError, match=r"nothing is left for validation: .* rare strata"):
        splits.split(frame([2, 2, 2], "label"), chosen, 7)


def test_rare_strata_stop_by_default() -> None:
    """The first is named with its rows, the others are counted, and the way out is told."""
    chosen = Split(**SHARES, stratify=("label",))
    message = r"label 1 has 2 rows, too few .* each \(and 1 more strata\): .* state `rare: train`"
    with pytest.raises(ValueError, match=message):
        splits.split(frame([20, 2, 1], "label"), chosen, 7)


def test_ranges_of_a_number_stratify() -> None:
    """Each fifth of the values has its share in each part, and equal values are one stratum."""
    values = np.random.default_rng(1).permutation(100).astype(float)
    table = pd.DataFrame({"row_id": [f"r{n}" for n in range(100)], "price": values})
    parts = splits.split(table, Split(**SHARES, bins={"price": 5}), 3)
    for part, rows in ((parts.train, 10), (parts.validation, 4), (parts.test, 6)):
        assert Counter(part["price"] // 20) == dict.fromkeys(range(5), rows)
    tied = table.assign(price=np.repeat([1.0, 2.0], [80, 20]))
    parts = splits.split(tied, Split(**SHARES, bins={"price": 5}), 3)
    assert Counter(parts.test["price"]) == {1.0: 24, 2.0: 6}


def test_ranges_and_labels_are_combined() -> None:
    """A stratum is a label and a range; it is named by both."""
    table = frame([20, 3], "label").assign(price=np.arange(23.0))
    with pytest.raises(ValueError, match=r"label 0, price in range 2 of 2 has 8 rows|label 1, pri"):
        splits.split(
            table, Split(validation=0.05, test=0.3, stratify=("label",), bins={"price": 2}), 3
        )


@pytest.mark.parametrize(
    ("chosen", "message"),
    [
        (GROUPED, r"'patient' groups the rows of the split, but 2 rows have no value \(r1, r2\)"),
        (Split(time="patient"), r"'patient' gives the times of the split, but 2 rows have no va"),
        (Split(bins={"patient": 2}), r"'patient' stratifies the split, but 2 rows have no value"),
    ],
    ids=["group", "time", "bins"],
)
def test_missing_values_are_named(chosen: Split, message: str) -> None:
    """A row without group, time or number has no place."""
    table = frame([4, 4, 4]).astype({"patient": "float64"})
    table.loc[[1, 2], "patient"] = np.nan
    with pytest.raises(ValueError, match=message):
        splits.split(table, chosen, 1)


@pytest.mark.parametrize(
    ("chosen", "message"),
    [
        (Split(group="x"), "column 'x' groups the rows of the split: expected text or whole num"),
        (Split(time="word"), "column 'word' is .*string, expected times or numbers in `split`"),
        (Split(bins={"word": 2}), "column 'word' is .*string, expected times or numbers"),
        (Split(group="words"), r"no column matches 'words'; did you mean 'word'\?"),
        (Split(time="words"), r"no column matches 'words'; did you mean 'word'\?"),
        (Split(column="words", values=STATED), r"no column matches 'words'; did you mean 'wo"),
        (Split(bins={"words": 2}), r"no column matches 'words'; did you mean 'word'\?"),
    ],
)
def test_columns_that_cannot_decide(chosen: Split, message: str) -> None:
    """A fraction names no group, a word is no time, a misspelt column is answered."""
    table = frame([4, 4, 4]).assign(x=np.linspace(0, 1, 12), word="a")
    with pytest.raises(ValueError, match=message):
        splits.split(table, chosen, 1)


@pytest.mark.parametrize(
    ("chosen", "message"),
    [
        (GROUPED, "all rows has 8 rows in fewer than three groups of 'patient', too few to give"),
        (Split(time="patient"), "column 'patient' has fewer than three different times in 8 row"),
    ],
)
def test_fewer_than_three_blocks(chosen: Split, message: str) -> None:
    """Two patients, or two days, make two parts at best."""
    with pytest.raises(ValueError, match=message):
        splits.split(frame([4, 4]), chosen, 1)


def test_more_strata_than_rows_can_be() -> None:
    """Columns of many values each are refused before their combinations are counted."""
    columns = {f"c{n}": np.arange(70_000) for n in range(4)}
    table = pd.DataFrame({"row_id": np.arange(70_000).astype(str), **columns})
    with pytest.raises(ValueError, match="column 'c3' makes more strata than there can be rows"):
        splits.split(table, Split(stratify=("c*",)), 1)


def test_a_whole_table_is_for_training() -> None:
    """No row is held, in the order of the hashes as ever."""
    table = frame([3, 4])
    parts = splits.split(table, Split(whole=True), 1)
    assert sorted(parts.train["row_id"]) == sorted(table["row_id"])
    assert parts.validation.empty
    assert parts.test.empty
    other = splits.split(table.iloc[::-1].reset_index(drop=True), Split(whole=True), 1)
    assert other.train.equals(parts.train)
