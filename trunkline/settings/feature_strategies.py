"""Options of strategies that look at what the trunk makes of the target's rows."""

from dataclasses import dataclass
from typing import Annotated

from annotated_types import Ge, Gt, Le

from trunkline.settings.phases import Phases


@dataclass(frozen=True, kw_only=True)
class Delta(Phases):
    """Fine-tuning whose layers are held to say what the source's layers say.

    Attributes:
        alpha: how strongly, the more so the more the target needs a unit.
        beta: how strongly the head is drawn to 0.
    """

    alpha: Annotated[float, Ge(0)] = 0.1
    beta: Annotated[float, Ge(0)] = 0.01


@dataclass(frozen=True, kw_only=True)
class Bss(Phases):
    """Fine-tuning that suppresses the directions in which the representation hardly varies.

    Attributes:
        eta: how strongly.
        smallest: k, singular values of each batch that are suppressed.
    """

    eta: Annotated[float, Ge(0)] = 0.001
    smallest: Annotated[int, Ge(1), Le(8)] = 1


@dataclass(frozen=True, kw_only=True)
class StochNorm(Phases):
    """Fine-tuning whose normalisation takes the batch's moments or the source's, by chance.

    Attributes:
        share: of channels that take the batch's at a step.
    """

    share: Annotated[float, Ge(0), Le(1)] = 0.5


@dataclass(frozen=True, kw_only=True)
class BiTuning(Phases):
    """Fine-tuning that also pulls rows of a class together, for the head and in a projection.

    Attributes:
        strength: weight of both contrastive losses beside the target's.
        temperature: sharpens them.
        width: of the projection.
    """

    strength: Annotated[float, Ge(0)] = 1.0
    temperature: Annotated[float, Gt(0)] = 0.07
    width: Annotated[int, Ge(1)] = 64
