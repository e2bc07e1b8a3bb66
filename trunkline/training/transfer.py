"""Every strategy on every target task, budget and repeat, with the same rows and seeds."""

from collections.abc import Callable, Mapping
from dataclasses import fields
from typing import Any

import numpy as np
import pandas as pd

from trunkline.data.encoders import Encoder
from trunkline.determinism import seeds
from trunkline.networks import learner as learners
from trunkline.networks.learner import Arrays
from trunkline.settings.study import Question, Task
from trunkline.tasks import budgets, labels, weighting
from trunkline.tasks.budgets import Draw
from trunkline.tasks.labels import Labels
from trunkline.training import courses, inputs
from trunkline.training.progress import watch
from trunkline.training.records import Key, Recorder, Trained
from trunkline.training.trainer import Fit, Trainer
from trunkline.training.transferring import fine_tune, linear_probe, lp_ft, scratch
from trunkline.training.transferring.arm import Arm

STRATEGIES: dict[str, Callable[[Arm, Any], Fit]] = {
    "scratch": scratch.train,
    "linear_probe": linear_probe.train,
    "fine_tune": fine_tune.train,
    "lp_ft": lp_ft.train,
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
    targets = _Targets(train, encoder, study, name, seed)
    recorder = Recorder("transfer")
    options = chosen(study)
    total = len(targets.tasks) * len(study.finetune.budgets) * study.repeats * len(options)
    with watch(f"finetune {name}", total) as started:
        for task, budget, repeat in targets.runs():
            draw = targets.draw(task, budget, repeat)
            trunk = {k: v[repeat] for k, v in source.items() if k.startswith("trunk/")}
            epochs = study.training.epochs if draw.held.size else epochs_by_budget[str(budget)]
            for strategy, option in options.items():
                label = f"{name} {task}, {budget} labels, {strategy}, repeat {repeat}"
                started(label)
                arm = targets.arm(task, draw, trunk, repeat, epochs, label)
                fit = STRATEGIES[strategy](arm, option)
                arrays = arm.learner.arrays() | {"scale/target": targets.scale(task, draw).array()}
                size = learners.count(arm.learner)
                recorder.add(Key(task, strategy, budget), fit, draw, arrays, parameters=size)
    return recorder.result()


def chosen(study: Question) -> dict[str, object]:
    """Return the options of each strategy the study names, scratch first."""
    strategies = study.finetune.strategies
    named = {field.name: getattr(strategies, field.name) for field in fields(strategies)}
    return {name: options for name, options in named.items() if options is not None}


class _Targets:
    """The target tasks over one table, with one compiled network for each kind of output."""

    def __init__(
        self, train: pd.DataFrame, encoder: Encoder, study: Question, name: str, seed: int
    ) -> None:
        self._study, self._name, self._seed = study, name, seed
        self.tasks = {task: study.tasks[task] for task in study.finetune.tasks}
        self._labels = {name: labels.encode(train, name, task) for name, task in self.tasks.items()}
        self._features = inputs.features(train, study.inputs, encoder)
        self._trainers: dict[object, Trainer] = {}

    def runs(self) -> list[tuple[str, int, int]]:
        """Return every task, budget and repeat."""
        return [
            (task, budget, repeat)
            for task in self.tasks
            for budget in self._study.finetune.budgets
            for repeat in range(self._study.repeats)
        ]

    def draw(self, task: str, budget: int, repeat: int) -> Draw:
        """Return the labels of a repeat; larger budgets contain smaller ones."""
        return budgets.draw(
            self._labels[task],
            task,
            self.tasks[task],
            budget=budget,
            validation_share=self._study.training.validation_share,
            rng=seeds.generator(self._seed, self._name, "labels", task, repeat),
        )

    def scale(self, task: str, draw: Draw) -> inputs.Scale:
        """Return the scale of the labels of the drawn training rows."""
        return inputs.scale(self.tasks[task], self._labels[task], draw.train)

    def arm(
        self,
        task: str,
        draw: Draw,
        trunk: Arrays,
        repeat: int,
        epochs: int,
        label: str,
    ) -> Arm:
        """Return a run to be made; its seed is the same for every strategy."""
        encoded: Labels = weighting.drawn(task, self.tasks[task], self._labels[task], draw.train)
        return Arm(
            trainer=self._trainer(self.tasks[task]),
            table=inputs.table(self._features, [encoded], [self.scale(task, draw)], [1.0]),
            draw=draw,
            trunk=trunk,
            seed=seeds.derive(self._seed, self._name, "finetune", task, repeat),
            epochs=epochs,
            label=label,
        )

    def _trainer(self, task: Task) -> Trainer:
        """Return the network for this output: tasks of one kind and size share it."""
        output = inputs.output(task)
        if output not in self._trainers:
            most = max(self._study.finetune.budgets) * max(
                2, *map(labels.units, self.tasks.values())
            )
            self._trainers[output] = Trainer(
                self._study.network,
                self._study.training,
                shape=self._features.shape,
                outputs={"target": output},
                sizes=courses.sizes(self._study.training, train_rows=most, held_rows=most),
            )
        return self._trainers[output]
