"""The trials of one arm: which values are tried, and which of them are chosen."""

import math
from collections.abc import Callable, Iterator, Sequence
from typing import Literal, NamedTuple

import optuna

from trunkline.training.divergence import Diverged
from trunkline.training.tuned import Values
from trunkline.training.tuning.spaces import STEPS, Dimensions

DIGITS = 6  # of a loss


class Trial(NamedTuple):
    """One set of values, and what came of it."""

    values: Values
    loss: float  # of the validation rows; NaN where training diverged


def search(
    dimensions: Dimensions,
    objective: Callable[[Values], float],
    *,
    trials: int,
    sampler: Literal["random", "tpe"],
    seed: int,
) -> list[Trial]:
    """Try the stated values, then what the sampler proposes.

    Optuna sees positions on a grid, whole numbers, and never a value: no rounding of a processor
    gets into what it proposes next. `random` draws each position by itself from a Mersenne twister,
    the same numbers everywhere. `tpe` looks at the losses before, from the eleventh trial on.
    Losses have six digits, so that nothing is chosen for its last bits.

    Args:
        dimensions: what is searched.
        objective: values -> the loss on the validation rows.
        trials: how many, the stated values included.
        sampler: how positions are proposed.
        seed: of the sampler.

    References:
        Bergstra and Bengio, "Random Search for Hyper-Parameter Optimization", JMLR 13 (2012);
        Bergstra et al., "Algorithms for Hyper-Parameter Optimization", NeurIPS 2011, section 4
        (TPE); Akiba et al., "Optuna", KDD 2019.
    """
    return list(_trials(dimensions, objective, trials, _study(sampler, seed)))


def best(trials: Sequence[Trial]) -> int | None:
    """Return the number of the trial with the least loss, the earliest of several; or None."""
    found = [number for number, trial in enumerate(trials) if not math.isnan(trial.loss)]
    return min(found, key=lambda number: trials[number].loss, default=None)


def _study(sampler: str, seed: int) -> optuna.Study:
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    small = seed % 2**32  # what a Mersenne twister takes
    return optuna.create_study(
        sampler=optuna.samplers.TPESampler(seed=small)
        if sampler == "tpe"
        else optuna.samplers.RandomSampler(seed=small)
    )


def _trials(
    dimensions: Dimensions, objective: Callable[[Values], float], trials: int, study: optuna.Study
) -> Iterator[Trial]:
    grid: dict[str, optuna.distributions.BaseDistribution] = {
        name: optuna.distributions.IntDistribution(0, STEPS) for name in dimensions
    }
    study.enqueue_trial({name: dimension.position() for name, dimension in dimensions.items()})
    for number in range(trials):
        asked = study.ask(grid)
        values = {
            name: dimension.value(asked.params[name]) if number else dimension.stated
            for name, dimension in dimensions.items()
        }
        loss = _rounded(objective, values)
        study.tell(asked, math.inf if math.isnan(loss) else loss)
        yield Trial(values, loss)


def _rounded(objective: Callable[[Values], float], values: Values) -> float:
    try:
        loss = objective(values)
    except Diverged:
        return math.nan
    return float(f"{loss:.{DIGITS}g}") if math.isfinite(loss) else math.nan
