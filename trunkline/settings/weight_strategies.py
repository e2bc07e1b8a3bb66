"""Options of strategies that look at the weights: how far they go from the source, and how fast."""

from dataclasses import dataclass
from typing import Annotated

from annotated_types import Ge, Gt

from trunkline.settings.phases import Phases


@dataclass(frozen=True, kw_only=True)
class L2Sp(Phases):
    """Fine-tuning whose trunk is drawn to the source's weights, and whose head to 0.

    Attributes:
        alpha: how strongly the trunk is drawn.
        beta: how strongly the head is.
    """

    alpha: Annotated[float, Ge(0)] = 0.1
    beta: Annotated[float, Ge(0)] = 0.01


@dataclass(frozen=True, kw_only=True)
class Discriminative(Phases):
    """Fine-tuning with a lower learning rate for each layer further from the head.

    Attributes:
        factor: by which the rate falls from a layer to the one below.
    """

    factor: Annotated[float, Ge(1)] = 2.6


@dataclass(frozen=True, kw_only=True)
class GradualUnfreeze:
    """Fine-tuning that begins with the head and adds a layer every few epochs.

    Attributes:
        every: epochs between two layers.
        rate: learning rate once a layer of the trunk trains, as a share of the study's.
    """

    every: Annotated[int, Ge(1)] = 5
    rate: Annotated[float, Gt(0)] = 0.5


@dataclass(frozen=True, kw_only=True)
class Ewc(Phases):
    """Fine-tuning whose trunk is drawn to the source's weights, each by what the source needs.

    Attributes:
        strength: lambda, in the unit of `L2Sp.alpha`, whose default it has.
    """

    strength: Annotated[float, Ge(0)] = 0.1
