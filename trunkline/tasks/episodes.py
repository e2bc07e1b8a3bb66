"""Episodes: small tasks as numbers of rows, a support that teaches and queries that test.

Shapes: E episodes, S rows of a support, Q queries. Of classes S = ways * shots, ordered by class,
shot after shot; Q = ways * queries likewise.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np


class Episodes(NamedTuple):
    """Episodes of one form.

    Attributes:
        support: int32 [E, S], rows of the table they were drawn from.
        query: int32 [E, Q].
        support_y: [E, S]: int32, the class within the episode from 0; of a regression float32.
        query_y: [E, Q], likewise.
        cluster: int32 [E], which parent or group an episode is of; its own number without any.
    """

    support: np.ndarray
    query: np.ndarray
    support_y: np.ndarray
    query_y: np.ndarray
    cluster: np.ndarray


@dataclass(frozen=True)
class Pool:
    """What episodes are drawn from: the encoded rows of a part, and which task each is of.

    Attributes:
        x: float32 [rows, *shape].
        y: of classes int32 [rows]: which class, from 0, over all of them (with `group` within the
            task); of a regression float32 [rows].
        group: int32 [rows], which group a row is of; without groups the class again.
        parent: int32 [rows], which parent; 0 without any.
        cluster: int32 [rows], which cluster an interval counts a row to; -1 without any.
        names: of the classes, or of the groups.
        classes: classes of one episode; 0 of a regression.
    """

    x: np.ndarray
    y: np.ndarray
    group: np.ndarray
    parent: np.ndarray
    cluster: np.ndarray
    names: tuple[str, ...]
    classes: int

    @property
    def lasting(self) -> bool:
        """Whether answers mean the same in all tasks: with groups. Else each numbers its classes.

        Every group has all classes, so that its rows' classes are not the numbers of groups.
        """
        return not (self.classes and np.array_equal(self.group, self.y))
