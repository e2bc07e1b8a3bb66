"""From rows to pairs: what is learned, what is held, what training does not know."""

import dataclasses

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.interactions.tables_of import PLAIN, TIMED, listed, table
from trunkline.interactions import parts
from trunkline.interactions.parts import Held
from trunkline.settings.recommending.interactions import Interactions

TRAIN = (("b", 7, 5, 2), ("a", 9, 3, 1), ("b", 8, 2, 1), ("a", 7, 4, 1))
LIKED = dataclasses.replace(TIMED, at_least=3)
COLD = dataclasses.replace(TIMED, cold=("users", "items"))


def held(*rows: tuple[object, ...], settings: Interactions = TIMED) -> Held:
    """Return held pairs beside those of `TRAIN`."""
    return parts.held(table(*rows), settings, parts.learned(table(*TRAIN), settings), "test")


def test_what_is_learned_is_in_order() -> None:
    """By user, then time, then item; the ids are sorted."""
    found = parts.learned(table(*TRAIN), TIMED)
    assert listed(found) == [("a", 7, 4, 1), ("a", 9, 3, 1), ("b", 8, 2, 1), ("b", 7, 5, 2)]
    assert (found.users.tolist(), found.items.tolist()) == (["a", "b"], [7, 8, 9])
    assert (found.user.dtype, found.rating.dtype) == (np.int32, np.float32)


def test_a_rule_from_ratings_to_interactions() -> None:
    """A rating below 3 is none; its item is known all the same."""
    found = parts.learned(table(*TRAIN), LIKED)
    assert listed(found) == [("a", 7, 4, 1), ("a", 9, 3, 1), ("b", 7, 5, 2)]
    assert found.items.tolist() == [7, 8, 9]
    seen = parts.held(table(("a", 8, 4, 5), ("b", 9, 1, 5)), LIKED, found, "test")
    assert listed(seen.pairs) == [("a", 8, 4, 5)]


def test_repeats_are_settled_before_the_rule_is_asked() -> None:
    """The mean of 5 and 2 is an interaction, the last of them is none."""
    rows = (*TRAIN, ("b", 7, 2, 3))
    mean = dataclasses.replace(LIKED, duplicates="mean")
    assert ("b", 7, 3.5, 3) in listed(parts.learned(table(*rows), mean))
    last = dataclasses.replace(LIKED, duplicates="last")
    assert [pair[:2] for pair in listed(parts.learned(table(*rows), last))] == [("a", 7), ("a", 9)]


def test_nothing_is_left_of_the_ratings() -> None:
    """The highest one is told."""
    message = (
        r"validation: none of 4 ratings is 5\.5 or more, the highest is 5, so that no interaction "
        r"is left: lower `at_least`"
    )
    strict = dataclasses.replace(TIMED, at_least=5.5)
    with pytest.raises(ValueError, match=message):
        parts.learned(table(*TRAIN), strict, "validation")


def test_held_pairs_have_the_places_of_training() -> None:
    """Users and items of training, whether or not they are in the part."""
    found = held(("b", 9, 1, 8), ("a", 8, 5, 9))
    assert listed(found.pairs) == [("a", 8, 5, 9), ("b", 9, 1, 8)]
    assert found.pairs.users.tolist() == ["a", "b"]
    assert found.pairs.items.tolist() == [7, 8, 9]
    assert not found.new_users.user.size
    assert not found.new_items.user.size
    assert found.neither == 0


def test_strangers_are_kept_apart() -> None:
    """Pairs by what training knows of them: both, the item, the user, neither."""
    rows = (("b", 9, 1, 8), ("z", 7, 2, 8), ("c", 9, 3, 8), ("a", 1, 4, 8), ("c", 1, 5, 8))
    found = held(*rows, settings=COLD)
    assert listed(found.pairs) == [("b", 9, 1, 8)]
    assert listed(found.new_users) == [("c", 9, 3, 8), ("z", 7, 2, 8)]
    assert found.new_users.items.tolist() == [7, 8, 9]
    assert listed(found.new_items) == [("a", 1, 4, 8)]
    assert found.new_items.users.tolist() == ["a", "b"]
    assert found.new_items.items.tolist() == [1]
    assert found.neither == 1


@settings(deadline=None, max_examples=40)
@given(
    st.sets(st.tuples(st.integers(0, 5), st.integers(0, 5)), min_size=1),
    st.sets(st.tuples(st.integers(0, 8), st.integers(0, 8)), min_size=1),
)
def test_every_held_pair_is_somewhere(
    learned: set[tuple[int, int]], others: set[tuple[int, int]]
) -> None:
    """Nothing is lost and nothing is counted twice."""
    if not (others := others - learned):
        return
    cold = dataclasses.replace(PLAIN, cold=("users", "items"))
    known = parts.learned(table(*learned), cold)
    found = parts.held(table(*others), cold, known, "test")
    users, items = ({pair[n] for pair in learned} for n in range(2))
    expected = {
        "pairs": {(u, i) for u, i in others if u in users and i in items},
        "new_users": {(u, i) for u, i in others if u not in users and i in items},
        "new_items": {(u, i) for u, i in others if u in users and i not in items},
    }
    for name, pairs in expected.items():
        assert {pair[:2] for pair in listed(getattr(found, name))} == pairs
    assert found.neither == len(others) - sum(map(len, expected.values()))


def test_an_unknown_user() -> None:
    """The rows and who they are of, and the way out."""
    message = (
        r"test: 2 rows \(r0, r2\) are of users that training does not know \(c, z\): split with "
        r"`each` instead, or declare them with `cold: \[users\]`"
    )
    with pytest.raises(ValueError, match=message):
        held(("z", 7, 2, 8), ("a", 8, 2, 8), ("c", 7, 2, 8))


def test_an_unknown_item() -> None:
    """Declared users do not declare items."""
    only = dataclasses.replace(TIMED, cold=("users",))
    message = r"4 rows \(r0, r1, r2, r3\) are of items that .* know \(1, 2, 3, \.\.\.\): .*: \[it"
    with pytest.raises(ValueError, match=message):
        held(
            *((user, n, 2, 8) for user, n in zip("zabz", (1, 2, 3, 4), strict=True)), settings=only
        )


def test_an_unknown_item_that_nobody_liked() -> None:
    """What is no interaction need not be known."""
    assert listed(held(("a", 1, 2, 8), ("b", 9, 4, 8), settings=LIKED).pairs) == [("b", 9, 4, 8)]


def test_a_pair_that_was_learned() -> None:
    """No test pair is in train: the pair is named."""
    message = (
        r"test: user 'a' with item '9' was learned already, as were 2 of its pairs in all: split "
        r"so that a pair lies in one part"
    )
    with pytest.raises(ValueError, match=message):
        held(("a", 9, 3, 9), ("a", 8, 3, 9), ("b", 7, 3, 9))


def test_a_core_makes_strangers_of_the_others() -> None:
    """Who is left out of training is unknown to it, and has to be declared."""
    rows = [(user, item) for user in "ab" for item in (7, 8)]
    chosen = dataclasses.replace(PLAIN, core=2, cold=("users", "items"))
    known = parts.learned(table(*rows, ("c", 7), ("a", 9)), chosen)
    assert (known.users.tolist(), known.items.tolist()) == (["a", "b"], [7, 8])
    found = parts.held(table(("c", 8), ("b", 9), ("c", 9)), chosen, known, "test")
    assert listed(found.new_users) == [("c", 8, 1)]
    assert listed(found.new_items) == [("b", 9, 1)]
    assert found.neither == 1


@settings(deadline=None, max_examples=30)
@given(st.permutations(range(4)))
def test_the_order_of_rows_changes_nothing(order: list[int]) -> None:
    """The same pairs in the same order come of shuffled rows."""
    rows = [TRAIN[place] for place in order]
    assert listed(parts.learned(table(*rows), TIMED)) == listed(parts.learned(table(*TRAIN), TIMED))


def test_of_training_and_validation_together() -> None:
    """A refit learns from the rows of both, and knows the ids of both."""
    both = pd.concat([table(*TRAIN), table(("c", 1, 3, 4))], ignore_index=True)
    found = parts.learned(both, TIMED, "train and validation")
    assert (found.users.tolist(), found.items.tolist()) == (["a", "b", "c"], [1, 7, 8, 9])


@settings(deadline=None, max_examples=40)
@given(
    st.dictionaries(
        st.tuples(st.integers(0, 4), st.integers(0, 4)), st.integers(-5, 5), min_size=1
    ),
    st.sampled_from([1, 2**40, 2**61]),
)
def test_times_however_far_apart_are_put_in_order(
    times: dict[tuple[int, int], int], factor: int
) -> None:
    """By user, then time, then item, whether or not the three fit into one number."""
    most = 2**63 - 1
    rows = [
        (user, item, 1, max(-most, min(most, time * factor)))
        for (user, item), time in times.items()
    ]
    found = parts.learned(table(*rows), TIMED)
    assert listed(found) == sorted(
        ((u, i, 1, when) for u, i, _, when in rows), key=lambda row: (row[0], row[3], row[1])
    )
