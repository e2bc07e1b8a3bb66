"""Options of the models that say how a user would rate an item."""

from dataclasses import dataclass
from typing import Annotated

from annotated_types import Ge, Gt

NotNegative = Annotated[float, Ge(0)]
AboveZero = Annotated[float, Gt(0)]
Positive = Annotated[int, Ge(1)]


@dataclass(frozen=True, kw_only=True)
class Bias:
    """The mean of all ratings, and how far an item and a user are from it.

    Attributes:
        item_damping: ratings of the mean that are added to those of an item.
        user_damping: ratings of the mean that are added to those of a user.
    """

    item_damping: NotNegative = 3.0
    user_damping: NotNegative = 5.0


@dataclass(frozen=True, kw_only=True)
class BiasedMf:
    """Means of users and items and a product of factors, solved in turn.

    Attributes:
        factors: numbers of a user and of an item.
        regularisation: lambda, the ridge of the factors for each rating of a row.
        damping: the ridge of the means: ratings of the mean that are added to those of a row.
        sweeps: how often users and items are solved in turn.
        scale: spread of the first factors of items.
    """

    factors: Positive = 32
    regularisation: AboveZero = 0.15
    damping: AboveZero = 2.0
    sweeps: Positive = 20
    scale: AboveZero = 0.1
