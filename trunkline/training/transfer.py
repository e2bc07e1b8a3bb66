"""Every strategy on every target task, budget and repeat, with the same rows and seeds."""

from collections.abc import Callable, Mapping
from dataclasses import fields
from typing import Any

import numpy as np

from trunkline.data import large
from trunkline.data.encoders import Encoder
from trunkline.data.large import Rows
from trunkline.networks import learner as learners
from trunkline.settings.study import Question
from trunkline.tasks import labels
from trunkline.training import inputs, tuned
from trunkline.training.pairs import PAIRED, Pairs
from trunkline.training.progress import watch
from trunkline.training.records import Key, Recorder, Run, Trained
from trunkline.training.targets import Targets
from trunkline.training.trainer import Fit
from trunkline.training.transferring import (
    bi_tuning,
    bss,
    co_tuning,
    delta,
    discriminative,
    ewc,
    fine_tune,
    gradual_unfreeze,
    l2_sp,
    linear_probe,
    lp_ft,
    lwf,
    scratch,
    stoch_norm,
)
from trunkline.training.transferring.arm import Arm
from trunkline.training.tuned import Chosen, Place, Tuned

STRATEGIES: dict[str, Callable[[Arm, Any], Fit]] = {
    "scratch": scratch.train,
    "linear_probe": linear_probe.train,
    "fine_tune": fine_tune.train,
    "lp_ft": lp_ft.train,
    "l2_sp": l2_sp.train,
    "discriminative": discriminative.train,
    "gradual_unfreeze": gradual_unfreeze.train,
    "ewc": ewc.train,
    "delta": delta.train,
    "bss": bss.train,
    "lwf": lwf.train,
    "co_tuning": co_tuning.train,
    "stoch_norm": stoch_norm.train,
    "bi_tuning": bi_tuning.train,
}


def finetune(  # noqa: PLR0913  # what pretraining, the search and params.yaml hand over
    train: Rows,
    source: Mapping[str, np.ndarray],
    encoder: Encoder,
    epochs_by_budget: Mapping[str, int],
    study: Question,
    *,
    name: str,
    seed: int,
    searched: Chosen | None = None,
) -> Trained:
    """Train every arm of the study's transfer part.

    Args:
        train: training rows.
        source: weights of the pretrained networks, [repeats, ...] by name.
        encoder: of the inputs.
        epochs_by_budget: epochs where a budget is too small to hold rows back.
        study: the question.
        name: of the study, for seeds.
        seed: the root seed.
        searched: what a search chose for each arm; none: all as stated.
    """
    if not study.finetune.tasks:
        return Recorder("transfer").result()
    targets = Targets(train, encoder, study, name, seed)
    return train_all(targets, source, epochs_by_budget, searched)


def train_all(
    targets: Targets,
    source: Mapping[str, np.ndarray],
    epochs_by_budget: Mapping[str, int],
    searched: Chosen | None = None,
) -> Trained:
    """Train every arm on the targets; see `finetune`."""
    study, found = targets.study, searched or Chosen()
    runs, recorder = Runs(targets, source, epochs_by_budget), Recorder("transfer")
    options = chosen(study)
    total = len(targets.tasks) * len(study.finetune.budgets) * study.repeats * len(options)
    with watch(f"finetune {targets.name}", total) as started:
        for task, budget, repeat in targets.runs():
            for strategy, option in options.items():
                key = Key(task, strategy, budget)
                values = found.values(Place("transfer", *key))
                started(runs.label(key, repeat))
                own = tuned.options(option, values)
                run = runs.fit(key, repeat, own, tuned.of(values, study.network))
                recorder.add(key, run)
    return recorder.result()


class Runs:
    """The runs of a study's transfer part, made one at a time."""

    def __init__(
        self,
        targets: Targets,
        source: Mapping[str, np.ndarray],
        epochs_by_budget: Mapping[str, int],
    ) -> None:
        """Keep what is given; networks are compiled when they are first trained."""
        self._targets, self._source, self._epochs = targets, source, epochs_by_budget
        encoder = targets.features.encoder
        self._pairs = Pairs(targets.rows, source, targets.study, targets.sizes, encoder)

    def label(self, key: Key, repeat: int) -> str:
        """Return what is trained, for messages."""
        return f"{self._targets.name} {key.task}, {key.budget} labels, {key.arm}, repeat {repeat}"

    def fit(self, key: Key, repeat: int, option: Any, settings: Tuned = tuned.STATED) -> Run:
        """Train an arm in one repeat.

        Args:
            key: task, strategy and budget.
            repeat: whose labels, seed and pretrained trunk are taken.
            option: of the strategy.
            settings: what else a search chose.
        """
        targets, (task, strategy, budget) = self._targets, key
        draw = targets.draw(task, budget, repeat)
        learned = {name: array[repeat] for name, array in self._source.items()}
        most = targets.study.training.epochs
        epochs = most if draw.held.size else self._epochs[str(budget)]
        label = self.label(key, repeat)
        arm = targets.arm(task, draw, learned, repeat, epochs, label, settings)
        if strategy in PAIRED:
            fit, arrays, size = self._pairs.train(strategy, option, arm, task, repeat)
        else:
            fit = STRATEGIES[strategy](arm, option)
            arrays, size = arm.learner.arrays(), learners.count(arm.learner)
        arrays |= {"scale/target": targets.scale(task, draw).array()}
        return Run(fit, draw, arrays, size)


def target_encoder(train: Rows, study: Question, source: Encoder) -> Encoder:
    """Return the encoder of the targets' inputs: the source's, unless that has its own inputs.

    Args:
        train: training rows; the encoder is fitted on those of the target tasks.
        study: the question.
        source: the encoder of the source's inputs.
    """
    if study.pretrain.inputs is None:
        return source
    tasks = {name: study.tasks[name] for name in study.finetune.tasks}
    narrow = large.narrow(train, tasks.values())
    known = [labels.encode(narrow, name, task).known for name, task in tasks.items()]
    return inputs.fit(train, study.inputs, np.any(known, axis=0))


def chosen(study: Question) -> dict[str, object]:
    """Return the options of each strategy the study names, scratch first."""
    strategies = study.finetune.strategies
    named = {field.name: getattr(strategies, field.name) for field in fields(strategies)}
    return {name: options for name, options in named.items() if options is not None}
