"""The test of a study: what every arm and method says of the same test episodes.

Shapes: E test episodes, G more that draw a picture, P points of a path, Q queries, W outputs.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, cast

import numpy as np
import tensorflow as tf

from trunkline.metalearning import (
    answering,
    choosing,
    nearest,
    registry,
    running,
    scoring,
    stepping,
)
from trunkline.metalearning.gathered import Table
from trunkline.metalearning.learning import PRETRAINED
from trunkline.metalearning.method import Adaptive, Arrays, Form, Method
from trunkline.metalearning.stepping import Stepper
from trunkline.settings.metalearning import arms
from trunkline.settings.metalearning.study import Metalearner

CURVE = (0, 1, 2, 5, 10)  # steps after which an adaptation is looked at


class Asked(NamedTuple):
    """What is asked of everyone.

    Attributes:
        form: of the episodes.
        table: E test episodes, then G that draw a picture.
        truth: [E, Q].
        deviation: of a regression's target.
        seed: of the study, as it learned.
    """

    form: Form
    table: Table
    truth: np.ndarray
    deviation: float
    seed: int


@dataclass
class Said:
    """What one arm or method said.

    Attributes:
        scores: float64 [E], the mean over its repeats.
        curve: after each of `CURVE` steps, float64 [E], but for those that lead to no number; empty
            where it takes none.
        picture: float32 [2, G, Q], what it says before and after it has adapted, of the first
            repeat; before: NaN where it takes no steps.
        embed: of rows [N, *shape], their embeddings [N, d]; None: it has none.
    """

    scores: np.ndarray
    curve: dict[int, np.ndarray] = field(default_factory=dict)
    picture: np.ndarray = field(default_factory=lambda: np.zeros((2, 0, 0), np.float32))
    embed: Callable[[np.ndarray], np.ndarray] | None = None


def all_of(
    asked: Asked, study: Metalearner, arrays: Mapping[str, Sequence[Arrays]],
    chosen: Mapping[str, Mapping[str, Any]],
) -> Iterator[tuple[str, Said]]:  # fmt: skip
    """Yield what each says: the arms, then the methods of a study.

    Args:
        asked: the test.
        study: the question.
        arrays: what was learned, by repeat.
        chosen: rate and steps of each arm.

    Raises:
        ValueError: an answer is no number, or weights do not fit.
    """
    yield arms.NEAREST, _nearest(asked)
    for arm in study.arms.named():
        made = stepping.build(asked.form, arm)  # type: ignore[arg-type]  # a field of `Arms`
        weights = choosing.begun(made, arm, study.repeats, arrays.get(PRETRAINED, ()), asked.seed)
        yield arm, _arm(asked, made, weights, chosen[arm])
    for name, options in study.methods.named().items():
        method = registry.BUILD[name](asked.form, options)
        yield name, _method(asked, method, options, arrays[name])


def _nearest(asked: Asked) -> Said:
    ways = asked.form.ways or None
    ask = answering.compiled(lambda task: nearest.answers(task, ways)[None], 1, asked.form.outputs)
    return _said(asked, [ask(asked.table)], [None])


def _arm(asked: Asked, made: Stepper, weights: Sequence[Arrays], chosen: Mapping[str, Any]) -> Said:
    """Return what an arm says that is trained on each episode."""
    steps = _points(chosen["steps"])
    ask = answering.stepped(made, steps, asked.form.outputs)
    rate = tf.constant(chosen["rate"], tf.float32)
    found = (ask(asked.table, choosing.tensors(each), rate) for each in weights)
    return _said(asked, found, steps, chosen["steps"])


def _method(asked: Asked, method: Method, options: Any, fits: Sequence[Arrays]) -> Said:
    """Return what a meta-learner says, each of its fits with the same graph."""
    outputs, last = asked.form.outputs, None
    steps: list[int | None] = [None]
    ask = answering.of_method(method, outputs)
    if hasattr(method, "path"):
        last, points = options.test_steps, _points(options.test_steps)
        ask, steps = answering.of_path(cast(Adaptive, method), points, outputs), [*points]

    def answers() -> Iterator[np.ndarray]:
        for fit in fits:
            running.load(method, fit)
            yield ask(asked.table)

    said = _said(asked, answers(), steps, last)
    if hasattr(method, "embed"):
        said.embed = _embedding(method, fits[0])
    return said


def _embedding(method: Method, fit: Arrays) -> Callable[[np.ndarray], np.ndarray]:
    def embed(x: np.ndarray) -> np.ndarray:
        running.load(method, fit)
        look = tf.function(method.embed, jit_compile=True)  # type: ignore[attr-defined]
        return np.asarray(look(tf.constant(x, tf.float32)).numpy())

    return embed


def _points(last: int) -> list[int]:
    """Return after how many steps an adaptation that ends at `last` is looked at."""
    return sorted({*CURVE, last})


def _said(asked: Asked, found: Any, steps: Sequence[int | None], last: int | None = None) -> Said:
    """Return the means over repeats of answers [P, E + G, Q, W] after each of `steps`.

    After `last` they are what counts, and must be numbers; another point of the curve is left out
    where an answer of a repeat is none.
    """
    episodes, place = len(asked.truth), steps.index(last)
    sums, picture, repeats = np.zeros((len(steps), episodes)), None, 0
    for answers in found:
        scoring.scores(answers[place, :episodes], asked.truth)  # which refuses what is no number
        sums += scoring.known(answers[:, :episodes], asked.truth, asked.deviation)
        repeats += 1
        if picture is None:
            after = answers[place, episodes:, :, 0]
            before = answers[0, episodes:, :, 0] if 0 in steps else np.full_like(after, np.nan)
            picture = np.stack([before, after])
    means = dict(zip(steps, sums / repeats, strict=True))
    curve = {step: means[step] for step in CURVE if step in means}
    numbers = {step: values for step, values in curve.items() if np.isfinite(values).all()}
    return Said(means[last], numbers, np.asarray(picture))
