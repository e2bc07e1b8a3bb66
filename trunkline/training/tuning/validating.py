"""The loss of trained networks on the validation rows, which are the same for every arm."""

from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd
import tensorflow as tf

from trunkline.data import large
from trunkline.data.encoders import Encoder
from trunkline.data.large import Rows
from trunkline.networks import learner as learners
from trunkline.networks import looking
from trunkline.networks.branches import Architecture
from trunkline.networks.learner import Arrays, Learner
from trunkline.settings.study import Question
from trunkline.tasks import labels, weighting
from trunkline.training import inputs, joint_losses
from trunkline.training.batches import Losses
from trunkline.training.predicting import BESIDE

Group = Mapping[str, str]  # the task of each head


class Judge:
    """The validation rows of some tasks; networks of one shape are built once.

    A network runs over all rows at once, as in `predicting.Predictor`.
    """

    def __init__(
        self, validation: Rows, encoder: Encoder, study: Question, tasks: tuple[str, ...]
    ) -> None:
        """Encode the rows.

        Args:
            validation: validation rows.
            encoder: of the inputs, fitted on training rows.
            study: the question.
            tasks: those that will be asked for.

        Raises:
            ValueError: no validation row has a label of a task.
        """
        self._study = study
        self._labels = {}
        frame = _read(validation, study, tasks)
        for task in tasks:
            encoded = labels.encode(frame, task, study.tasks[task])
            rows = np.flatnonzero(encoded.known).astype(np.int32)
            self._labels[task] = weighting.drawn(task, study.tasks[task], encoded, rows)
        asked = np.any([encoded.known for encoded in self._labels.values()], axis=0)
        self._rows = np.flatnonzero(asked).astype(np.int32)
        self._features = inputs.features(frame, study.inputs, encoder, asked)
        self._made: dict[object, tuple[Learner, Callable[..., tf.Tensor]]] = {}

    def loss(self, group: Group, arrays: Arrays, sharing: Architecture | None = None) -> float:
        """Return sum_i w_i L_i of a network, each L_i a mean over the task's validation rows.

        Args:
            group: the task of each head; a task by itself has weight 1.
            arrays: the network's weights by name, and `scale/<head>` of a regression's labels.
            sharing: what the tasks share of the trunk.
        """
        learner, losses = self._network(group, sharing)
        weights = {name: array for name, array in arrays.items() if not name.startswith(BESIDE)}
        learner.load(weights, whole=True)
        scales = [inputs.Scale(*map(float, arrays[f"scale/{head}"])) for head in group]
        single = len(group) == 1
        table = inputs.table(
            self._features,
            [self._labels[task] for task in group.values()],
            scales,
            [1.0 if single else self._study.tasks[task].weight for task in group.values()],
        )
        total, counts = losses(table, self._rows, np.ones(self._rows.size, np.float32)).numpy()
        means = total.astype(np.float64) / counts  # [T]
        return float(np.sum(means * table.task_weight.numpy()))

    def _network(
        self, group: Group, sharing: Architecture | None
    ) -> tuple[Learner, Callable[..., tf.Tensor]]:
        """Return a network of this shape, and what its losses are: [2, T]."""
        outputs = {head: inputs.output(self._study.tasks[task]) for head, task in group.items()}
        key = tuple(outputs.items()), sharing
        if key not in self._made:
            units = {head: output.units for head, output in outputs.items()}
            learner = learners.build(
                self._study.network, self._features.shape, units, sharing=sharing,
                layout=self._features.layout,
            )  # fmt: skip
            losses = joint_losses.weighted_losses(learner, outputs, trunk_trains=False)
            self._made[key] = learner, looking.graph(learner, _looking(losses))
        return self._made[key]


def _read(rows: Rows, study: Question, tasks: tuple[str, ...]) -> pd.DataFrame:
    """Return the rows; of a larger table at most `inputs.in_memory` that have a label."""
    narrow = large.narrow(rows, [study.tasks[task] for task in tasks])
    if narrow is rows:
        return narrow
    known = [labels.encode(narrow, task, study.tasks[task]).known for task in tasks]
    numbers = large.some(np.flatnonzero(np.any(known, axis=0)), study.inputs.in_memory)
    return large.take(rows, numbers)


def _looking(losses: Losses) -> Callable[..., tf.Tensor]:
    return lambda table, rows, weight: losses(table, rows, weight, False)
