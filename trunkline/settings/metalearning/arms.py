"""What meta-learners are judged against; `nearest_neighbour` on the inputs always runs."""

from dataclasses import dataclass, field
from typing import Annotated, Any

from annotated_types import Ge, Gt, MinLen

Positive = Annotated[int, Ge(1)]
Rates = Annotated[tuple[Annotated[float, Gt(0)], ...], MinLen(1)]
Steps = Annotated[tuple[Positive, ...], MinLen(1)]


@dataclass(frozen=True, kw_only=True)
class Stepping:
    """Steps of Adam on the support of an episode; which are best, validation episodes say.

    Attributes:
        rates: learning rates that are tried.
        steps: how many that are tried, ascending.
    """

    rates: Rates = (0.003, 0.01, 0.03)
    steps: Steps = (5, 20, 50)


@dataclass(frozen=True, kw_only=True)
class Arms:
    """Options by arm; None leaves one out. `scratch` always runs: no gain without it.

    Attributes:
        scratch: weights drawn anew, trained on the episode alone.
        fine_tune: a network trained on all classes, or groups, of training at once; then all of it
            on the episode, with a new head; with `group` its own, as all tasks ask the same.
        linear_probe: the same network; then the head alone.
    """

    scratch: Stepping = field(default_factory=Stepping)
    fine_tune: Stepping | None = field(default_factory=Stepping)
    linear_probe: Stepping | None = field(
        default_factory=lambda: Stepping(rates=(0.01, 0.03, 0.1), steps=(20, 50))
    )

    def named(self) -> dict[str, Any]:
        """Return the options of the arms that run, by name.

        Example:
            >>> list(Arms(linear_probe=None).named())
            ['scratch', 'fine_tune']
        """
        return {name: options for name, options in vars(self).items() if options is not None}


NEAREST, SCRATCH = "nearest_neighbour", "scratch"
PRETRAINED = ("fine_tune", "linear_probe")
HELD_AGAINST = ("fine_tune", SCRATCH, NEAREST)  # what each method is, in the order of the page
