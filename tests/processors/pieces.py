"""The pieces of work whose bits are compared."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

import numpy as np
import pandas as pd
import pyarrow as pa
import tensorflow as tf

from tests.processors.work import EPOCHS, ROWS, digest
from trunkline.data import splits
from trunkline.determinism import seeds
from trunkline.metrics import rankings, summaries
from trunkline.networks import portable
from trunkline.networks.learner import Learner
from trunkline.settings.parameters import Parameters
from trunkline.settings.study import Inputs, Network, Question, Task, Training
from trunkline.sources import reading
from trunkline.tasks.budgets import Draw
from trunkline.training import courses, inputs, transferability
from trunkline.training.batches import Table
from trunkline.training.outputs import Output
from trunkline.training.predicting import Predictor
from trunkline.training.trainer import Trainer

HEADS = {"0": Output("multiclass", 10), "1": Output("binary", 1), "2": Output("regression", 1)}
ONE = {"0": HEADS["0"]}
SMALL = Training(epochs=EPOCHS)
OPTIMIZERS = {
    "dense, every option": replace(SMALL, optimizer="adamw", schedule="cosine"),
    "conv": replace(SMALL, optimizer="sgd", schedule="linear"),
}


Shapes = dict[str, tuple[int, ...]]


def tables(parameters: Parameters, shapes: Shapes) -> Iterator[tuple[str, str]]:
    """Read, split and encode each dataset; note the shape of a row of each study."""
    for name, dataset in parameters.datasets.items():
        stream = reading.stream(dataset, parameters.seed)
        frame = pa.Table.from_batches(list(stream.batches())).to_pandas()
        frame.insert(0, "row_id", [f"{row:06d}" for row in range(len(frame))])
        parts = splits.split(frame, dataset.split, parameters.seed)
        yield f"{name}: rows", digest(pd.util.hash_pandas_object(frame).to_numpy())
        yield f"{name}: split", digest(list(parts.train["row_id"]), list(parts.test["row_id"]))
        for title, study in parameters.studies.items():
            if study.dataset == name:
                encoder = inputs.fit(parts.train, study.inputs)
                features = inputs.features(parts.test, study.inputs, encoder)
                shapes[title] = features.shape
                yield f"{title}: inputs", digest(features.x.numpy())


def networks(parameters: Parameters, shapes: Shapes) -> Iterator[tuple[str, str]]:
    """Train and evaluate the trunk of each study, and every other kind and option once."""
    given = {name: (study.network, shapes[name]) for name, study in parameters.studies.items()}
    dense = Network(widths=(128,), dropout=0.2, batch_norm=True, l2=0.001, activation="gelu")
    others = {
        "dense, every option": (dense, (100,)),
        "conv": (Network(trunk="conv", widths=(16, 16), dropout=0.2, batch_norm=True), (28, 28, 1)),
    }
    for name, (network, shape) in {**given, **others}.items():
        heads = HEADS if name in others else ONE
        yield from _network(name, network, shape, OPTIMIZERS.get(name, SMALL), heads)


def gradients() -> Iterator[tuple[str, str]]:
    """Sum the gradient of a kernel over large pictures, and a convolution over many channels."""
    rng = seeds.generator(1, "pictures")
    pictures = tf.constant(rng.standard_normal((8, 28, 28, 3)), tf.float32)
    upstream = tf.constant(rng.standard_normal((8, 28, 28, 16)), tf.float32)
    found = tf.function(portable.kernel_gradient)(
        pictures, upstream, tf.TensorShape([3, 3, 3, 16]), 1
    )
    yield "conv: kernel gradient of large pictures", digest(found.numpy())
    kernel = tf.constant(rng.standard_normal((3, 3, 64, 16)), tf.float32)
    wide = tf.constant(rng.standard_normal((8, 8, 8, 64)), tf.float32)
    yield "conv: many channels", digest(tf.function(portable.convolve)(wide, kernel, 2).numpy())


def _network(
    name: str,
    network: Network,
    shape: tuple[int, ...],
    training: Training,
    outputs: Mapping[str, Output],
) -> Iterator[tuple[str, str]]:
    """Train a network on one task or more at once, then predict rows it has not seen."""
    given, rows = table(name, shape, len(outputs)), np.arange(ROWS, dtype=np.int32)
    draw = Draw(rows[:70], rows[70:])
    sizes = courses.sizes(training, train_rows=70, held_rows=26)
    trainer = Trainer(network, training, shape=shape, outputs=outputs, sizes=sizes)
    trainer.learner.initialise(2)
    fit = trainer.fit(given, draw, seed=3, label=name)
    yield f"{name}: losses", digest(fit.curve)
    yield f"{name}: weights", digest(*trainer.learner.arrays().values())
    yield f"{name}: predictions", predicted(trainer.learner, network, given)


def table(name: str, shape: tuple[int, ...], tasks: int) -> Table:
    """Return drawn rows of a shape, and a label of each task."""
    rng = seeds.generator(1, name)
    return Table(
        tf.constant(rng.standard_normal((ROWS, *shape)), tf.float32),
        tf.constant(rng.integers(0, 2, (tasks, ROWS)), tf.float32),
        tf.ones((tasks, ROWS)),
        tf.ones(tasks),
    )


def predicted(learner: Learner, network: Network, given: Table) -> str:
    """Return the digest of what a network says of all rows, as `evaluate` asks it."""
    stacked = {key: array[None] for key, array in learner.arrays().items()}
    heads = {head: HEADS[head] for head in learner.heads}
    stacked |= {f"scale/{head}": np.array([[0.5, 2.0]], np.float32) for head in heads}
    shape = tuple(given.x.shape[1:])
    predictor = Predictor(network, shape=shape, outputs=heads, sharing=learner.sharing)
    return digest(*predictor.predict(given.x, stacked).values())


def statistics() -> Iterator[tuple[str, str]]:
    """Summarise and compare scores that no processor computed."""
    rng = seeds.generator(1, "scores")
    scores = pd.DataFrame(
        [
            ("transfer", "one", arm, 5, repeat, metric, float(rng.random()))
            for arm in ("scratch", "fine_tune")
            for repeat in range(10)
            for metric in ("accuracy", "log_loss")
        ],
        columns=["part", "task", "arm", "budget", "repeat", "metric", "value"],
    )
    task = Task(kind="multiclass", target="label", classes=(0, 1))
    question = Question(inputs=Inputs(columns=("x",)), tasks={"one": task})
    found = summaries.summarise(scores, question, name="made", seed=1)
    yield "intervals, p and verdicts", digest(found.estimates, found.comparisons)


def promises() -> Iterator[tuple[str, str]]:
    """Measure features with more rows than columns, and with fewer, and rank with ties."""
    rng = seeds.generator(1, "promises")
    task = Task(kind="multiclass", target="label", classes=(0, 1, 2))
    for rows in (300, 12):
        y = np.arange(rows) % 3
        features = np.maximum(rng.standard_normal((rows, 128)) + y[:, None] / 4, 0)
        known = transferability.Known(features.astype(np.float32), rng.dirichlet(np.ones(4), rows))
        values = [(name, round(v, 6)) for name, v in transferability.measures(known, y, task)]
        yield f"transferability, {rows} rows", digest(values)
    pairs = np.round(rng.standard_normal((2, 12)), 1)
    found = rankings.agreement(*pairs, alpha=0.05, resamples=999, rng=rng)
    yield "rank correlations", digest(found)
