"""Options of the sharing architectures; one that is named is an arm that is trained."""

from dataclasses import dataclass, field
from typing import Annotated

from annotated_types import Ge, Gt, Le

Count = Annotated[int, Ge(1)]
AboveZero = Annotated[float, Gt(0)]


@dataclass(frozen=True, kw_only=True)
class Hard:
    """One trunk for all tasks: the arm `joint`."""


@dataclass(frozen=True, kw_only=True)
class Balanced:
    """What every architecture but hard sharing can be given.

    Attributes:
        balancer: a name under `multitask.balancers`.
    """

    balancer: str = "equal"


@dataclass(frozen=True, kw_only=True)
class Soft(Balanced):
    """A trunk for each task, tied by their distance.

    Attributes:
        mu: how strongly.
    """

    mu: Annotated[float, Ge(0)] = 0.01


@dataclass(frozen=True, kw_only=True)
class CrossStitch(Balanced):
    """A trunk for each task; after each layer the trunks mix.

    Attributes:
        own: what a trunk keeps of itself at the start; the others share the rest.
    """

    own: Annotated[float, Gt(0), Le(1)] = 1.0


@dataclass(frozen=True, kw_only=True)
class Mmoe(Balanced):
    """Experts for all tasks, and a gate for each.

    Attributes:
        experts: whole trunks.
    """

    experts: Count = 4


@dataclass(frozen=True, kw_only=True)
class Cgc(Balanced):
    """Experts for all tasks, experts for one, and a gate for each task.

    Attributes:
        shared: experts of all tasks.
        own: experts of each task.
    """

    shared: Count = 1
    own: Count = 1


@dataclass(frozen=True, kw_only=True)
class Ple(Balanced):
    """CGC after CGC, one for each layer of the trunk.

    Attributes:
        shared: experts of all tasks, a layer.
        own: experts of each task, a layer.
    """

    shared: Count = 1
    own: Count = 1


@dataclass(frozen=True, kw_only=True)
class DselectK(Balanced):
    """Experts for all tasks, of which each task selects k.

    Attributes:
        experts: whole trunks; a power of two.
        k: experts a task selects, at most.
        gamma: width of the smooth step.
        entropy: how strongly selections are driven to one expert each.
    """

    experts: Annotated[int, Ge(2)] = 4
    k: Count = 2
    gamma: AboveZero = 1.0
    entropy: Annotated[float, Ge(0)] = 0.01


@dataclass(frozen=True, kw_only=True)
class Attention(Balanced):
    """One trunk, and a mask on each of its layers for each task.

    Attributes:
        units: of the hidden layer of a mask.
    """

    units: Count = 32


@dataclass(frozen=True, kw_only=True)
class Ltb(Balanced):
    """Trunks whose branches are learned.

    Attributes:
        nodes: of each layer; none: as many as tasks.
        temperature: of the random choice, at the start.
        half_life: steps in which it halves.
        floor: the lowest temperature.
    """

    nodes: Count | None = None
    temperature: AboveZero = 5.0
    half_life: Count = 200
    floor: AboveZero = 0.1


@dataclass(frozen=True, kw_only=True)
class Sharing:
    """The architectures of joint training; None leaves one out. `hard` always runs."""

    hard: Hard = field(default_factory=Hard)
    soft: Soft | None = None
    cross_stitch: CrossStitch | None = None
    mmoe: Mmoe | None = None
    cgc: Cgc | None = None
    ple: Ple | None = None
    dselect_k: DselectK | None = None
    attention: Attention | None = None
    ltb: Ltb | None = None

    def named(self) -> dict[str, Balanced]:
        """Return the options of each architecture that is named, hard sharing left out."""
        return {
            name: options for name, options in vars(self).items() if isinstance(options, Balanced)
        }
