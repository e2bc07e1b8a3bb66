"""Options of the recommenders that train by gradients, in epochs."""

from dataclasses import dataclass
from typing import Annotated, Literal

from annotated_types import Ge, Gt, MinLen

NotNegative = Annotated[float, Ge(0)]
AboveZero = Annotated[float, Gt(0)]
Positive = Annotated[int, Ge(1)]


@dataclass(frozen=True, kw_only=True)
class Trained:
    """How a recommender trains, by Adam.

    Attributes:
        learning_rate: of each step.
        batch_size: users of a step, each with all pairs; pairs of a step of `neumf` and of a
            `two_tower` that compares within the batch.
        epochs: passes over the pairs, at most.
        patience: epochs without a better loss of held pairs before training stops.
    """

    learning_rate: AboveZero = 0.003
    batch_size: Positive = 64
    epochs: Positive = 200
    patience: Positive = 10


@dataclass(frozen=True, kw_only=True)
class MfBpr(Trained):
    """Factors of users and items that put each item of a user before items they lack.

    Attributes:
        factors: numbers of a user and of an item.
        l2: lambda, of the factors that a step reads.
        negatives: items that each item of a user is compared with.
        candidates: of so many drawn items the one with the highest score is compared: 1 as
            published, more are hard negatives.
        popularity: alpha: an item is drawn in proportion to count^alpha; 0 draws all alike.
    """

    batch_size: Positive = 32
    factors: Positive = 64
    l2: NotNegative = 0.03
    negatives: Positive = 16
    candidates: Positive = 1
    popularity: NotNegative = 0.0


@dataclass(frozen=True, kw_only=True)
class TwoTower(Trained):
    """A network of users and one of items, whose product is the score.

    Attributes:
        size: numbers of a user and of an item.
        widths: units of the hidden layers that read features, in each tower.
        l2: lambda, of all weights.
        softmax: what an item of a user is compared with. `full`: all items; `in_batch`: the items
            of the batch, each as likely as it is popular, which is made good for.
        temperature: by which scores are divided.
    """

    size: Positive = 32
    widths: tuple[Positive, ...] = ()
    l2: NotNegative = 10.0
    softmax: Literal["full", "in_batch"] = "full"
    temperature: AboveZero = 1.0


@dataclass(frozen=True, kw_only=True)
class NeuMf(Trained):
    """A product of factors and a network over other factors, fused into one score.

    Attributes:
        factors: numbers of a user and of an item, for the product and for the network each.
        widths: units of the network's hidden layers.
        l2: lambda, of the factors that a step reads.
        negatives: items that a user lacks, for each item that they have.
        popularity: alpha: an item is drawn in proportion to count^alpha; 0 draws all alike.
    """

    learning_rate: AboveZero = 0.002
    batch_size: Positive = 1024
    factors: Positive = 16
    widths: Annotated[tuple[Positive, ...], MinLen(1)] = (32, 16)
    l2: NotNegative = 0.01
    negatives: Positive = 4
    popularity: NotNegative = 0.0


@dataclass(frozen=True, kw_only=True)
class DotMlp(Trained):
    """A network from a user's features to a share for each item.

    Attributes:
        widths: units of the hidden layers.
        l2: lambda, of all weights.
    """

    widths: tuple[Positive, ...] = (64, 64)
    l2: NotNegative = 10.0
