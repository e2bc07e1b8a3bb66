"""The rate and the number of steps of an arm that is trained on each episode: by validation.

Shapes: E episodes, P numbers of steps, R repeats.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import tensorflow as tf

from trunkline.determinism import seeds
from trunkline.metalearning import answering, scoring
from trunkline.metalearning.gathered import Table
from trunkline.metalearning.method import Arrays, Form
from trunkline.metalearning.stepping import Stepper
from trunkline.settings.metalearning import arms
from trunkline.settings.metalearning.arms import Stepping


class Chosen(NamedTuple):
    """What chooses.

    Attributes:
        form: of the episodes.
        table: validation episodes.
        truth: [E, Q], their answers.
        deviation: of a regression's target.
    """

    form: Form
    table: Table
    truth: np.ndarray
    deviation: float


def begun(
    made: Stepper, arm: str, repeats: int, pretrained: Sequence[Arrays], seed: int
) -> list[Arrays]:
    """Return the weights that an arm begins with in each repeat, the same whenever it is asked.

    Args:
        made: the arm.
        arm: its name.
        repeats: how many.
        pretrained: by repeat.
        seed: of the study.
    """
    given = pretrained if arm in arms.PRETRAINED else [None] * repeats
    return [
        made.start(seeds.derive(seed, "arm", arm, repeat), weights)
        for repeat, weights in enumerate(given)
    ]


def choose(
    told: Chosen, made: Stepper, arm: str, options: Stepping, weights: Sequence[Arrays]
) -> dict[str, Any]:
    """Return the best `rate` and `steps`, and what was `tried`: the mean score of each pair.

    The first of the best counts. A pair that leads to no number has no value.

    Args:
        told: by which it is chosen.
        made: the arm.
        arm: its name.
        options: what is tried.
        weights: it begins with, one of each repeat.

    Raises:
        ValueError: every pair leads to no number.
    """
    ask = answering.stepped(made, options.steps, told.form.outputs)
    tried = []
    for rate in options.rates:
        values = np.mean([_values(ask, told, each, rate) for each in weights], axis=0)  # [P]
        tried += [
            {"rate": rate, "steps": steps, "value": float(value) if np.isfinite(value) else None}
            for steps, value in zip(options.steps, values, strict=True)
        ]
    known = [one for one in tried if one["value"] is not None]
    if not known:
        raise ValueError(
            f"arms.{arm}: expected a rate at which steps on validation episodes lead to numbers, "
            f"received {list(options.rates)}, of which none does: lower arms.{arm}.rates"
        )
    sign = 1 if told.form.ways else -1
    best = max(known, key=lambda one: sign * float(one["value"] or 0))
    return {"rate": best["rate"], "steps": best["steps"], "tried": tried}


def _values(ask: answering.Answers, told: Chosen, weights: Arrays, rate: float) -> np.ndarray:
    """Return the mean score after each number of steps, [P]; NaN where there is none."""
    answers = ask(told.table, tensors(weights), tf.constant(rate, tf.float32))  # [P, E, Q, W]
    return np.asarray(scoring.known(answers, told.truth, told.deviation).mean(axis=1))


def tensors(arrays: Arrays) -> dict[str, tf.Tensor]:
    """Return arrays on the device."""
    return {name: tf.constant(array) for name, array in sorted(arrays.items())}
