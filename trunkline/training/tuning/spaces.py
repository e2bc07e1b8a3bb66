"""What is searched in an arm: settings with their ranges, laid on a grid."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from trunkline.settings.study import Study
from trunkline.settings.tuning import Range, Tune, numeric

STEPS = 1000  # of the grid from low to high
DIGITS = 4  # of a value


@dataclass(frozen=True)
class Dimension:
    """One setting of one arm.

    Attributes:
        within: its range.
        whole: whether it is a whole number.
        stated: its value in params.yaml, which may lie outside of the range.
    """

    within: Range
    whole: bool
    stated: float

    def value(self, position: int) -> float:
        """Return the value at a position of the grid, from 0 to `STEPS`.

        It has four digits: a power may differ in its last bit from one processor to the next, and
        no fifth digit of a learning rate was ever worth a search.
        """
        low, high, share = self.within.low, self.within.high, position / STEPS
        raw = low * (high / low) ** share if self.within.log else low + (high - low) * share
        if self.whole:
            return round(raw)
        return min(max(float(f"{raw:.{DIGITS}g}"), low), high)

    def position(self) -> int:
        """Return the position nearest to the stated value."""
        low, high, stated = self.within.low, self.within.high, self.stated
        if self.within.log:
            low, high, stated = (float(np.log(max(v, low / 2))) for v in (low, high, stated))
        return min(max(round((stated - low) / (high - low) * STEPS), 0), STEPS)


Dimensions = Mapping[str, Dimension]


def of(study: Study, tune: Tune, strategy: str = "") -> dict[str, Dimension]:
    """Return what is searched in an arm, by the name of the setting.

    Args:
        study: what it states.
        tune: its search.
        strategy: whose own options are searched too; none: of joint training, or a task alone.
    """
    stated = {"learning_rate": study.training.learning_rate, "l2": study.network.l2}
    found = {
        name: Dimension(within, False, stated[name]) for name, within in tune.space.named().items()
    }
    options = vars(study.finetune.strategies).get(strategy)
    for name, within in tune.strategies.get(strategy, {}).items():
        whole = numeric(options)[name][0] is int
        found[name] = Dimension(within, whole, getattr(options, name))
    return found
