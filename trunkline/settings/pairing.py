"""Options of each transfer strategy that reads the source's rows beside the target's."""

from dataclasses import dataclass
from typing import Annotated

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
