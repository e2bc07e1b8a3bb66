"""When a study calls a difference one."""

from dataclasses import dataclass
from typing import Annotated

from annotated_types import Ge, Gt, Lt


@dataclass(frozen=True, kw_only=True)
class Evaluate:
    """When a difference counts.

    Attributes:
        margin: differences of the main metric smaller than this do not matter.
        alpha: level of intervals (1 - alpha) and of tests, over the whole study.
        resamples: bootstrap resamples of an interval.
    """

    margin: Annotated[float, Gt(0)] = 0.01
    alpha: Annotated[float, Gt(0), Lt(0.5)] = 0.05
    resamples: Annotated[int, Ge(100)] = 9999
