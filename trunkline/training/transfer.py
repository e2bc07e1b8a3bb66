"""Every strategy on every target task, budget and repeat, with the same rows and seeds."""

from collections.abc import Callable, Mapping
from dataclasses import fields
from typing import Any

import numpy as np
import pandas as pd

from trunkline.data.encoders import Encoder
from trunkline.networks import learner as learners
from trunkline.settings.study import Question
from trunkline.tasks import labels
from trunkline.training import inputs
from trunkline.training.pairs import PAIRED, Pairs
from trunkline.training.progress import watch
from trunkline.training.records import Key, Recorder, Trained
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


def finetune(
    train: pd.DataFrame,
    source: Mapping[str, np.ndarray],
    encoder: Encoder,
    epochs_by_budget: Mapping[str, int],
    study: Question,
    *,
    name: str,
    seed: int,
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
    """
    if not study.finetune.tasks:
        return Recorder("transfer").result()
    targets = Targets(train, encoder, study, name, seed)
    return train_all(targets, source, epochs_by_budget)


def train_all(
    targets: Targets, source: Mapping[str, np.ndarray], epochs_by_budget: Mapping[str, int]
) -> Trained:
    """Train every arm on the targets; see `finetune`."""
    study, name = targets.study, targets.name
    pairs = Pairs(targets.rows, source, study, targets.sizes)
    recorder = Recorder("transfer")
    options = chosen(study)
    total = len(targets.tasks) * len(study.finetune.budgets) * study.repeats * len(options)
    with watch(f"finetune {name}", total) as started:
        for task, budget, repeat in targets.runs():
            draw = targets.draw(task, budget, repeat)
            learned = {name: array[repeat] for name, array in source.items()}
            epochs = study.training.epochs if draw.held.size else epochs_by_budget[str(budget)]
            for strategy, option in options.items():
                label = f"{name} {task}, {budget} labels, {strategy}, repeat {repeat}"
                started(label)
                arm = targets.arm(task, draw, learned, repeat, epochs, label)
                if strategy in PAIRED:
                    fit, arrays, size = pairs.train(strategy, option, arm, task, repeat)
                else:
                    fit = STRATEGIES[strategy](arm, option)
                    arrays, size = arm.learner.arrays(), learners.count(arm.learner)
                arrays |= {"scale/target": targets.scale(task, draw).array()}
                recorder.add(Key(task, strategy, budget), fit, draw, arrays, parameters=size)
    return recorder.result()


def target_encoder(train: pd.DataFrame, study: Question, source: Encoder) -> Encoder:
    """Return the encoder of the targets' inputs: the source's, unless that has its own inputs.

    Args:
        train: training rows; the encoder is fitted on those of the target tasks.
        study: the question.
        source: the encoder of the source's inputs.
    """
    if study.pretrain.inputs is None:
        return source
    tasks = {name: study.tasks[name] for name in study.finetune.tasks}
    known = [labels.encode(train, name, task).known for name, task in tasks.items()]
    return inputs.fit(train[np.any(known, axis=0)], study.inputs)


def chosen(study: Question) -> dict[str, object]:
    """Return the options of each strategy the study names, scratch first."""
    strategies = study.finetune.strategies
    named = {field.name: getattr(strategies, field.name) for field in fields(strategies)}
    return {name: options for name, options in named.items() if options is not None}
