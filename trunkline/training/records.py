"""What training leaves behind: weights stacked over repeats, a row a run, mean curves."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import NamedTuple

import numpy as np
import pandas as pd

from trunkline.networks.learner import Arrays
from trunkline.tasks.budgets import Draw
from trunkline.training.trainer import Fit

RUN_COLUMNS = [
    "part", "task", "arm", "budget", "repeat", "train_rows", "held_rows", "epochs",
    "best_epoch", "training_loss", "validation_loss", "parameters", "trained", "operations",
]  # fmt: skip
CURVE_COLUMNS = ["task", "arm", "budget", "epoch", "training_loss", "validation_loss"]


class Key(NamedTuple):
    """Which models belong together: the repeats of one arm."""

    task: str
    arm: str
    budget: int


class Run(NamedTuple):
    """One trained model: what it did, its rows, its weights and how many of them were trained."""

    fit: Fit
    draw: Draw
    arrays: Arrays
    parameters: int


@dataclass(frozen=True)
class Trained:
    """All that one stage trained.

    Attributes:
        models: weights by name, [repeats, ...], by arm.
        runs: a row for each trained model, `RUN_COLUMNS`.
        curves: losses averaged over the repeats that ran so long, `CURVE_COLUMNS`.
        further: by the name of its file, what only some studies have.
    """

    models: dict[Key, Arrays]
    runs: pd.DataFrame
    curves: pd.DataFrame
    further: Mapping[str, object] = field(default_factory=dict)


def joined(first: Trained, second: Trained) -> Trained:
    """Return two records of one stage as one."""
    if not second.models:
        return first
    return replace(
        first,
        models=first.models | second.models,
        runs=pd.concat([one for one in (first.runs, second.runs) if len(one)], ignore_index=True),
        curves=pd.concat(
            [one for one in (first.curves, second.curves) if len(one)], ignore_index=True
        ),
    )


class Recorder:
    """Collects runs in the order in which they end."""

    def __init__(self, part: str) -> None:
        """Start a record of `transfer`, `adapt`, `multitask` or `pretrain` runs."""
        self._part = part
        self._arrays: dict[Key, list[Arrays]] = defaultdict(list)
        self.fits: dict[Key, list[Fit]] = defaultdict(list)
        self._rows: list[dict[str, object]] = []

    def add(self, key: Key, run: Run) -> None:
        """Record the next repeat of `key`."""
        fit, draw, arrays, parameters = run
        best = fit.curve[fit.best_epoch - 1]
        self._rows.append(
            {
                "part": self._part,
                **key._asdict(),
                "repeat": len(self.fits[key]),
                "train_rows": draw.train.size,
                "held_rows": draw.held.size,
                "epochs": len(fit.curve),
                "best_epoch": fit.best_epoch,
                "training_loss": float(best[0]),
                "validation_loss": float(best[1]),
                "parameters": parameters,
                "trained": fit.effort.trained,
                "operations": fit.effort.operations,
            }
        )
        self._arrays[key].append(arrays)
        self.fits[key].append(fit)

    def result(self, further: Mapping[str, object] | None = None) -> Trained:
        """Return the whole record, and what else there is to keep."""
        models = {
            key: {name: np.stack([repeat[name] for repeat in repeats]) for name in repeats[0]}
            for key, repeats in self._arrays.items()
        }
        curves = [row for key, fits in self.fits.items() for row in _curve(key, fits)]
        return Trained(
            models,
            pd.DataFrame(self._rows, columns=RUN_COLUMNS),
            pd.DataFrame(curves, columns=CURVE_COLUMNS),
            further or {},
        )


def _curve(key: Key, fits: list[Fit]) -> list[dict[str, object]]:
    """Return the mean losses of each epoch that at least half of the repeats reached."""
    lengths = sorted(len(fit.curve) for fit in fits)
    rows = []
    for epoch in range(lengths[len(lengths) // 2]):
        reached = [fit.curve[epoch].astype(np.float64) for fit in fits if len(fit.curve) > epoch]
        training, validation = np.mean(reached, axis=0)
        rows.append(
            {
                **key._asdict(),
                "epoch": epoch + 1,
                "training_loss": round(float(training), 6),
                "validation_loss": round(float(validation), 6),
            }
        )
    return rows
