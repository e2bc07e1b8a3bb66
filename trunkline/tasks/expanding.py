"""Class expansion: a picture that is turned, or mirrored, is of a class of its own.

Vinyals et al. (2016, "Matching Networks for One Shot Learning", 4.1.1) and Santoro et al. (2016)
turn the characters of Omniglot by quarters; mirror images are told apart likewise.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from trunkline.settings import expansion

TURNS = 4


class Variant(NamedTuple):
    """How a picture is changed: mirrored, if it is, then turned to the left."""

    turns: int  # quarters
    mirrored: bool

    def name(self, of: str) -> str:
        """Return what a class is called.

        Example:
            >>> Variant(0, False).name("3"), Variant(3, True).name("3")
            ('3', '3 turned 270, mirrored')
        """
        turned = [f"turned {90 * self.turns}"] if self.turns else []
        changes = turned + (["mirrored"] if self.mirrored else [])
        return " ".join([of, ", ".join(changes)]) if changes else of


def variants(expand: Sequence[str]) -> tuple[Variant, ...]:
    """Return the variants of a picture, itself first: 4 turned, 2 mirrored, 8 with both.

    Example:
        >>> [len(variants(expand)) for expand in ((), ("reflect",), ("rotate",))]
        [1, 2, 4]
    """
    turns = range(TURNS if "rotate" in expand else 1)
    sides = (False, True) if "reflect" in expand else (False,)
    return tuple(Variant(turn, side) for side in sides for turn in turns)


def pictures(x: np.ndarray, expand: Sequence[str]) -> np.ndarray:
    """Return all rows in each variant, variant after variant.

    Args:
        x: [rows, height, width, channels].
        expand: of `rotate` and `reflect`.

    Returns:
        [variants * rows, height, width, channels].

    Raises:
        ValueError: the rows are no pictures, or a quarter turn would change their shape.
    """
    why = expansion.refused(x.shape[1:], expand)
    if why is not None:
        raise ValueError(f"episodes.expand: {why}")
    if not expand:
        return x
    changed = []
    for variant in variants(expand):
        one = x[:, :, ::-1] if variant.mirrored else x
        changed.append(np.rot90(one, variant.turns, axes=(1, 2)))
    return np.concatenate(changed)
