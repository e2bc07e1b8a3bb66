"""Encoded rows of a table that is not in memory, dealt into shards that are."""

from dataclasses import dataclass

import numpy as np
import tensorflow as tf

from trunkline.data import encoders, large, tables
from trunkline.data.encoders import Encoder
from trunkline.data.scratch import Scratch
from trunkline.data.stored import Stored
from trunkline.settings.inputs import Inputs
from trunkline.training import inputs
from trunkline.training.batches import Table


@dataclass(frozen=True)
class Shards:
    """Rows dealt at random, each into one shard; shards have equal sizes but for one row.

    Attributes:
        x: the encoded rows, shard after shard, float32 [shards * most, *shape].
        numbers: of the rows in the table, int64 [shards, most]; 0 where a shard is one row short.
        sizes: how many rows each shard has, [shards].
    """

    x: Scratch
    numbers: np.ndarray
    sizes: np.ndarray


@dataclass(frozen=True)
class Sharded:
    """Shards with the labels of a run: what a trainer learns from.

    Attributes:
        shards: the rows to train on.
        y: scaled labels of all rows of the table, float32 [C, rows].
        weight: what each counts, float32 [C, rows].
        held: the rows for early stopping.
    """

    shards: Shards
    y: np.ndarray
    weight: np.ndarray
    held: Table

    def table(self, number: int) -> Table:
        """Return a shard in memory."""
        most, rows = self.shards.numbers.shape[1], self.shards.numbers[number]
        return Table(
            tf.constant(self.shards.x[number * most : (number + 1) * most]),
            tf.constant(self.y[:, rows], tf.float32),
            tf.constant(self.weight[:, rows], tf.float32),
            self.held.task_weight,
        )


def divide(
    rows: Stored, numbers: np.ndarray, read: Inputs, encoder: Encoder, rng: np.random.Generator
) -> Shards:
    """Deal rows into as few shards of at most `in_memory` rows as there can be.

    Args:
        rows: the table.
        numbers: of the rows to be dealt, ascending.
        read: the columns, and how many rows a shard may have.
        encoder: of these columns.
        rng: decides which row goes into which shard.

    Raises:
        ValueError: a row cannot be encoded.
    """
    count = -(-len(numbers) // read.in_memory)
    dealt = np.arange(len(numbers), dtype=np.int32) % count
    shard = dealt[rng.permutation(len(numbers))]
    found = np.zeros((count, -(-len(numbers) // count)), np.int64)
    sizes = np.bincount(shard, minlength=count)
    for number, size in enumerate(sizes):
        found[number, :size] = numbers[shard == number]
    return Shards(_encoded(rows, numbers, shard, read, encoder, found.shape), found, sizes)


def encoded(rows: Stored, numbers: np.ndarray, read: Inputs, encoder: Encoder) -> Scratch:
    """Return some rows of a table, encoded, one after the other; see `divide`."""
    shard = np.zeros(len(numbers), np.int32)
    return _encoded(rows, numbers, shard, read, encoder, (1, len(numbers)))


def _encoded(
    rows: Stored,
    numbers: np.ndarray,
    shard: np.ndarray,
    read: Inputs,
    encoder: Encoder,
    room: tuple[int, int],
) -> Scratch:
    """Write the rows in one pass over the table, in its order within each shard."""
    count, most = room
    shape = inputs.shape_of(read, len(encoder.names))
    x, start = Scratch(count * most, shape), 0
    filled = np.arange(count) * most
    columns = tables.columns(large.names(rows), read.columns)
    for frame in rows.frames(list(dict.fromkeys(["row_id", *columns]))):
        first, last = np.searchsorted(numbers, [start, start + len(frame)])
        given, start = frame.iloc[numbers[first:last] - start], start + len(frame)
        values = encoders.apply(encoder, given, columns) if last > first else np.zeros((0, *shape))
        for number in range(count):
            mine = values[shard[first:last] == number]
            x.write(int(filled[number]), mine)
            filled[number] += len(mine)
    return x
