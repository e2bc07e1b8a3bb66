"""The order of rows and the learning rate of a run, as the arrays a compiled epoch reads."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from trunkline.settings.study import Training
from trunkline.tasks.budgets import Draw
from trunkline.training.batches import Course
from trunkline.training.sampling import Orders

CALL = 4096  # steps a call runs at the most: enough to make its cost vanish, few to watch it


@dataclass(frozen=True)
class Sizes:
    """The fixed shapes of a network's calls: one compilation serves all that fits in."""

    epochs: int  # E, a call
    steps: int  # S, an epoch
    batch: int  # B
    blocks: int  # K, of held rows


def sizes(training: Training, *, train_rows: int, held_rows: int) -> Sizes:
    """Return shapes into which runs of up to so many rows fit."""
    batch = training.batch_size
    steps = -(-train_rows // batch)
    epochs = max(1, min(training.epochs, CALL // steps))
    return Sizes(epochs, steps, batch, max(1, -(-held_rows // batch)))


def rates(training: Training, *, steps: int, rate: float) -> np.ndarray:
    """Return the learning rate of each of `steps` steps, float32.

    After a linear warm-up over the first share `warmup` of the steps: `constant`; `linear`
    down to 0; or `cosine`, rate (1 + cos(pi t)) / 2 for t from 0 to 1.

    References:
        Loshchilov and Hutter, "SGDR", ICLR 2017, equation 5 (without restarts).
    """
    return rates_between(training, steps=steps, rate=rate, place=(0, steps))


def rates_between(
    training: Training, *, steps: int, rate: float, place: tuple[int, int]
) -> np.ndarray:
    """Return the rates of the steps from one to before another of all `steps`; see `rates`."""
    first, last = place
    warm = round(training.warmup * steps)
    time = np.arange(max(first, warm) - warm, max(last, warm) - warm) / max(1, steps - warm)
    shape = {
        "constant": np.ones_like(time),
        "linear": 1 - time,
        "cosine": (1 + np.cos(np.pi * time)) / 2,
    }[training.schedule]
    rising = np.arange(min(first, warm) + 1, min(last, warm) + 1) / max(1, warm)
    return (rate * np.concatenate([rising, shape])).astype(np.float32)


def courses(
    training: Training,
    shape: Sizes,
    draw: Draw,
    *,
    epochs: int,
    rate: float,
    rng: np.random.Generator,
) -> Iterator[Course]:
    """Yield the courses of a run of up to `epochs` epochs, each epoch in a new order.

    Args:
        training: schedule and patience; without held rows patience does not end a run.
        shape: of the arrays.
        draw: the rows.
        epochs: passes over the training rows.
        rate: the learning rate the schedule starts from.
        rng: decides the order.
    """
    steps = -(-draw.train.size // shape.batch)
    rate_of = rates(training, steps=steps * epochs, rate=rate).reshape(epochs, steps)
    held_rows, held_weight = _blocks(draw.held, shape)
    orders = None if draw.rate is None else Orders(draw.train, draw.rate, rng)
    for first in range(0, epochs, shape.epochs):
        count = min(shape.epochs, epochs - first)
        order = orders.take(count) if orders else _permuted(draw.train, count, rng)
        rows, weight = _batches(order, shape)
        rate_now = np.zeros((shape.epochs, shape.steps), np.float32)
        rate_now[:count, :steps] = rate_of[first : first + count]
        yield Course(
            rows=rows,
            weight=weight,
            rate=rate_now,
            held_rows=held_rows,
            held_weight=held_weight,
            epochs=np.int32(count),
            steps=np.int32(steps),
            blocks=np.int32(-(-draw.held.size // shape.batch)),
            patience=np.int32(training.patience if draw.held.size else epochs + 1),
        )


def held(training: Training, shape: Sizes, draw: Draw, *, epochs: int) -> Course:
    """Return a course that trains on nothing and judges by the held rows, as `courses` would."""
    rows, weight = _blocks(draw.held, shape)
    return Course(
        rows=np.zeros((shape.epochs, shape.steps, shape.batch), np.int32),
        weight=np.zeros((shape.epochs, shape.steps, shape.batch), np.float32),
        rate=np.zeros((shape.epochs, shape.steps), np.float32),
        held_rows=rows,
        held_weight=weight,
        epochs=np.int32(1),
        steps=np.int32(0),
        blocks=np.int32(-(-draw.held.size // shape.batch)),
        patience=np.int32(training.patience if draw.held.size else epochs + 1),
    )


def of_shard(judged: Course, shape: Sizes, order: np.ndarray, rate: np.ndarray) -> Course:
    """Return the course of one pass over a shard.

    Args:
        judged: what `held` returned.
        shape: of the arrays.
        order: the shard's rows in their order.
        rate: of each step.
    """
    rows, weight = _batches(order[None], shape)
    rate_now = np.zeros((shape.epochs, shape.steps), np.float32)
    rate_now[0, : rate.size] = rate
    return judged._replace(rows=rows, weight=weight, rate=rate_now, steps=np.int32(rate.size))


def _permuted(rows: np.ndarray, epochs: int, rng: np.random.Generator) -> np.ndarray:
    """Return a permutation of the rows for each epoch, [epochs, rows]."""
    return rng.permuted(np.tile(rows, (epochs, 1)), axis=1)


def _batches(order: np.ndarray, shape: Sizes) -> tuple[np.ndarray, np.ndarray]:
    """Return rows and weights [E, S, B]: the order of each epoch [epochs, rows], over and over.

    Only the first time counts. What follows fills the batches with the epoch's own rows, as
    batch normalisation would take any other padding for data.
    """
    index = np.zeros((shape.epochs, shape.steps * shape.batch), np.int32)
    weight = np.zeros_like(index, np.float32)
    epochs, size = order.shape
    index[:epochs] = order[:, np.arange(index.shape[1]) % size]
    weight[:epochs, :size] = 1
    split = (shape.epochs, shape.steps, shape.batch)
    return index.reshape(split), weight.reshape(split)


def _blocks(rows: np.ndarray, shape: Sizes) -> tuple[np.ndarray, np.ndarray]:
    """Return rows and weights [K, B] of the held rows, padded."""
    index = np.zeros(shape.blocks * shape.batch, np.int32)
    weight = np.zeros_like(index, np.float32)
    index[: rows.size], weight[: rows.size] = rows, 1
    return index.reshape(-1, shape.batch), weight.reshape(-1, shape.batch)
