"""Options of the recommenders that are counted, solved or factorised: no network, no epochs."""

from dataclasses import dataclass
from typing import Annotated, Literal

from annotated_types import Ge, Gt, Lt

NotNegative = Annotated[float, Ge(0)]
AboveZero = Annotated[float, Gt(0)]
Positive = Annotated[int, Ge(1)]
Weighting = Literal["none", "tf_idf", "bm25"]


@dataclass(frozen=True, kw_only=True)
class Random:
    """All items in an order drawn for each user."""


@dataclass(frozen=True, kw_only=True)
class MostPopular:
    """The items that most users have, the same for everybody."""


@dataclass(frozen=True, kw_only=True)
class ItemKnn:
    """Items like those of a user's history: of users in common.

    Attributes:
        neighbours: items that each item is compared with, the most similar ones.
        shrink: added to the denominator of the cosine, so that few users in common count less.
        weighting: what a user counts in a comparison of items. `none`: all the same; `tf_idf`:
            those with few items more; `bm25`: also popular items less, without a cosine.
    """

    neighbours: Positive = 100
    shrink: NotNegative = 20.0
    weighting: Weighting = "none"


@dataclass(frozen=True, kw_only=True)
class UserKnn:
    """Items of the users whose histories are most alike.

    Attributes:
        neighbours: users that each user is compared with, the most similar ones.
        shrink: added to the denominator of the cosine, so that few items in common count less.
        weighting: what an item counts in a comparison of users. `none`: all the same; `tf_idf`:
            those that few users have more; `bm25`: also long histories less, without a cosine.
    """

    neighbours: Positive = 100
    shrink: NotNegative = 20.0
    weighting: Weighting = "none"


@dataclass(frozen=True, kw_only=True)
class Ease:
    """A linear autoencoder of histories, solved at once, no item being its own reason.

    Attributes:
        regularisation: lambda, the ridge of the weights of an item that is the reason.
        frequency: nu, by which power of the item's users, as a share of their mean, its ridge
            grows: 0 as published; more lets popular items weigh less.
        dropout: share of a history that is left out, in expectation: adds `dropout / (1 -
            dropout)` times the item's users to its ridge.
        activity: beta, by which power of its length a history counts less: 0 as published.
    """

    regularisation: AboveZero = 500.0
    frequency: NotNegative = 0.0
    dropout: Annotated[float, Ge(0), Lt(1)] = 0.0
    activity: NotNegative = 0.0


@dataclass(frozen=True, kw_only=True)
class PureSvd:
    """Histories projected onto the directions in which they differ most.

    Attributes:
        factors: number of directions.
    """

    factors: Positive = 16


@dataclass(frozen=True, kw_only=True)
class Ials:
    """Factors of users and items, solved in turn, that also say what users do not have.

    Attributes:
        factors: numbers of a user and of an item.
        unobserved: alpha, what a pair that nobody saw counts, where an interaction counts 1.
        regularisation: lambda, the ridge.
        frequency: nu, by which power of the weight of its pairs a row's ridge grows.
        sweeps: how often users and items are solved in turn.
        scale: spread of the first factors of items.
    """

    factors: Positive = 32
    unobserved: AboveZero = 0.3
    regularisation: AboveZero = 0.016
    frequency: NotNegative = 1.0
    sweeps: Positive = 16
    scale: AboveZero = 0.1


@dataclass(frozen=True, kw_only=True)
class Slim:
    """A sparse linear autoencoder of histories: each item from few others, none negative.

    Attributes:
        l1: of the weights; more makes more of them 0.
        l2: of the weights, squared and halved.
        sweeps: passes over the weights of an item, at most.
        tolerance: ends the passes once the weights move by less, as a share of the largest, and
            the gap to the best solution is less, as a share of the item's users.
    """

    l1: AboveZero = 1.0
    l2: AboveZero = 100.0
    sweeps: Positive = 100
    tolerance: AboveZero = 0.01
