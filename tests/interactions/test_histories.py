"""The last items of users, in order."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.interactions.tables_of import TIMED, table
from trunkline.interactions import histories, parts
from trunkline.recommending import model


def test_by_hand() -> None:
    """The newest stands last, nothing in front of the first."""
    rows = (("a", 7, 1, 3), ("a", 8, 1, 1), ("a", 9, 1, 2), ("b", 9, 1, 5))
    pairs = parts.learned(table(*rows), TIMED)
    assert histories.recent(pairs, np.array([1, 0]), 2).tolist() == [[-1, 2], [2, 0]]
    assert histories.recent(pairs, np.array([0]), 5).tolist() == [[-1, -1, 1, 2, 0]]
    assert histories.recent(pairs, np.array([], int), 2).shape == (0, 2)
    nobody = pairs.of(np.zeros(4, bool))
    assert histories.recent(nobody, np.array([0, 1]), 2).tolist() == [[-1, -1], [-1, -1]]


@settings(deadline=None, max_examples=30)
@given(
    st.sets(st.tuples(st.integers(0, 4), st.integers(0, 9)), min_size=1),
    st.integers(1, 6),
    st.integers(0, 99),
)
def test_as_restated_in_plain_python(pairs: set[tuple[int, int]], length: int, seed: int) -> None:
    """Of each user the items sorted by time, then by name, cut to the last ones."""
    when = np.random.default_rng(seed).integers(0, 4, len(pairs)).tolist()
    rows = [(user, item, 1, time) for (user, item), time in zip(sorted(pairs), when, strict=True)]
    found = parts.learned(table(*rows), TIMED)
    shown = histories.recent(found, np.arange(len(found.users)), length)
    for user, items in zip(found.users.tolist(), shown.tolist(), strict=True):
        last = sorted((time, item) for one, item, _, time in rows if one == user)[-length:]
        expected = [-1] * (length - len(last)) + [
            found.items.tolist().index(item) for _, item in last
        ]
        assert items == expected


def test_nobody_is_nobody_everywhere() -> None:
    """The place of nothing in a history is the one that models know."""
    assert histories.UNKNOWN == model.UNKNOWN
