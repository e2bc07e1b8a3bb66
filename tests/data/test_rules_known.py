"""Who is known from training, and whose time runs forwards: rules of interactions."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.data.test_rules import outcome, rows
from trunkline.data import rules_known, rules_rows, splits
from trunkline.settings.splitting import Split

ORDER = {"type": "time_order", "column": "day", "kwargs": {"each": "user"}}
KNOWN = {"type": "known_in_train", "column": "user"}
parted = st.lists(
    st.tuples(st.sampled_from("abc-"), st.integers(0, 3), st.integers(0, 6)),
    min_size=1,
    max_size=30,
)


def test_time_runs_forwards_for_each_user() -> None:
    """A training row may be newer than another user's test row, but not than his own."""
    table = rows("aacaac", user=[*"xxxyyy"], day=[1, 2, 3, 7, 9, 8])
    found = outcome(table, **ORDER)
    assert found.examples == ("train r4 is newer than test r5",)
    assert outcome(table, type="time_order", column="day").unexpected_count == 2
    assert outcome(rows("abcabc", user=[*"xxxyyy"], day=[1, 1, 2, 7, 8, 8]), **ORDER).success


def test_rows_of_nobody_have_no_order() -> None:
    """Without a user a row is compared with none; a user's row without a time breaks the rule."""
    table = rows("acac", user=[None, None, "x", "x"], day=[9.0, 1.0, np.nan, 3.0])
    found = outcome(table, **ORDER)
    assert (found.unexpected_count, found.examples) == (1, ("r2 has no time",))


@settings(deadline=None, max_examples=60)
@given(parted)
def test_order_as_restated_in_plain_python(given_rows: list[tuple[str, int, int]]) -> None:
    """The rows that are newer than some row of a later part and the same user."""
    here = [one for one in given_rows if one[0] != "-"]
    expected = sum(
        any(part < later and user == other and day > older for later, other, older in here)
        for part, user, day in here
    )
    sides, users, days = ([one[n] for one in given_rows] for n in range(3))
    found = outcome(rows("".join(sides), user=users, day=days), **ORDER)
    assert found.unexpected_count == expected
    for example in found.examples:
        one, two = (int(side.split(" r")[1]) for side in example.split(" is newer than "))
        assert users[one] == users[two]
        assert days[one] > days[two]
        assert sides[one] < sides[two]


def test_who_is_tested_is_known() -> None:
    """Rows of later parts whose user trained nothing are counted; each user is named once."""
    table = rows("aabbcc-", user=["x", None, "y", "x", "y", "z", "w"])
    found = outcome(table, **KNOWN)
    assert found.unexpected_count == 3
    assert set(found.examples) == {
        "validation r2 ('y') is unknown",
        "test r5 ('z') is unknown",
    }
    assert outcome(rows("abc", user=["x", "x", None]), **KNOWN).success


def test_strangers_that_are_declared() -> None:
    """As large a share of the later rows as `cold` says may be of users that training lacks."""
    table = rows("aabbcc", user=[*"xxyxzx"])
    assert outcome(table, **KNOWN, kwargs={"cold": 0.5}).success
    assert outcome(table, **KNOWN, kwargs={"cold": 1}).success
    assert outcome(table, **KNOWN, kwargs={"cold": 0.49}).unexpected_count == 2


@settings(deadline=None, max_examples=60)
@given(parted)
def test_strangers_as_restated_in_plain_python(given_rows: list[tuple[str, int, int]]) -> None:
    """Later rows whose user is none of the training rows'."""
    known = {user for part, user, _ in given_rows if part == "a"}
    expected = sum(part in "bc" and user not in known for part, user, _ in given_rows)
    sides, users = ("".join(one[0] for one in given_rows), [one[1] for one in given_rows])
    assert outcome(rows(sides, user=users), **KNOWN).unexpected_count == expected


@pytest.mark.parametrize(
    ("chosen", "known", "ordered"),
    [
        (Split(each="user", leave=1, time="day"), True, True),
        (Split(each="user", time="day"), True, True),
        (Split(each="user", leave=2), True, False),
        (Split(group="user"), False, True),
        (Split(time="day"), False, True),
    ],
)
def test_splits_hold_to_the_rules_they_promise(chosen: Split, known: bool, ordered: bool) -> None:
    """A split of each user knows all of them; one by time keeps it; one by groups knows none."""
    rng = np.random.default_rng(1)
    frame = pd.DataFrame({"row_id": [f"r{n}" for n in range(240)]}).assign(
        user=np.repeat(np.arange(30), 8), day=rng.permutation(240)
    )
    frame.loc[232:, "day"] += 240  # the last user came late
    table = rules_rows.of_frame(frame, splits.parting(frame, chosen, 1))
    assert outcome(table, **KNOWN).success is known
    assert outcome(table, **ORDER).success is ordered


def test_the_same_item_in_two_parts_of_a_user_is_a_copy() -> None:
    """No test pair is in train: the rule against copies, of the two columns that name a pair."""
    table = rows("aaccb", user=[*"xyxyx"], item=[1, 1, 2, 1, 1])
    found = outcome(table, type="no_copies_across_parts", columns=["user", "item"])
    assert set(found.examples) == {"test r3 = train r1", "validation r4 = train r0"}


def test_times_that_are_none() -> None:
    """Words have no order in time."""
    with pytest.raises(ValueError, match=r"column 'day' is .*string, expected times or numbers"):
        rules_known.times(rows("ac", user=[1, 1], day=["a", "b"]), "day", "user")
