"""A run of a meta-learner through the compiled epoch: from first weights to the best ones.

The "rows" of the compiled epoch are numbers of episodes. Each pass has episodes of its own, and
after those of all passes come the validation episodes, which are held: patience looks at them.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
import tensorflow as tf

from trunkline.determinism import seeds
from trunkline.metalearning import broken, gathered
from trunkline.metalearning.gathered import Table
from trunkline.metalearning.method import Arrays, Build, Form, Method
from trunkline.metalearning.program import Program
from trunkline.networks import trunks
from trunkline.settings.metalearning.study import Outer
from trunkline.tasks.budgets import Draw
from trunkline.training import courses, optimizers
from trunkline.training.batches import Course
from trunkline.training.divergence import Diverged
from trunkline.training.epoch import CompiledEpochs


class Fitted(NamedTuple):
    """What a run leaves.

    Attributes:
        arrays: weights by name, and what else belongs to the method.
        curve: float32 [passes, 2], loss on the episodes of a pass, and on validation.
        best: the pass whose weights these are, from 1.
    """

    arrays: Arrays
    curve: np.ndarray
    best: int


class Passes(NamedTuple):
    """How the episodes of a table are shared out."""

    epochs: int  # passes, at most
    train: int  # episodes of each
    held: int  # validation episodes, after those of all passes


def steps(training: Outer, passes: Passes) -> int:
    """Return how many steps all passes have."""
    return passes.epochs * -(-passes.train // training.batch_size)


def program(name: str, build: Build, form: Form, options: Any, training: Outer) -> Program:
    """Return a method with its compiled epoch.

    Args:
        name: of the method.
        build: makes it.
        form: of all episodes.
        options: of the method.
        training: its optimizer.
    """
    method = build(form, options)

    def losses(table: Table, rows: tf.Tensor, weight: tf.Tensor, training: bool) -> tf.Tensor:
        each = method.loss(gathered.task(table, rows), training)  # [B]
        return tf.stack([[tf.reduce_sum(weight * each)], [tf.reduce_sum(weight)]])  # [2, 1]

    def penalty() -> tf.Tensor:
        kernels = [v.value for key, v in method.trained.items() if key.endswith("kernel")]
        squares = [tf.reduce_sum(tf.square(kernel)) for kernel in kernels]
        return form.network.l2 * tf.add_n(squares)

    epochs = CompiledEpochs(
        losses, trained=list(method.trained.values()), kept=list(method.kept.values()),
        optimizer=optimizers.build(training.training),
        jit=hasattr(method, "path") or trunks.compiled_by_xla(form.network),
        penalty=penalty if form.network.l2 else lambda: tf.constant(0.0),
    )  # fmt: skip
    return Program(name, method, epochs, options)


def run(
    made: Program, table: Table, passes: Passes, training: Outer, *, label: str, seed: int
) -> Fitted:
    """Train from new weights, and return the best ones.

    Args:
        made: the method.
        table: the episodes of all passes, then those of validation.
        passes: how many they are.
        training: how.
        label: of the run; it names the study, the method and the repeat.
        seed: of first weights, and of the order of episodes.

    Raises:
        Diverged: a loss or a weight is no number; of inner steps it names episode and rate.
    """
    made.method.start(seed)
    try:
        planned = plan(passes, training, seed)
        curve, best = made.epochs.follow(table, planned, label, seed=seed)
    except Diverged as error:
        made.method.start(seed)
        told = broken.told(made, table, plan(passes, training, seed), label)
        raise (error if told is None else Diverged(told)) from error
    return Fitted(arrays(made.method), curve, best)


def plan(passes: Passes, training: Outer, seed: int) -> Iterator[Course]:
    """Yield the courses of a run: pass p trains on its own episodes, in a drawn order."""
    whole = training.training
    shape = courses.sizes(whole, train_rows=passes.train, held_rows=passes.held)
    held = passes.epochs * passes.train + np.arange(passes.held, dtype=np.int32)
    draw = Draw(np.arange(passes.train, dtype=np.int32), held)
    rng = seeds.generator(seed, "metalearning", "order")
    planned = courses.courses(
        whole, shape, draw, epochs=passes.epochs, rate=whole.learning_rate, rng=rng
    )
    done = 0
    for course in planned:
        numbers = np.minimum(done + np.arange(shape.epochs), passes.epochs - 1)
        own = (passes.train * numbers).astype(np.int32)
        yield course._replace(rows=course.rows + own[:, None, None])
        done += int(course.epochs)


def arrays(method: Method) -> dict[str, np.ndarray]:
    """Return all that a fitted method consists of, by name."""
    whole = {**method.trained, **method.kept}
    return {name: np.array(variable.numpy()) for name, variable in whole.items()}


def load(method: Method, found: Arrays) -> None:
    """Put a fitted method's arrays into its variables.

    Raises:
        ValueError: they are those of another method or network.
    """
    whole = {**method.trained, **method.kept}
    shapes = {name: tuple(variable.shape) for name, variable in whole.items()}
    received = {name: tuple(array.shape) for name, array in found.items()}
    if shapes != received:
        names = {*shapes.items()} ^ {*received.items()}
        raise ValueError(
            f"the weights of this meta-learner do not fit: {min(names)} is expected or received, "
            "not both; they were learned with other parameters; run `dvc repro`"
        )
    for name, variable in whole.items():
        variable.assign(found[name])
