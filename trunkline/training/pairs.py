"""The source's rows and labels, laid beside a target's run for the strategies that read both."""

from collections.abc import Mapping
from dataclasses import replace
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
import tensorflow as tf

from trunkline.data.encoders import Encoder
from trunkline.networks import learner as learners
from trunkline.networks import trunks
from trunkline.networks.learner import Arrays
from trunkline.settings.study import Question
from trunkline.tasks import labels, weighting
from trunkline.tasks.labels import Labels
from trunkline.training import inputs
from trunkline.training.batches import Table
from trunkline.training.courses import Sizes
from trunkline.training.inputs import Features
from trunkline.training.outputs import Output
from trunkline.training.paired import Paired
from trunkline.training.pairing import feature_map, rehearsal
from trunkline.training.pairing.pair import SOURCE, Pair, Plan, Strategy
from trunkline.training.trainer import Fit
from trunkline.training.transferring.arm import Arm

PAIRED: dict[str, Strategy] = {"rehearsal": rehearsal, "feature_map": feature_map}


def asked(study: Question) -> bool:
    """Return whether a strategy of the study reads the source's rows."""
    return any(getattr(study.finetune.strategies, name) is not None for name in PAIRED)


class Pairs:
    """The source task over the training rows, with one compiled network for each strategy."""

    def __init__(
        self,
        train: pd.DataFrame,
        source: Mapping[str, np.ndarray],
        study: Question,
        sizes: Sizes,
        encoder: Encoder,
    ) -> None:
        """Keep what is given; rows are looked at when a strategy asks for them.

        Args:
            train: training rows, of the source and of the targets.
            source: weights of the pretrained networks, [repeats, ...] by name.
            study: the question.
            sizes: shapes of a call, into which the rows of each target fit.
            encoder: of the targets' inputs, and of the source's where it has none of its own.
        """
        self._train, self._weights, self._study, self._sizes = train, source, study, sizes
        self._encoder = encoder
        self._trainers: dict[object, Paired] = {}

    def train(
        self, strategy: str, option: Any, arm: Arm, task: str, repeat: int
    ) -> tuple[Fit, Arrays, int]:
        """Train a run; return what it did, the weights that are kept, and how many were trained.

        Args:
            strategy: a name in `PAIRED`.
            option: its options.
            arm: a run of the target alone, whose rows, seed and epochs this one has.
            task: the target task.
            repeat: whose pretrained network is taken.

        Raises:
            ValueError: the training rows have none of the source.
        """
        pair = self._pair(strategy, option, arm, task, repeat)
        fit = PAIRED[strategy].train(pair, option)
        return fit, pair.kept(), learners.count(pair.trainer.learner)

    def _pair(self, strategy: str, option: Any, arm: Arm, task: str, repeat: int) -> Pair:
        own = {
            name.replace("head/target/", f"head/{SOURCE}/"): array[repeat]
            for name, array in self._weights.items()
            if name.startswith("head/target/")  # the source was the target of pretraining
        }
        plan = self._plan(inputs.output(self._study.tasks[task]), arm)
        return Pair(
            trainer=self._trainer(strategy, option, plan),
            table=self._table(strategy, arm.table),
            draw=arm.draw,
            source_rows=np.flatnonzero(self._labels.known).astype(np.int32),
            weights={**arm.trunk, **own},
            seed=arm.seed,
            epochs=arm.epochs,
            label=arm.label,
            learning_rate=arm.tuned.learning_rate,
        )

    @cached_property
    def _labels(self) -> Labels:
        """The source's labels over all rows."""
        name = str(self._study.pretrain.task)
        try:
            return labels.encode(self._train, name, self._study.tasks[name])
        except ValueError as error:
            chosen = vars(self._study.finetune.strategies)
            named = ", ".join(f"'{one}'" for one in PAIRED if chosen[one] is not None)
            raise ValueError(
                f"finetune.strategies: {named} needs the source's training rows beside the "
                f"target's, and they are not there: {error}; give them, or leave it out"
            ) from error

    @cached_property
    def _features(self) -> Features:
        """The source's inputs, by an encoder that knows its training rows only."""
        known, own = self._labels.known, self._study.pretrain.inputs
        if own is None:
            return inputs.features(self._train, self._study.inputs, self._encoder)
        return inputs.features(self._train, own, inputs.fit(self._train, own, known), asked=known)

    def _plan(self, target: Output, arm: Arm) -> Plan:
        source = inputs.output(self._study.tasks[str(self._study.pretrain.task)])
        network, l2 = self._study.network, arm.tuned.l2
        return Plan(
            network=network if l2 is None else replace(network, l2=l2),
            training=self._study.training,
            shape=tuple(arm.table.x.shape[1:]),
            source_shape=self._features.shape,
            target=target,
            source=source,
            layout=self._encoder.layout,
        )

    def _table(self, strategy: str, target: Table) -> Table:
        """Return the rows with the labels of the target and of the source: T = 2."""
        name = str(self._study.pretrain.task)
        task, rows = self._study.tasks[name], np.flatnonzero(self._labels.known)
        encoded = weighting.drawn(name, task, self._labels, rows)
        source = inputs.table(self._features, [encoded], [inputs.scale(task, encoded, rows)], [1.0])
        return Table(
            PAIRED[strategy].rows(target.x, self._features.x),
            tf.concat([target.y, source.y], axis=0),
            tf.concat([target.weight, source.weight], axis=0),
            tf.ones(2),
        )

    def _trainer(self, strategy: str, option: Any, plan: Plan) -> Paired:
        key = strategy, plan, tuple(getattr(option, name) for name in PAIRED[strategy].COMPILED)
        if key not in self._trainers:
            self._trainers[key] = Paired(
                PAIRED[strategy].design(plan, option),
                self._study.training,
                sizes=self._sizes,
                jit=trunks.compiled_by_xla(self._study.network),
            )
        return self._trainers[key]
