"""The fitted recogniser: networks and the matching of strokes, which count the same."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from trunkline.metalearning.oneshot import learning, matching, pictures, strokes
from trunkline.metalearning.oneshot.network import Descriptions, Network
from trunkline.metalearning.oneshot.strokes import Strokes
from trunkline.settings.metalearning.oneshot import OneShot
from trunkline.tasks.oneshot import Characters, Run

Arrays = dict[str, np.ndarray]


class Known(NamedTuple):
    """Drawings as the recogniser sees them."""

    strokes: Strokes
    described: tuple[Descriptions, ...]  # by member

    def at(self, places: np.ndarray) -> "Known":
        """Return some of the drawings."""
        some = [Descriptions(*(_rows(part, places) for part in one)) for one in self.described]
        return Known(self.strokes.at(places), tuple(some))


def _rows(values: object, places: np.ndarray) -> np.ndarray:
    return np.asarray(values)[places]


def fit(characters: Characters, settings: OneShot, seed: int, label: str) -> "Recogniser":
    """Return a recogniser whose networks were trained on all of these characters."""
    ink = characters.ink
    flat = strokes.traced(ink.reshape(-1, *ink.shape[2:]), settings.points)
    shaped = Strokes(*(array.reshape(*ink.shape[:2], *array.shape[1:]) for array in flat))
    members = [
        learning.learn(shaped, characters.alphabet, settings, seed, f"{label}/{member}")
        for member in range(settings.members)
    ]
    return Recogniser(settings, members)


class Recogniser:
    """It says how alike drawings are.

    Attributes:
        settings: it was fitted with.
    """

    def __init__(self, settings: OneShot, members: Sequence[Network]) -> None:
        self.settings = settings
        self._members = tuple(members)

    @classmethod
    def read(cls, settings: OneShot, arrays: Sequence[Arrays]) -> "Recogniser":
        """Return the recogniser that arrays were taken from.

        Raises:
            ValueError: they do not fit its settings.
        """
        members = [Network(settings, 0) for _ in arrays]
        for member, values in zip(members, arrays, strict=True):
            member.assign(values)
        return cls(settings, members)

    def arrays(self) -> list[Arrays]:
        """Return the weights of each member by name."""
        return [member.arrays() for member in self._members]

    def see(self, ink: np.ndarray) -> Known:
        """Return bitmaps [drawings, height, width] as it sees them."""
        found = strokes.traced(ink, self.settings.points)
        drawn = pictures.drawn(found, self.settings.side)
        return Known(found, tuple(member.describe(drawn) for member in self._members))

    def by_network(self, items: Known, learned: Known) -> np.ndarray:
        """Return the scores of the networks, each standardised, [items, learned]."""
        pairs = zip(self._members, items.described, learned.described, strict=True)
        return np.mean([standard(m.scores(one, other)) for m, one, other in pairs], axis=0)

    def by_strokes(self, items: Known, learned: Known) -> np.ndarray:
        """Return the scores of matched strokes, standardised, [items, learned]."""
        found = matching.costs(items.strokes, learned.strokes, self.settings.matched)
        return standard(-np.sqrt(found))

    def scores(self, run: Run) -> np.ndarray:
        """Return how well each item of a run agrees with each picture learned from."""
        items, learned = self.see(run.test), self.see(run.training)
        return self.by_network(items, learned) + self.by_strokes(items, learned)


def standard(scores: np.ndarray) -> np.ndarray:
    """Return each item's scores with a mean of 0 and a standard deviation of 1 over its row.

    What networks and strokes say has no scale in common; with this one they count the same, and
    no weight has to be chosen.
    """
    middle = scores - scores.mean(axis=1, keepdims=True)
    return middle / np.maximum(middle.std(axis=1, keepdims=True), 1e-9)
