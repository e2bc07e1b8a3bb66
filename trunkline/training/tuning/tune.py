"""The whole search of a study: the same number of trials for every arm, scratch included."""

from collections.abc import Sequence

from trunkline.determinism import seeds
from trunkline.settings.study import Study
from trunkline.settings.tuning import Tune
from trunkline.training import tuned
from trunkline.training.progress import watch
from trunkline.training.tuning import arms, search
from trunkline.training.tuning.arms import Arm, Rows, Source
from trunkline.training.tuning.records import Row


def tune(rows: Rows, source: Source, study: Study, *, name: str, seed: int) -> list[Row]:
    """Search the settings of every arm, and choose the trial of the least validation loss.

    lambda* = argmin_k 1/R sum_r L_validation(theta_r(lambda_k)), theta_r(lambda) the network that
    training with the settings lambda gives in the r-th of R repeats; lambda_0 are the stated ones.
    The validation rows are the same for every arm. Of equal losses the earliest trial is chosen.

    Args:
        rows: of training and validation; of each trial only a label budget trains.
        source: what pretraining left.
        study: the study; it has a search.
        name: of the study, for seeds.
        seed: the root seed.

    Raises:
        ValueError: every trial of an arm diverged, or no validation row has a label of a task.
    """
    asked = study.tune
    if asked is None:
        return []
    every = [
        *arms.of_transfer(rows, source, study, asked, name=name, seed=seed),
        *arms.of_joint(rows, study, asked, name=name, seed=seed),
    ]
    found: list[Row] = []
    with watch(f"tune {name}", len(every)) as started:
        for arm in every:
            started(f"{name} {tuned.described(arm.place)}, {asked.trials} trials")
            found += _searched(arm, asked, seeds.derive(seed, name, "tune", *arm.place))
    return found


def _searched(arm: Arm, asked: Tune, seed: int) -> Sequence[Row]:
    """Return the trials of one arm, of which one is chosen."""
    trials = search.search(
        arm.dimensions, arm.objective, trials=asked.trials, sampler=asked.sampler, seed=seed
    )
    best = search.best(trials)
    if best is None:
        raise ValueError(
            f"{tuned.described(arm.place)}: each of its {asked.trials} trials diverged: lower "
            "tune.space.learning_rate, or look for extreme values in the inputs"
        )
    return [
        Row(arm.place, number, trial.values, trial.loss, number == best)
        for number, trial in enumerate(trials)
    ]
