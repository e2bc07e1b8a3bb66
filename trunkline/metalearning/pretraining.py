"""One network for all classes of training: what fine-tuning and linear probes begin with."""

import numpy as np
import tensorflow as tf

from trunkline.determinism import seeds
from trunkline.metalearning import functional
from trunkline.metalearning.method import Arrays, Form
from trunkline.settings.study import Training
from trunkline.tasks.budgets import Draw, held_of
from trunkline.tasks.episodes import Pool
from trunkline.training import courses
from trunkline.training.batches import Table
from trunkline.training.outputs import Output
from trunkline.training.trainer import Trainer

TRUNK = "trunk/"


class Pretraining:
    """A network compiled once for all repeats."""

    def __init__(self, pool: Pool, form: Form, training: Training) -> None:
        """Build it.

        Args:
            pool: training rows: of all classes, or of all tasks of a regression.
            form: of the episodes, whose trunk it has.
            training: how it is trained; `validation_share` of each class's rows is held back.
        """
        functional.build(form)  # refuses what steps on an episode do not know
        self._pool, self._training, self._classes = pool, training, bool(form.ways)
        kind, units = "multiclass", int(pool.y.max(initial=0)) + 1
        output = Output(kind, units) if self._classes else Output("regression", 1)
        held = self._draw(0).held.size
        self._trainer = Trainer(
            form.network, training, shape=form.shape, outputs={"target": output},
            sizes=courses.sizes(training, train_rows=len(pool.y) - held, held_rows=held),
        )  # fmt: skip

    def fit(self, seed: int, label: str) -> Arrays:
        """Return the weights of the best epoch: the trunk's and, of groups, the head's.

        A head that answers what all tasks ask is a start like any other weight; one of classes
        that episodes number anew means nothing to them.

        Args:
            seed: of first weights, held rows and order.
            label: what is trained, for messages.

        Raises:
            ValueError: the loss became infinite or NaN.
        """
        learner = self._trainer.learner
        learner.initialise(seed)
        self._trainer.fit(self._table(), self._draw(seed), seed=seed, label=label)
        return {
            name: array
            for name, array in learner.arrays().items()
            if name.startswith(TRUNK) or self._pool.lasting
        }

    def _table(self) -> Table:
        y = self._pool.y.astype(np.float32)[None]
        rows = self._pool.x, y, np.ones_like(y), np.ones(1, np.float32)
        return Table(*map(tf.convert_to_tensor, rows))

    def _draw(self, seed: int) -> Draw:
        """Hold the same share of each class's rows; of a regression, of each task's."""
        pool, rng = self._pool, seeds.generator(seed, "held")
        of = pool.y if self._classes else pool.group
        train, held = [], []
        for value in np.unique(of):
            order = rng.permutation(np.flatnonzero(of == value)).astype(np.int32)
            count = held_of(order.size, self._training.validation_share)
            held.append(order[:count])
            train.append(order[count:])
        return Draw(np.sort(np.concatenate(train)), np.sort(np.concatenate(held)))
