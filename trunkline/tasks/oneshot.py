"""Characters by alphabet and drawer, and the runs of one-shot classification drawn from them.

A run is Lake's: 20 characters of one alphabet, each once by one drawer to learn from and once by
another to be told. Pictures are bitmaps, true where there is ink.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from trunkline.determinism import seeds

WAYS = 20


class Characters(NamedTuple):
    """All drawings of some alphabets."""

    ink: np.ndarray  # bool [characters, drawers, height, width]
    alphabet: np.ndarray  # int [characters], a place in `alphabets`
    alphabets: tuple[str, ...]

    def only(self, names: Sequence[str]) -> "Characters":
        """Return the characters of these alphabets."""
        kept = [self.alphabets.index(name) for name in names]
        rows = np.isin(self.alphabet, kept)
        places = np.searchsorted(sorted(kept), self.alphabet[rows])
        return Characters(self.ink[rows], places, tuple(self.alphabets[k] for k in sorted(kept)))


class Run(NamedTuple):
    """Pictures to learn from, one of each character, and pictures to be told."""

    name: str
    cluster: str  # the alphabet, or the run itself where that is not known
    training: np.ndarray  # bool [characters, height, width]
    test: np.ndarray  # bool [items, height, width]
    answers: np.ndarray  # int [items], places in `training`


class Places(NamedTuple):
    """A run as places among the drawings of an alphabet, [characters, drawers]."""

    characters: np.ndarray  # int [ways]
    learned: int  # the drawer of what is learned from
    told: int  # the drawer of what is told


def draw(characters: int, drawers: int, count: int, seed: int, alphabet: str) -> list[Places]:
    """Return runs of an alphabet: `WAYS` characters, or all where it has fewer; two drawers.

    Raises:
        ValueError: it has one character, or one drawer.
    """
    if characters < 2 or drawers < 2:
        raise ValueError(
            f"alphabet '{alphabet}': expected 2 characters by 2 drawers or more, received "
            f"{characters} by {drawers}: leave it out"
        )
    runs = []
    for number in range(count):
        rng = seeds.generator(seed, "oneshot", "run", alphabet, number)
        learned, told = rng.permutation(drawers)[:2]
        runs.append(Places(rng.permutation(characters)[:WAYS], int(learned), int(told)))
    return runs


def error(scores: np.ndarray, answers: np.ndarray) -> float:
    """Return the share of items whose highest score is another's; a tie counts its share.

    Args:
        scores: [items, characters].
        answers: [items].
    """
    best = scores == scores.max(axis=1, keepdims=True)
    right = best[np.arange(len(answers)), answers] / best.sum(axis=1)
    return float(1 - right.mean())
