"""Options of each transfer strategy that reads the source's rows beside the target's."""

from dataclasses import dataclass
from typing import Annotated, Literal

from annotated_types import Ge, Gt


@dataclass(frozen=True, kw_only=True)
class Rehearsal:
    """Fine-tuning that keeps the source task: L_target(theta) + lambda L_source(theta).

    Attributes:
        weight: lambda; 0 is `fine_tune`.
        head_epochs: epochs in which the heads alone are trained.
        rate: learning rate of the second phase, as a share of the study's.
    """

    weight: Annotated[float, Ge(0)] = 1.0
    head_epochs: Annotated[int, Ge(1)] = 10
    rate: Annotated[float, Gt(0)] = 0.5


@dataclass(frozen=True, kw_only=True)
class FeatureMap:
    """A learned map g from the source's inputs to the target's: L_s(g(x_s)) + lambda L_t + mu R(g).

    Attributes:
        weight: lambda, of the target's loss.
        mu: of R(g).
        map: g as one product and a shift (`linear`), or with a hidden layer (`dense`).
        width: units of that hidden layer.
        near: R(g) is the sum of squared kernels (`zero`), or of the squared distances to the
            identity, where g also begins (`identity`; for a linear map between equal widths).
        source_epochs: passes over the source's rows, without the target, before both are learned.
        same_inputs: whether a map is wanted although source and target read the same inputs.
    """

    weight: Annotated[float, Gt(0)] = 1.0
    mu: Annotated[float, Ge(0)] = 0.001
    map: Literal["linear", "dense"] = "linear"
    width: Annotated[int, Ge(1)] = 64
    near: Literal["zero", "identity"] = "zero"
    source_epochs: Annotated[int, Ge(0)] = 10
    same_inputs: bool = False
