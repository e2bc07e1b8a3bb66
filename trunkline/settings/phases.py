"""What strategies that fine-tune in two phases have in common."""

from dataclasses import dataclass
from typing import Annotated

from annotated_types import Ge, Gt


@dataclass(frozen=True, kw_only=True)
class Phases:
    """A short warm-up of the head on the frozen trunk, then everything at a lower rate.

    Attributes:
        head_epochs: epochs of the warm-up.
        rate: learning rate of the second phase, as a share of the study's.
    """

    head_epochs: Annotated[int, Ge(1)] = 10
    rate: Annotated[float, Gt(0)] = 0.5
