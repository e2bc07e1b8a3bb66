"""A run of a recommender through the compiled epoch: from first weights to the best ones."""

from collections.abc import Mapping
from dataclasses import dataclass

import keras
import numpy as np
import tensorflow as tf

from trunkline.determinism import seeds
from trunkline.recommending.model import Arrays, Fitted
from trunkline.settings.recommending.neural_models import Trained
from trunkline.settings.study import Training
from trunkline.tasks.budgets import Draw
from trunkline.training import courses
from trunkline.training.batches import Losses, Rows
from trunkline.training.epoch import CompiledEpochs

EACH = 2_000_003  # a prime: where streams wrap, batches do not meet the same counts


class Numbers:
    """Counts of the random numbers that steps draw, one after the other."""

    def __init__(self) -> None:
        """Begin at 0."""
        # int32 and not uint32: TensorFlow has no kernel to add to the latter in place.
        self._count = tf.Variable(0, trainable=False, dtype=tf.int32)

    def restart(self, seed: int) -> None:
        """Begin the stream that `seed`, below 2^31, stands for."""
        self._count.assign(seed)

    def of(self, rows: tf.Tensor, training: bool) -> tf.Tensor:
        """Return the first count of a batch, a scalar uint32; the next batch begins `EACH` later.

        Held rows have the same in every epoch.
        """
        if not training:
            return tf.cast(rows[0], tf.uint32) * tf.constant(EACH, tf.uint32)
        first = tf.cast(self._count.read_value(), tf.uint32)
        self._count.assign_add(EACH)
        return first


@dataclass(frozen=True)
class Program:
    """A recommender's weights and what trains them, compiled once for all runs of its shapes."""

    weights: Mapping[str, keras.Variable]
    epochs: CompiledEpochs
    numbers: Numbers


def weights(shapes: Mapping[str, tuple[int, ...]]) -> dict[str, keras.Variable]:
    """Return a variable for each shape."""
    return {
        name: keras.Variable(np.zeros(shape, np.float32), name=name.replace("/", "_"))
        for name, shape in shapes.items()
    }


def compiled(
    made: Mapping[str, keras.Variable], losses: Losses, numbers: Numbers | None = None
) -> Program:
    """Return a program that trains `made` by Adam.

    Args:
        made: the weights.
        losses: of rows; they read the weights.
        numbers: that the losses draw from.
    """
    epochs = CompiledEpochs(
        losses, trained=list(made.values()), optimizer=keras.optimizers.Adam(0.001)
    )
    return Program(made, epochs, numbers or Numbers())


def run(  # noqa: PLR0913  # what makes one run differ from another, by name
    made: Program,
    rows: Rows,
    draw: Draw,
    options: Trained,
    *,
    start: Arrays,
    label: str,
    seed: int,
    epochs: int | None = None,
) -> Fitted:
    """Train from the first weights, and return the best ones.

    Args:
        made: the program.
        rows: what batches are gathered from.
        draw: the rows to train on, and those held for early stopping.
        options: how.
        start: the first weights, by name.
        label: the model's name; it names the random numbers too.
        seed: decides the order of rows and what steps and balancers draw.
        epochs: exactly so many, as nothing is held; as the options say by default.

    Raises:
        Diverged: a loss or a weight is no number.
    """
    training = Training(
        learning_rate=options.learning_rate, batch_size=options.batch_size,
        epochs=options.epochs, patience=options.patience,
    )  # fmt: skip
    sizes = courses.sizes(training, train_rows=draw.train.size, held_rows=draw.held.size)
    for name, variable in made.weights.items():
        variable.assign(start[name])
    made.numbers.restart(seeds.derive(seed, "recommending", label, "draws") % 2**31)
    planned = courses.courses(
        training, sizes, draw, epochs=epochs or options.epochs, rate=options.learning_rate,
        rng=seeds.generator(seed, "recommending", label, "order"),
    )  # fmt: skip
    curve, best = made.epochs.follow(rows, planned, label, seed=seed)
    if not draw.held.size:
        curve[:, 1] = np.nan
    arrays = {name: np.array(variable.numpy()) for name, variable in made.weights.items()}
    return Fitted(arrays, curve, best)
