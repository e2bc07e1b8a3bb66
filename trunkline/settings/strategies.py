"""Options of each transfer strategy; a strategy that is named is a strategy that is run."""

from dataclasses import dataclass
from typing import Annotated

from annotated_types import Gt

from trunkline.settings.answer_strategies import CoTuning, Lwf
from trunkline.settings.feature_strategies import BiTuning, Bss, Delta, StochNorm
from trunkline.settings.pairing import FeatureMap, Rehearsal
from trunkline.settings.phases import Phases
from trunkline.settings.weight_strategies import Discriminative, Ewc, GradualUnfreeze, L2Sp


@dataclass(frozen=True, kw_only=True)
class Scratch:
    """A new network, trained on the target alone: the arm all others are measured against."""


@dataclass(frozen=True, kw_only=True)
class LinearProbe:
    """A new head on the frozen trunk."""


@dataclass(frozen=True, kw_only=True)
class FineTune(Phases):
    """A short warm-up of the head on the frozen trunk, then everything at a lower rate."""


@dataclass(frozen=True, kw_only=True)
class LpFt:
    """The linear probe to its best epoch, then everything from there at a lower rate.

    Attributes:
        rate: learning rate of the second phase, as a share of the study's.
    """

    rate: Annotated[float, Gt(0)] = 0.5


@dataclass(frozen=True, kw_only=True)
class Strategies:
    """The strategies of a study; None leaves one out. `scratch` always runs."""

    scratch: Scratch = Scratch()
    linear_probe: LinearProbe | None = None
    fine_tune: FineTune | None = None
    lp_ft: LpFt | None = None
    rehearsal: Rehearsal | None = None
    feature_map: FeatureMap | None = None
    l2_sp: L2Sp | None = None
    discriminative: Discriminative | None = None
    gradual_unfreeze: GradualUnfreeze | None = None
    ewc: Ewc | None = None
    delta: Delta | None = None
    bss: Bss | None = None
    lwf: Lwf | None = None
    co_tuning: CoTuning | None = None
    stoch_norm: StochNorm | None = None
    bi_tuning: BiTuning | None = None
