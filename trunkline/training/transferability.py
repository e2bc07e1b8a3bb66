"""The measures of transferability on the rows that the arms of a study are given."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

import numpy as np
import pandas as pd
import tensorflow as tf

from trunkline.data.encoders import Encoder
from trunkline.data.large import Rows
from trunkline.metrics.transferability import h_score, leep, logme, nce, transrate
from trunkline.networks import learner as learners
from trunkline.networks import looking
from trunkline.networks.learner import Arrays
from trunkline.settings.study import Question, Task
from trunkline.training import inputs
from trunkline.training.inputs import Features
from trunkline.training.targets import Targets

COLUMNS = ["task", "budget", "repeat", "measure", "value"]
NETWORK = ("trunk/", "head/")  # all else was measured for strategies
DECIMALS = 6  # the last digits of a decomposition may depend on the processor


class Known(NamedTuple):
    """What the source's network says of some rows."""

    features: np.ndarray  # [rows, width], of its trunk
    probabilities: np.ndarray | None  # [rows, classes] of the source; None if it has no classes


def measure(
    train: Rows,
    source: Mapping[str, np.ndarray],
    encoder: Encoder,
    study: Question,
    *,
    name: str,
    seed: int,
) -> pd.DataFrame:
    """Return every measure of each target task, budget and repeat, before anything is trained.

    The rows are those of the label budget, held ones included, and no others; the trunk is the
    pretrained one of the same repeat. A source with inputs of its own cannot read these rows, and
    is not measured.

    Args:
        train: training rows.
        source: weights of the pretrained networks, [repeats, ...] by name, with their heads.
        encoder: of the inputs.
        study: the question.
        name: of the study, for seeds.
        seed: the root seed.

    Returns:
        `COLUMNS`; values have six decimals.
    """
    if not study.finetune.tasks or study.pretrain.inputs is not None:
        return pd.DataFrame([], columns=COLUMNS)
    targets = Targets(train, encoder, study, name, seed)
    network = _Source(study, targets.features)
    rows = []
    for task, budget, repeat in targets.runs():
        draw = targets.draw(task, budget, repeat)
        chosen = np.sort(np.concatenate([draw.train, draw.held]))
        weights = {key: array[repeat] for key, array in source.items() if key.startswith(NETWORK)}
        known = network.ask(tf.gather(targets.features.x, chosen), weights)
        values = measures(known, targets.labels[task].y[chosen], targets.tasks[task])
        rows += [(task, budget, repeat, one, round(value, DECIMALS)) for one, value in values]
    return pd.DataFrame(rows, columns=COLUMNS)


def measures(known: Known, y: np.ndarray, task: Task) -> Iterator[tuple[str, float]]:
    """Yield each measure that a target of this kind has, by its name; of several labels, none.

    LEEP and NCE ask for classes in source and target, H-score and TransRate in the target. The
    labels of a regression are standardised; those that are all the same cannot be measured.

    Args:
        known: what the source's network says of the rows.
        y: their labels.
        task: the target.
    """
    if task.kind == "multilabel":
        return
    if task.kind == "regression":
        if np.ptp(y) > 0:
            values = y.astype(np.float64)
            scaled = (values - values.mean()) / values.std()
            yield "logme", logme.score(known.features, scaled, task.kind)
        return
    yield "logme", logme.score(known.features, y, task.kind)
    if known.probabilities is not None:
        yield "leep", leep.score(known.probabilities, y)
        yield "nce", nce.score(known.probabilities.argmax(axis=1), y)
    yield "h_score", h_score.score(known.features, y)
    yield "transrate", transrate.score(known.features, y)


class _Source:
    """The pretrained network, whose weights are exchanged, traced once."""

    def __init__(self, study: Question, features: Features) -> None:
        self._task = study.tasks[str(study.pretrain.task)]
        units = {"target": inputs.output(self._task).units}
        shape, layout = features.shape, features.layout
        self._learner = learners.build(study.network, shape, units, layout=layout)
        rows = tf.TensorSpec((None, *shape), tf.float32)
        self._outputs = looking.graph(self._learner, self._read, input_signature=[rows])

    def ask(self, x: tf.Tensor, weights: Arrays) -> Known:
        """Return features of encoded rows, and what the source takes them for."""
        self._learner.load(weights, whole=True)
        features, outputs = (tensor.numpy() for tensor in self._outputs(x))
        if self._task.kind in ("regression", "multilabel"):  # labels exclude each other nowhere
            return Known(features, None)
        return Known(features, _probabilities(outputs.astype(np.float64)))

    def _read(self, x: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        hidden = self._learner.trunk(x, training=False)  # [rows, width]
        return hidden, self._learner.heads["target"](hidden, training=False)


def _probabilities(logits: np.ndarray) -> np.ndarray:
    """Return [rows, classes]; a binary logit z stands for the two logits 0 and z."""
    if logits.shape[1] == 1:
        logits = np.hstack([np.zeros_like(logits), logits])
    odds = np.exp(logits - logits.max(axis=1, keepdims=True))
    shares: np.ndarray = odds / odds.sum(axis=1, keepdims=True)
    return shares
