"""Options of each task balancer; a balancer that is named is an arm that is trained."""

from dataclasses import dataclass
from typing import Annotated, Literal

from annotated_types import Ge, Gt, Le, Lt, MinLen

NotNegative = Annotated[float, Ge(0)]
AboveZero = Annotated[float, Gt(0)]
Share = Annotated[float, Ge(0), Lt(1)]


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


@dataclass(frozen=True, kw_only=True)
class Balancers:
    """The balancers of joint training; None leaves one out. `equal` always runs."""

    equal: Equal = Equal()
    static: Static | None = None
    uncertainty: Uncertainty | None = None
    dwa: Dwa | None = None
    gls: Gls | None = None
    stch: Stch | None = None
    rlw: Rlw | None = None
    famo: Famo | None = None
    gradnorm: GradNorm | None = None
    mgda: Mgda | None = None
    pcgrad: PcGrad | None = None
    graddrop: GradDrop | None = None
    imtl: Imtl | None = None
    gradvac: GradVac | None = None
    cagrad: CaGrad | None = None
    nash_mtl: NashMtl | None = None
    aligned_mtl: AlignedMtl | None = None
    fairgrad: FairGrad | None = None
    upgrad: UpGrad | None = None
    moco: Moco | None = None
    modo: Modo | None = None
    sdmgrad: SdmGrad | None = None
    excess_mtl: ExcessMtl | None = None
    db_mtl: DbMtl | None = None
    dualproj: DualProj | None = None
    config: Config | None = None
