"""Every arm of a study whose settings are searched, and what a trial of it costs."""

from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

import numpy as np

from trunkline.data import large
from trunkline.data.encoders import Encoder
from trunkline.settings.study import Study
from trunkline.settings.tuning import Tune
from trunkline.training import inputs, multitask, transfer, tuned
from trunkline.training.records import Key
from trunkline.training.targets import Targets
from trunkline.training.tuned import Place, Values
from trunkline.training.tuning import spaces
from trunkline.training.tuning.spaces import Dimensions
from trunkline.training.tuning.validating import Judge
from trunkline.training.ways import Way


class Rows(NamedTuple):
    """The rows a search may see; those of the test are not among them."""

    train: large.Rows
    validation: large.Rows


class Source(NamedTuple):
    """What pretraining left."""

    weights: Mapping[str, np.ndarray]  # [repeats, ...] by name
    encoder: Encoder
    epochs_by_budget: Mapping[str, int]


class Arm(NamedTuple):
    """One arm on one task, with one label budget."""

    place: Place
    dimensions: Dimensions
    objective: Callable[[Values], float]


def of_transfer(
    rows: Rows, source: Source, study: Study, tune: Tune, *, name: str, seed: int
) -> Iterator[Arm]:
    """Yield every strategy on every task and budget that is searched.

    A trial is the mean validation loss over `tune.repeats` networks. Each starts from the
    pretrained trunk of a repeat, but draws labels, new weights and order of its own: the repeats
    that are judged later stay as alike to each other as they were.

    Args:
        rows: of training and validation.
        source: what pretraining left.
        study: the study.
        tune: its search.
        name: of the study, for seeds.
        seed: the root seed.
    """
    if not study.finetune.tasks:
        return
    encoder = transfer.target_encoder(rows.train, study, source.encoder)
    targets = Targets(rows.train, encoder, study, f"{name}/tune", seed)
    runs = transfer.Runs(targets, source.weights, source.epochs_by_budget)
    judge = Judge(rows.validation, encoder, study, study.finetune.tasks)
    for task in study.finetune.tasks:
        for budget in tune.budgets or study.finetune.budgets:
            for strategy, option in transfer.chosen(study).items():
                key = Key(task, strategy, budget)

                def objective(values: Values, key: Key = key, option: object = option) -> float:
                    own, settings = tuned.options(option, values), tuned.of(values, study.network)
                    fitted = (runs.fit(key, n, own, settings) for n in range(tune.repeats))
                    return _mean(judge.loss({"target": key.task}, run.arrays) for run in fitted)

                yield Arm(Place("transfer", *key), spaces.of(study, tune, strategy), objective)


def of_joint(rows: Rows, study: Study, tune: Tune, *, name: str, seed: int) -> Iterator[Arm]:
    """Yield every way to train jointly, and every task alone; as `of_transfer` does.

    A joint arm is chosen by the weighted sum of its tasks' losses, which it minimises.
    """
    joint = study.multitask
    if not joint.tasks:
        return
    encoder = inputs.fit(rows.train, study.inputs)
    shared = multitask.Shared(rows.train, encoder, study, f"{name}/tune", seed)
    judge = Judge(rows.validation, encoder, study, joint.tasks)
    for key, group in multitask.groups_of(joint).items():
        heads = {str(number): task for number, task in enumerate(group)}
        way = shared.arms.get(key.arm, Way())

        def objective(
            values: Values,
            key: Key = key,
            heads: Mapping[str, str] = heads,
            way: Way = way,
        ) -> float:
            settings = tuned.of(values, study.network)
            fitted = (
                shared.fit(key, tuple(heads.values()), shared.draw(n), settings)
                for n in range(tune.repeats)
            )
            return _mean(judge.loss(heads, run.arrays, way.sharing) for run in fitted)

        yield Arm(Place("multitask", *key), spaces.of(study, tune), objective)


def _mean(losses: Iterator[float]) -> float:
    return float(np.mean(list(losses)))
