"""The core: everybody who stays has so many pairs with others who stay."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.interactions.tables_of import PLAIN, listed, table
from trunkline.interactions import cores, parts
from trunkline.interactions.pairs import Pairs

pairs_of = st.sets(st.tuples(st.integers(0, 7), st.integers(0, 7)), min_size=1, max_size=40)


def made(pairs: set[tuple[int, int]]) -> Pairs:
    """Return pairs of users and items named by numbers."""
    return parts.learned(table(*sorted(pairs)), PLAIN)


def by_hand(pairs: set[tuple[int, int]], least: int) -> set[tuple[int, int]]:
    """Return the core, one pair after the other."""
    for user, item in sorted(pairs):
        of_user = sum(one == user for one, _ in pairs)
        of_item = sum(one == item for _, one in pairs)
        if min(of_user, of_item) < least:
            return by_hand(pairs - {(user, item)}, least)
    return pairs


@settings(deadline=None, max_examples=60)
@given(pairs_of, st.integers(1, 3))
def test_as_restated_in_plain_python(pairs: set[tuple[int, int]], least: int) -> None:
    """In whatever order they go, the same pairs are left, and no users or items without one."""
    expected = by_hand(pairs, least)
    if not expected:
        with pytest.raises(ValueError, match=rf"no users and items have {least} interactions or"):
            cores.core(made(pairs), least)
        return
    found = cores.core(made(pairs), least)
    assert {(user, item) for user, item, _ in listed(found)} == expected
    assert found.users.tolist() == sorted({user for user, _ in expected})
    assert found.items.tolist() == sorted({item for _, item in expected})


def test_one_goes_after_the_other() -> None:
    """Without user 3 item 8 has one pair left, without item 8 user 2 has one: both go."""
    square = {(0, 5), (0, 6), (1, 5), (1, 6)}
    found = cores.core(made(square | {(2, 5), (2, 8), (3, 8)}), 2)
    assert {(user, item) for user, item, _ in listed(found)} == square
    assert found.user.dtype == found.item.dtype == np.int32


def test_nobody_is_left_out_by_itself() -> None:
    """A core of 0 are all pairs and all ids."""
    whole = made({(0, 5), (1, 6)})
    assert cores.core(whole, 0) is whole
