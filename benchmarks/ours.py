"""Trunkline's side: the pinned runtime of a stage."""

from collections.abc import Callable

from benchmarks import cases
from trunkline.determinism import runtime
from trunkline.settings.runtime import Runtime


def make() -> dict[str, Callable[[], None]]:
    """Return what is timed, by name; the first call of each compiles."""
    runtime.pin(Runtime())
    return {
        "multitask": _multitask(dropout=0.0),
        "multitask, dropout 0.2": _multitask(dropout=0.2),
        "multitask, 10 repeats": _multitask(dropout=0.0, repeats=10),
        "conv": _conv(),
    }


def _multitask(*, dropout: float, repeats: int = 1) -> Callable[[], None]:
    from trunkline.settings.study import Network  # after the pins

    x, y = cases.tables()
    network = Network(widths=(128,), dropout=dropout)
    return _runs(network, x, y, ("binary", 1), repeats, cases.EPOCHS)


def _conv() -> Callable[[], None]:
    from trunkline.settings.study import Network  # after the pins

    x, y = cases.pictures()
    network = Network(trunk="conv", widths=(16,) * 4, batch_norm=True)
    return _runs(network, x, y[None], ("multiclass", 10), 1, cases.CONV_EPOCHS)


def _runs(  # a benchmark is a list of choices
    network, x, y, output, repeats, epochs
):
    import numpy as np  # after the pins
    import tensorflow as tf

    from trunkline.settings.study import Training
    from trunkline.tasks.budgets import Draw
    from trunkline.training import courses
    from trunkline.training.epoch import Table
    from trunkline.training.trainer import Output, Trainer

    training = Training(epochs=epochs, batch_size=cases.BATCH)
    sizes = courses.sizes(training, train_rows=len(x), held_rows=0)
    trainer = Trainer(
        network,
        training,
        shape=x.shape[1:],
        outputs={str(number): Output(*output) for number in range(len(y))},
        sizes=sizes,
    )
    table = Table(tf.constant(x), tf.constant(y, tf.float32), tf.ones(y.shape), tf.ones(len(y)))
    rows = np.arange(len(x), dtype=np.int32)

    def run() -> None:
        for repeat in range(repeats):
            trainer.learner.initialise(repeat)
            trainer.fit(table, Draw(rows, rows[:0]), seed=repeat, label="benchmark")

    return run
