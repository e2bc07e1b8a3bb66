"""Options of the task balancers that look at the gradients of the shared weights."""

from dataclasses import dataclass
from typing import Annotated, Literal

from annotated_types import Ge, Gt, Le, Lt

NotNegative = Annotated[float, Ge(0)]
AboveZero = Annotated[float, Gt(0)]
Share = Annotated[float, Ge(0), Lt(1)]


@dataclass(frozen=True, kw_only=True)
class GradNorm:
    """Weights learned so that gradients have similar lengths.

    Attributes:
        alpha: how much longer those of tasks that learn slowly may be.
    """

    alpha: NotNegative = 1.5


@dataclass(frozen=True, kw_only=True)
class Mgda:
    """The shortest convex combination of the gradients.

    Attributes:
        normalise: what each gradient is divided by first.
    """

    normalise: Literal["none", "length", "loss", "both"] = "none"


@dataclass(frozen=True, kw_only=True)
class PcGrad:
    """Gradients projected, one by one, onto the normal planes of those they contradict."""


@dataclass(frozen=True, kw_only=True)
class GradDrop:
    """Each entry of the gradients with one sign only, drawn at random.

    Attributes:
        leak: share of each gradient that is always kept.
    """

    leak: Annotated[float, Ge(0), Le(1)] = 0.0


@dataclass(frozen=True, kw_only=True)
class Imtl:
    """The same progress along every gradient, losses scaled to one size."""


@dataclass(frozen=True, kw_only=True)
class GradVac:
    """Gradients turned until they agree as much as they usually do.

    Attributes:
        beta: share of a new cosine in the running ones.
    """

    beta: Annotated[float, Gt(0), Le(1)] = 0.5


@dataclass(frozen=True, kw_only=True)
class CaGrad:
    """The best worst progress of a task near the mean gradient.

    Attributes:
        c: how near, as a share of its length.
    """

    c: Share = 0.5


@dataclass(frozen=True, kw_only=True)
class NashMtl:
    """The bargaining solution of Nash.

    Attributes:
        max_norm: the longest combined gradient.
    """

    max_norm: AboveZero = 1.0


@dataclass(frozen=True, kw_only=True)
class AlignedMtl:
    """Gradients turned and scaled to be orthogonal and of one length."""


@dataclass(frozen=True, kw_only=True)
class FairGrad:
    """Alpha-fair progress.

    Attributes:
        alpha: 1 is proportional fairness; the larger, the nearer to the best worst progress.
    """

    alpha: Annotated[float, Ge(0.5), Le(10)] = 1.0


@dataclass(frozen=True, kw_only=True)
class UpGrad:
    """The mean of the gradients, each projected onto the cone that contradicts no task."""


@dataclass(frozen=True, kw_only=True)
class Moco:
    """Weights of the shortest combination, learned from running means of the gradients.

    Attributes:
        beta: share of a new gradient in the running means, at the first step.
        gamma: learning rate of the weights, at the first step.
        sigma: both fall as step^-sigma.
        rho: evens the weights out.
    """

    beta: Annotated[float, Gt(0), Le(1)] = 0.5
    gamma: NotNegative = 0.1
    sigma: NotNegative = 0.5
    rho: NotNegative = 0.0


@dataclass(frozen=True, kw_only=True)
class Modo:
    """Weights of the shortest combination, learned from two halves of each batch.

    Attributes:
        gamma: learning rate of the weights.
        rho: evens the weights out.
    """

    gamma: NotNegative = 0.001
    rho: NotNegative = 0.1


@dataclass(frozen=True, kw_only=True)
class SdmGrad:
    """The shortest combination near the mean gradient, from two halves of each batch.

    Attributes:
        pull: how strongly the mean gradient pulls.
    """

    pull: NotNegative = 0.3


@dataclass(frozen=True, kw_only=True)
class ExcessMtl:
    """More weight for tasks that still have far to go.

    Attributes:
        rate: step size of the weights.
    """

    rate: AboveZero = 0.01


@dataclass(frozen=True, kw_only=True)
class DbMtl:
    """Running gradients of the logarithms of the losses, all as long as the longest.

    Attributes:
        beta: share of the old in the running means.
    """

    beta: Share = 0.9


@dataclass(frozen=True, kw_only=True)
class DualProj:
    """The mean gradient projected onto the cone that contradicts no task."""


@dataclass(frozen=True, kw_only=True)
class Config:
    """The direction of the same cosine with every gradient."""
