"""Rows and labels of a study as the tensors that training reads."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import tensorflow as tf

from trunkline.data import encoders, large, tables
from trunkline.data.encoders import Encoder
from trunkline.data.large import Rows
from trunkline.data.layout import Layout
from trunkline.settings.inputs import Inputs
from trunkline.settings.study import Task
from trunkline.tasks import labels
from trunkline.tasks.labels import Labels
from trunkline.training.batches import Table
from trunkline.training.outputs import Output

LOG = logging.getLogger(__name__)
NAMED = 5  # columns in a message


@dataclass(frozen=True)
class Features:
    """The encoded inputs of a table, on the device once.

    Attributes:
        encoder: fitted on training rows only.
        x: float32 [rows, *shape].
        shape: shape of one row.
    """

    encoder: Encoder
    x: tf.Tensor
    shape: tuple[int, ...]

    @property
    def layout(self) -> Layout:
        """What the entries of a row are."""
        return self.encoder.layout


def fit(rows: Rows, inputs: Inputs, known: np.ndarray | None = None) -> Encoder:
    """Return the encoder of `inputs`, fitted on the training rows; tell what tells nothing.

    Args:
        rows: training rows; of more than `inputs.in_memory`, so many drawn evenly tell.
        inputs: which columns, and how each is encoded.
        known: the rows that may tell, bool [rows]; none: all.
    """
    train = _telling(rows, inputs, known)
    columns = tables.columns(train, inputs.columns)
    encoder = encoders.fit(inputs.scale, train, columns, inputs.encode)
    if constant := encoders.constant(train, columns):
        more = ", ..." if len(constant) > NAMED else ""
        LOG.info(
            "inputs: %d of %d columns have one value in all %d training rows (%s) and tell "
            "nothing; leave them out of inputs.columns, or let them be",
            len(constant), len(columns), len(train), ", ".join(constant[:NAMED]) + more,
        )  # fmt: skip
    return encoder


def _telling(rows: Rows, inputs: Inputs, known: np.ndarray | None) -> pd.DataFrame:
    """Return the rows that an encoder is fitted on."""
    number = large.count(rows) if known is None else int(known.sum())
    if isinstance(rows, pd.DataFrame) and number <= inputs.in_memory:
        return rows if known is None else rows[known]
    numbers = np.arange(number) if known is None else np.flatnonzero(known)
    return large.take(rows, large.some(numbers, inputs.in_memory))


def features(
    frame: pd.DataFrame, inputs: Inputs, encoder: Encoder, asked: np.ndarray | None = None
) -> Features:
    """Return the encoded rows of `frame` in the shape a trunk reads.

    Args:
        frame: rows of any split.
        inputs: which columns, in which shape.
        encoder: of these columns.
        asked: bool [rows]; a row that no one asks for may lack values. None: each is asked for.

    Raises:
        ValueError: the columns do not fill `inputs.shape`; a row that is asked for lacks a value.
    """
    columns = tables.columns(frame, inputs.columns)
    if asked is not None:
        frame = encoders.filled(encoder, frame, ~asked)
    x = encoders.apply(encoder, frame, columns)
    shape = shape_of(inputs, x.shape[1])
    return Features(encoder, tf.constant(x.reshape(-1, *shape)), shape)


def shape_of(inputs: Inputs, width: int) -> tuple[int, ...]:
    """Return the shape of one row, of so many values.

    Raises:
        ValueError: they do not fill `inputs.shape`.
    """
    shape = inputs.shape or (width,)
    if int(np.prod(shape)) != width:
        raise ValueError(
            f"inputs.shape {list(shape)} holds {int(np.prod(shape))} values, inputs.columns give "
            f"{width}: make them agree"
        )
    return tuple(shape)


def output(task: Task) -> Output:
    """Return what the head of `task` puts out."""
    return Output(task.kind, labels.units(task))


@dataclass(frozen=True)
class Scale:
    """Mean and deviation of a regression's labels; 0 and 1 for classes."""

    mean: float = 0.0
    deviation: float = 1.0

    def array(self) -> np.ndarray:
        """Return both as float32 [2], to be kept with the weights."""
        return np.array([self.mean, self.deviation], np.float32)


def scale(task: Task, encoded: Labels, rows: np.ndarray) -> Scale:
    """Return the scale of a regression's labels on the rows it is trained on, and no others."""
    if task.kind != "regression":
        return Scale()
    values = encoded.y[rows].astype(np.float64)
    return Scale(float(values.mean()), float(values.std()) or 1.0)


def table(
    given: Features, encoded: Sequence[Labels], scales: Sequence[Scale], weights: Sequence[float]
) -> Table:
    """Return rows, scaled labels and weights; the label of an unknown row is 0, its weight too."""
    y, counts = labelled(encoded, scales)
    return Table(
        given.x,
        tf.constant(y, tf.float32),
        tf.constant(counts, tf.float32),
        tf.constant(list(weights), tf.float32),
    )


def labelled(encoded: Sequence[Labels], scales: Sequence[Scale]) -> tuple[np.ndarray, np.ndarray]:
    """Return scaled labels and what each counts, [C, rows], as `table` has them."""
    y = [
        np.where(one.present, (one.y - np.float32(s.mean)) / np.float32(s.deviation), np.float32(0))
        for one, s in zip(encoded, scales, strict=True)
    ]
    counts = [
        one.present.astype(np.float32) * np.float32(1 if one.weight is None else one.weight)
        for one in encoded
    ]
    return np.vstack([one.T for one in y]), np.vstack([one.T for one in counts])
