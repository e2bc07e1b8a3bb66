"""The best of many scores that come tile after tile: exact, for less than the product costs.

A score and the place of its item become one whole number that sorts as the list does: the higher
score first, of equal scores the item of the lower place. A tile is read twice at the most: of
every eight scores the largest is compared with what a user's list asks for, and only eights that
pass are looked at. What a list asks for is first guessed from the first tile, so that a few times
as many pass as it has room for; whose list is not full in the end must be asked again without a
guess. When many have passed, the lists are brought up to date, and ask for more.

Shapes: b users, k places of a list, w items of a tile.
"""

import math
from collections.abc import Iterable
from typing import NamedTuple

import numpy as np

from trunkline.recommending.model import UNKNOWN

EIGHT = 8  # scores of which the largest is compared; tiles are multiples of it
_WAITING = 8  # times the room of a list may pass before the lists are brought up to date
_NONE = np.uint64(2**64 - 1)  # after every score
_LOWEST = np.finfo(np.float32).min
_SIGN, _LOW = np.uint32(1 << 31), np.uint64(2**32 - 1)
_HALF = np.uint64(32)


class Found(NamedTuple):
    """The best items of each user, the best first."""

    items: np.ndarray  # int32 [n, k], places; UNKNOWN after the last
    scores: np.ndarray  # float32 [n, k]; -inf after the last


class Tile(NamedTuple):
    """Scores of some items for a block of users; -inf: not to be listed."""

    scores: np.ndarray  # float32 [w, b]; w is a multiple of EIGHT
    places: np.ndarray  # int32 [w], of the items


def best(tiles: Iterable[Tile], users: int, count: int, share: float = 1.0) -> Found:
    """Return the `count` best items of each user, of equal ones those of the lower place.

    Args:
        tiles: each item once; items to fill a tile up have -inf. A tile may be written over as
            soon as the next is asked for.
        users: b, at most 65,536.
        count: k.
        share: of all items that are in the first tile; below 1 the rest is guessed from it, and a
            list that is not full may lack items.

    Raises:
        ValueError: there is no room in a list.
    """
    if count < 1:
        raise ValueError(f"expected lists of at least 1 item, received {count}")
    kept = _Kept(users, count, share)
    for tile in tiles:
        kept.add(tile)
    return kept.found()


def ranked(scores: np.ndarray, items: np.ndarray, count: int) -> Found:
    """Return the `count` best of each user's candidates, float32 and int32 [n, c], in order.

    A candidate that is UNKNOWN, or has -inf, is not listed.
    """
    keys = keyed(scores, items)
    keys[(items == UNKNOWN) | (scores == -np.inf)] = _NONE
    return _listed(keys, count)


def joined(parts: Iterable[Found]) -> Found:
    """Return what was found for one block of users after another."""
    return Found(*(np.concatenate(part) for part in zip(*parts, strict=True)))


class _Kept:
    """The best so far.

    Attributes:
        keys: uint64 [b, k], in no order.
        least: float32 [b], what a score must reach to be looked at.
    """

    def __init__(self, users: int, count: int, share: float) -> None:
        self.keys = np.full((users, count), _NONE)
        self.least = np.full(users, _LOWEST)
        self._users: list[np.ndarray] = []
        self._passed: list[np.ndarray] = []
        self._share, self._begun, self._waiting = share, False, 0

    def add(self, tile: Tile) -> None:
        """Take note of all scores of a tile that may be listed."""
        if not self._begun:
            self._begin(tile.scores)
        users = len(self.least)
        groups = tile.scores.reshape(EIGHT, -1)  # [8, w / 8 * b]
        peaks = groups.max(axis=0).reshape(-1, users)  # [w / 8, b]
        hits = np.flatnonzero(peaks >= self.least)
        if not hits.size:
            return
        inside = np.take(groups, hits, axis=1)  # [8, hits]
        row = hits // users
        user = hits - row * users  # quicker than a remainder
        passed = np.flatnonzero(inside >= self.least[user])
        which = passed // len(hits)
        hit = passed - which * len(hits)
        self._users.append(user[hit].astype(np.uint16))
        places = tile.places[which * len(peaks) + row[hit]]
        self._passed.append(keyed(inside.ravel()[passed], places))
        self._waiting += len(passed)
        if self._waiting >= _WAITING * self.keys.size:
            self._merge()

    def found(self) -> Found:
        """Return the best, in order."""
        if self._waiting:
            self._merge()
        return _listed(self.keys)

    def _begin(self, scores: np.ndarray) -> None:
        """Let the first tile say what a score must reach: about the share it has of the best."""
        self._begun = True
        mean = self.keys.shape[1] * self._share
        rank = math.ceil(mean + 3 * math.sqrt(mean) + 1) if self._share < 1 else mean
        place = len(scores) - min(int(rank), self.keys.shape[1])
        if place >= 0:
            rows = np.partition(np.ascontiguousarray(scores.T), place, axis=1)  # [b, w]
            # Copied: emulated processors read columns by gathering, and get it wrong.
            self.least = np.maximum(rows[:, place].copy(), _LOWEST)

    def _merge(self) -> None:
        """Sort what is waiting into the lists."""
        user, keys = np.concatenate(self._users), np.concatenate(self._passed)
        self._users, self._passed, self._waiting = [], [], 0
        order = np.argsort(user, kind="stable")  # by digits: as quick as it is short
        user = user[order]
        counts = np.bincount(user, minlength=len(self.least))
        column = np.arange(len(user)) - np.repeat(np.cumsum(counts) - counts, counts)
        count = self.keys.shape[1]
        wide = np.full((len(counts), count + counts.max()), _NONE)
        wide[:, :count] = self.keys
        wide[user, count + column] = keys[order]
        wide.partition(count - 1, axis=1)
        self.keys = wide[:, :count].copy()
        last = self.keys[:, -1].copy()  # the worst
        self.least = np.where(last == _NONE, self.least, _scores(last))


def keyed(scores: np.ndarray, places: np.ndarray) -> np.ndarray:
    """Return whole numbers that rise as scores fall, and among equals as places rise: uint64.

    Args:
        scores: float32, no NaN.
        places: int32, of the same shape.
    """
    bits = (scores + np.float32(0)).view(np.uint32)  # -0 becomes 0, its equal
    return (_turned(bits).astype(np.uint64) << _HALF) | places.astype(np.uint64)


def _listed(keys: np.ndarray, count: int | None = None) -> Found:
    """Return what keys stand for, in their order."""
    keys = np.sort(keys, axis=1)[:, :count]
    there = keys != _NONE
    items = np.where(there, (keys & _LOW).astype(np.int32), np.int32(UNKNOWN))
    return Found(items, np.where(there, _scores(keys), np.float32(-np.inf)))


def _scores(keys: np.ndarray) -> np.ndarray:
    """Return the scores of keys."""
    return _turned((keys >> _HALF).astype(np.uint32)).view(np.float32)


def _turned(bits: np.ndarray) -> np.ndarray:
    """Return float32's bits so that they fall as numbers rise, or back again."""
    return np.where(bits & _SIGN, bits, ~bits & ~_SIGN)
