"""What is done where a version of the data is not like the one that was accepted."""

from dataclasses import dataclass
from typing import Annotated, Literal

from annotated_types import Gt, Lt


@dataclass(frozen=True, kw_only=True)
class Drift:
    """When a column has drifted, and what follows.

    Both thresholds are asked for: in a small table a large shift is chance, in a large one the
    smallest shift is significant.

    Attributes:
        then: `warn` goes on and tells it; `stop` ends the run before anything is trained.
        psi: population stability index from which a shift is large.
        alpha: level of the tests, corrected by Holm over all columns.
    """

    then: Literal["warn", "stop"] = "warn"
    psi: Annotated[float, Gt(0)] = 0.2
    alpha: Annotated[float, Gt(0), Lt(0.5)] = 0.01
