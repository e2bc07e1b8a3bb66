"""Trunkline's side."""

from collections.abc import Callable
from typing import get_args, get_type_hints

import numpy as np
import tensorflow as tf

from benchmarks import cases
from trunkline.settings.balancers import Balancers
from trunkline.settings.loss_balancers import Static
from trunkline.settings.study import Network, Training
from trunkline.tasks.budgets import Draw
from trunkline.training import courses
from trunkline.training.balancers import BALANCERS
from trunkline.training.batches import Table
from trunkline.training.outputs import Output
from trunkline.training.signals import Balancer
from trunkline.training.trainer import Trainer
from trunkline.training.ways import Way

Run = Callable[[], None]


def make() -> dict[str, Run]:
    """Return what is timed, by name; the first call of each compiles."""
    plain, dropping = Network(widths=(128,)), Network(widths=(128,), dropout=0.2)
    conv = Network(trunk="conv", widths=(16,) * 4, batch_norm=True)
    x, y = cases.tables()
    pictures, classes = cases.pictures()
    binary, ten = Output("binary", 1), Output("multiclass", 10)
    return {
        "three tasks": _run(plain, x, cases.three(), binary, cases.EPOCHS),
        **{
            f"three tasks, {name}": _run(
                plain, x, cases.three(), binary, cases.EPOCHS, balancer=_balancer(name)
            )
            for name in cases.BALANCERS
        },
        "multitask": _run(plain, x, y, binary, cases.EPOCHS),
        "multitask, dropout 0.2": _run(dropping, x, y, binary, cases.EPOCHS),
        "multitask, 10 repeats": _repeated(_run(plain, x, y, binary, cases.EPOCHS)),
        "conv": _run(conv, pictures, classes[None], ten, cases.CONV_EPOCHS),
    }


def _repeated(run: Run) -> Run:
    def runs() -> None:
        for _ in range(10):
            run()

    return runs


def _balancer(name: str) -> Balancer:
    """Return a balancer with its default options."""
    if name == "static":
        return BALANCERS[name](Static(weights=(1.0, 2.0, 3.0)))
    return BALANCERS[name](get_args(get_type_hints(Balancers)[name])[0]())


def _run(
    network: Network,
    x: np.ndarray,
    y: np.ndarray,
    output: Output,
    epochs: int,
    *,
    balancer: Balancer | None = None,
) -> Run:
    """Return a run from new weights; tasks are the rows of `y` [tasks, rows]."""
    training = Training(epochs=epochs, batch_size=cases.BATCH)
    trainer = Trainer(
        network,
        training,
        shape=x.shape[1:],
        outputs={str(number): output for number in range(len(y))},
        sizes=courses.sizes(training, train_rows=len(x), held_rows=0),
        way=Way(balancer),
    )
    table = Table(tf.constant(x), tf.constant(y, tf.float32), tf.ones(y.shape), tf.ones(len(y)))
    rows = np.arange(len(x), dtype=np.int32)

    def run() -> None:
        trainer.learner.initialise(1)
        trainer.fit(table, Draw(rows, rows[:0]), seed=1, label="benchmark")

    return run
