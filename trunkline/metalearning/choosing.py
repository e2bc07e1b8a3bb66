"""The rate and the number of steps of an arm that is trained on each episode: by validation.

Shapes: E episodes, P numbers of steps, R repeats.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import tensorflow as tf

from trunkline.metalearning import answering, functional, scoring, stepping
from trunkline.metalearning.gathered import Table
from trunkline.metalearning.method import Arrays, Form
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


def first(form: Form, seed: int) -> Arrays:
    """Return weights drawn anew."""
    learner = functional.build(form)
    learner.initialise(seed)
    return learner.arrays()


def choose(told: Chosen, arm: str, options: Stepping, weights: Sequence[Arrays]) -> dict[str, Any]:
    """Return the best `rate` and `steps`, and what was `tried`: the mean score of each pair.

    The first of the best counts. A pair that leads to no number has no value.

    Args:
        told: by which it is chosen.
        arm: its name.
        options: what is tried.
        weights: it begins with, one of each repeat.

    Raises:
        ValueError: every pair leads to no number.
    """
    made = stepping.build(told.form, arm)
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
    best = max(known, key=lambda one: sign * one["value"])
    return {"rate": best["rate"], "steps": best["steps"], "tried": tried}


def _values(ask: answering.Answers, told: Chosen, weights: Arrays, rate: float) -> np.ndarray:
    """Return the mean score after each number of steps, [P]; NaN where there is none."""
    answers = ask(told.table, tensors(weights), tf.constant(rate, tf.float32))  # [P, E, Q, W]
    fine = np.isfinite(answers).all(axis=(1, 2, 3))
    shown = np.where(fine[:, None, None, None], answers, 0)
    means = scoring.scores(shown, told.truth, told.deviation).mean(axis=1)
    return np.where(fine, means, np.nan)


def tensors(arrays: Arrays) -> dict[str, tf.Tensor]:
    """Return arrays on the device."""
    return {name: tf.constant(array) for name, array in sorted(arrays.items())}
