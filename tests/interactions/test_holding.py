"""Some pairs of each user are held from training, the newest where there are times."""

import numpy as np
import pytest

from trunkline.interactions import holding
from trunkline.interactions.pairs import Pairs

COUNTS = [1, 2, 10, 30, 0]


def pairs(*, timed: bool) -> Pairs:
    """Return pairs of users who have so many."""
    user = np.repeat(np.arange(len(COUNTS)), COUNTS).astype(np.int32)
    item = np.concatenate([np.arange(count)[::-1] for count in COUNTS]).astype(np.int32)
    time = np.arange(user.size) if timed else None
    ids = np.arange(max(COUNTS))
    return Pairs(np.arange(len(COUNTS)), ids, user, item, np.ones(user.size, np.float32), time)


@pytest.mark.parametrize("timed", [True, False])
def test_each_user_keeps_some(timed: bool) -> None:
    """A tenth of each user's pairs is held, at least one of several, none of a single one."""
    of = pairs(timed=timed)
    found = holding.held(of, 0.1)
    assert np.bincount(of.user[found], minlength=len(COUNTS)).tolist() == [0, 1, 1, 3, 0]
    assert (holding.held(of, 0.1) == found).all()


def test_the_newest_are_held() -> None:
    """None that is left is newer than one that is held."""
    of = pairs(timed=True)
    found = holding.held(of, 0.1)
    assert np.flatnonzero(found).tolist() == [2, 12, 40, 41, 42]


def test_without_times_they_are_drawn() -> None:
    """Not the last ones, which would be those of the highest places."""
    of = pairs(timed=False)
    assert not (holding.held(of, 0.1) == holding.held(pairs(timed=True), 0.1)).all()
