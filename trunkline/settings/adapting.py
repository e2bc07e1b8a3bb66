"""Options of each way to use a target's rows without their labels."""

from dataclasses import dataclass, field
from typing import Annotated, Literal

from annotated_types import Ge, Gt, MinLen

from trunkline.settings.dataset import Name

Positive = Annotated[int, Ge(1)]


@dataclass(frozen=True, kw_only=True)
class SourceOnly:
    """The source's rows alone: what all others are measured against."""


@dataclass(frozen=True, kw_only=True)
class Coral:
    """Covariances of source and target representations brought together.

    Attributes:
        weight: of the distance in the loss.
    """

    weight: Annotated[float, Gt(0)] = 100.0


@dataclass(frozen=True, kw_only=True)
class Dan:
    """Distributions brought together by the maximum mean discrepancy of several kernels.

    Attributes:
        weight: of the discrepancy in the loss.
        kernels: widths of the Gaussian kernels, as shares of the mean squared distance.
        estimate: of the squared discrepancy; `biased` is never negative.
    """

    weight: Annotated[float, Gt(0)] = 1.0
    kernels: Annotated[tuple[Annotated[float, Gt(0)], ...], MinLen(1)] = (
        0.125,
        0.25,
        0.5,
        1.0,
        2.0,
    )
    estimate: Literal["unbiased", "biased"] = "unbiased"


@dataclass(frozen=True, kw_only=True)
class Dann:
    """A discriminator tells the domains apart, and the trunk learns to make that impossible.

    Attributes:
        weight: of the reversed gradient at the end of its rise.
        width: units of the discriminator's hidden layer.
    """

    weight: Annotated[float, Gt(0)] = 1.0
    width: Positive = 64


@dataclass(frozen=True, kw_only=True)
class Cdan:
    """As `dann`, with a discriminator that sees what the head says too.

    Attributes:
        weight: of the reversed gradient at the end of its rise.
        width: units of the discriminator's hidden layer.
        entropy: whether rows of which the head is sure count more.
    """

    weight: Annotated[float, Gt(0)] = 1.0
    width: Positive = 64
    entropy: bool = True


@dataclass(frozen=True, kw_only=True)
class Mcc:
    """Less confusion between the classes that the head gives to target rows.

    Attributes:
        weight: of the confusion in the loss.
        temperature: divides the logits.
    """

    weight: Annotated[float, Gt(0)] = 1.0
    temperature: Annotated[float, Gt(0)] = 2.5


@dataclass(frozen=True, kw_only=True)
class Methods:
    """The methods of a study; None leaves one out. `source_only` always runs."""

    source_only: SourceOnly = SourceOnly()
    coral: Coral | None = None
    dan: Dan | None = None
    dann: Dann | None = None
    cdan: Cdan | None = None
    mcc: Mcc | None = None


@dataclass(frozen=True, kw_only=True)
class Adapt:
    """Target tasks of which no label is used: the source's labels, and the target's rows.

    Attributes:
        tasks: each of the source's kind, with its classes.
        epochs: passes over the source's rows, the same for every method.
        methods: options by method name; `source_only` is always among them.
    """

    tasks: tuple[Name, ...] = ()
    epochs: Positive = 30
    methods: Methods = field(default_factory=Methods)
