"""Which settings are searched, in which ranges, with how many trials for every arm."""

import typing
from dataclasses import dataclass, field
from typing import Annotated, Literal

from annotated_types import Ge

Count = Annotated[int, Ge(1)]


@dataclass(frozen=True, kw_only=True)
class Range:
    """Where the values of a setting lie.

    Attributes:
        log: whether the logarithm is spread evenly, not the value.
    """

    low: float
    high: float
    log: bool = False


@dataclass(frozen=True, kw_only=True)
class Space:
    """Settings that every arm has; None: as the study states it.

    Attributes:
        learning_rate: of `training`.
        l2: of `network`, while an arm trains; the source is pretrained as stated.
    """

    learning_rate: Range | None = None
    l2: Range | None = None

    def named(self) -> dict[str, Range]:
        """Return the ranges that are named."""
        return {name: one for name, one in vars(self).items() if one is not None}


@dataclass(frozen=True, kw_only=True)
class Tune:
    """A search with the same number of trials for every arm, scratch included.

    Attributes:
        trials: of each arm, task and label budget; the first has the stated values.
        space: what is searched in every arm.
        strategies: by strategy, options of its own, searched in the same trials.
        repeats: networks whose mean validation loss is a trial's.
        budgets: label budgets that are searched; none: all. Others take what the next smaller
            one chose or, where there is none, the smallest.
        sampler: `random`, or `tpe`, which learns from the trials before.
    """

    trials: Count
    space: Space
    strategies: dict[str, dict[str, Range]] = field(default_factory=dict)
    repeats: Count = 3
    budgets: tuple[Count, ...] = ()
    sampler: Literal["random", "tpe"] = "random"


def numeric(options: object) -> dict[str, tuple[type, tuple[object, ...]]]:
    """Return, by name, the type and the limits of the options that are numbers.

    Example:
        >>> from trunkline.settings.phases import Phases
        >>> numeric(Phases())
        {'head_epochs': (<class 'int'>, (Ge(ge=1),)), 'rate': (<class 'float'>, (Gt(gt=0),))}
    """
    found = {}
    for name, hint in typing.get_type_hints(type(options), include_extras=True).items():
        limited = typing.get_origin(hint) is typing.Annotated
        kind, *limits = typing.get_args(hint) if limited else (hint,)
        if kind in (int, float):
            found[name] = (kind, tuple(limits))
    return found
