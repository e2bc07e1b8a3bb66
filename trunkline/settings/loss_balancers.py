"""Options of the task balancers that look at losses alone."""

from dataclasses import dataclass
from typing import Annotated

from annotated_types import Ge, Gt, MinLen

NotNegative = Annotated[float, Ge(0)]
AboveZero = Annotated[float, Gt(0)]


@dataclass(frozen=True, kw_only=True)
class Equal:
    """The sum of the losses, each times the weight of its task."""


@dataclass(frozen=True, kw_only=True)
class Static:
    """Weights that a user knows.

    Attributes:
        weights: of each task, in the order of `multitask.tasks`.
    """

    weights: Annotated[tuple[NotNegative, ...], MinLen(1)]


@dataclass(frozen=True, kw_only=True)
class Uncertainty:
    """Weights from a learned variance of each task."""


@dataclass(frozen=True, kw_only=True)
class Dwa:
    """More weight for losses that fall slowly.

    Attributes:
        temperature: evens the weights out.
    """

    temperature: AboveZero = 2.0


@dataclass(frozen=True, kw_only=True)
class Gls:
    """The geometric mean of the losses."""


@dataclass(frozen=True, kw_only=True)
class Stch:
    """The smooth maximum of the logarithms of the losses.

    Attributes:
        mu: how smooth.
        warmup_epochs: epochs of plain logarithms, in whose last the losses are measured.
    """

    mu: AboveZero = 1.0
    warmup_epochs: Annotated[int, Ge(1)] = 4


@dataclass(frozen=True, kw_only=True)
class Rlw:
    """Random weights at each step."""


@dataclass(frozen=True, kw_only=True)
class Famo:
    """Weights learned so that all losses fall at one pace.

    Attributes:
        rate: learning rate of the weights.
        decay: their decay.
    """

    rate: AboveZero = 0.025
    decay: NotNegative = 0.001


@dataclass(frozen=True, kw_only=True)
class AutoLambda:
    """Weights learned so that a step on some rows lowers the losses of others.

    Attributes:
        rate: learning rate of the weights.
        start: every task's first weight.
    """

    rate: AboveZero = 0.0001
    start: AboveZero = 0.1
