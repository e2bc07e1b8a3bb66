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
    from trunkline.settings.study import Network  # noqa: PLC0415  # after the pins

    x, y = cases.tables()
    network = Network(widths=(128,), dropout=dropout)
    return _runs(network, x, y, ("binary", 1), repeats, cases.EPOCHS)


def _conv() -> Callable[[], None]:
    from trunkline.settings.study import Network  # noqa: PLC0415  # after the pins

    x, y = cases.pictures()
    network = Network(trunk="conv", widths=(16,) * 4, batch_norm=True)
    return _runs(network, x, y[None], ("multiclass", 10), 1, cases.CONV_EPOCHS)


def _runs(  # noqa: PLR0913, PLR0917  # a benchmark is a list of choices
    network, x, y, output, repeats, epochs
):
    import numpy as np  # noqa: PLC0415  # after the pins
    import tensorflow as tf  # noqa: PLC0415

    from trunkline.settings.study import Training  # noqa: PLC0415
    from trunkline.tasks.budgets import Draw  # noqa: PLC0415
    from trunkline.training import courses  # noqa: PLC0415
    from trunkline.training.epoch import Table  # noqa: PLC0415
    from trunkline.training.trainer import Output, Trainer  # noqa: PLC0415

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
