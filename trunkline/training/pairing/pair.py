"""What every strategy over two tables gets: a target's run, and the source beside it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import tensorflow as tf

from trunkline.data.layout import Layout
from trunkline.determinism import seeds
from trunkline.networks.learner import Arrays, Learner
from trunkline.settings.study import Network, Training
from trunkline.tasks.budgets import Draw
from trunkline.training.batches import Table
from trunkline.training.outputs import Output
from trunkline.training.paired import Design, Paired
from trunkline.training.trainer import Fit, Part

TARGET, SOURCE = "target", "source"  # the tasks, in the order of a table's labels, and the heads


@dataclass(frozen=True)
class Plan:
    """What a strategy builds its network from.

    Attributes:
        network: the trunk, which reads the target's inputs.
        training: how every arm trains.
        shape: shape of a target row.
        source_shape: shape of a source row.
        target: what the target's head puts out.
        source: what the source's head puts out.
        layout: what the entries of a target row are; none: numbers.
    """

    network: Network
    training: Training
    shape: tuple[int, ...]
    source_shape: tuple[int, ...]
    target: Output
    source: Output
    layout: Layout = ()


@dataclass(frozen=True)
class Pair:
    """A run to be made: target rows, budget, seed and epochs are those of every other arm.

    Attributes:
        trainer: the network, compiled.
        table: rows, and the labels of the target and of the source.
        draw: the target's label budget.
        source_rows: int32 [rows], all training rows of the source.
        weights: the pretrained network's: `trunk/...` and `head/source/...`.
        seed: of the initial weights and of the order of rows.
        epochs: passes over the target's rows that all phases together may take.
        label: what is trained, for messages.
        learning_rate: what a search chose; none: the study's.
    """

    trainer: Paired
    table: Table
    draw: Draw
    source_rows: np.ndarray
    weights: Mapping[str, np.ndarray]
    seed: int
    epochs: int
    label: str
    learning_rate: float | None = None

    def rows_a_pass(self) -> int:
        """Return how many of the source's rows go by in a pass over the target's."""
        return self.trainer.rows_beside(self.draw)

    def kept(self) -> Arrays:
        """Return the weights of the target's network, and all others under `source/...`."""
        mine, every = self.learner.arrays(), self.trainer.learner.arrays()
        others = {
            name.removeprefix("head/"): array for name, array in every.items() if name not in mine
        }
        return mine | {f"source/{name}": array for name, array in others.items()}

    @property
    def learner(self) -> Learner:
        """The trunk and the target's head: what is kept of the network."""
        whole = self.trainer.learner
        return Learner(whole.trunk, {TARGET: whole.heads[TARGET]})

    def start(self, *, pretrained: bool) -> None:
        """Draw new weights; then put the pretrained trunk and head in their place, if wanted.

        Raises:
            ValueError: a pretrained weight is missing, or has another shape.
        """
        learner = self.trainer.learner
        learner.initialise(self.seed)
        if not pretrained:
            return
        parts = ("trunk/", f"head/{SOURCE}/")
        missing = sorted(
            {n for n in learner.variables() if n.startswith(parts)} - set(self.weights)
        )
        if missing:
            raise ValueError(
                f"{self.label}: the pretrained network lacks '{missing[0]}': nothing was saved for "
                "it; run `dvc repro` to pretrain again"
            )
        learner.load(self.weights)

    def fit(
        self,
        part: Part,
        *,
        epochs: int,
        weights: tuple[float, float],
        rate: float = 1.0,
        early_stopping: bool = True,
    ) -> Fit:
        """Train a part of the network for at most `epochs` passes over the target's rows.

        Args:
            part: as of `Trainer.fit`.
            epochs: passes over the target's rows.
            weights: of the target's loss and of the source's.
            rate: share of the study's learning rate.
            early_stopping: False runs all epochs and keeps the last weights.
        """
        held = self.draw.held if early_stopping else self.draw.held[:0]
        return self.trainer.fit(
            self.table._replace(task_weight=np.array(weights, np.float32)),
            self.draw._replace(held=held),
            self.source_rows,
            seed=seeds.derive(self.seed, part),
            label=self.label,
            part=part,
            rate=rate,
            epochs=epochs,
            learning_rate=self.learning_rate,
        )


class Strategy(Protocol):
    """A module of this package: an objective over two tables.

    Attributes:
        COMPILED: the options that decide what `design` returns.
    """

    COMPILED: Sequence[str]

    def rows(self, target: tf.Tensor, source: tf.Tensor) -> tf.Tensor:
        """Return what batches are gathered from, of the inputs [rows, ...] of each."""

    def design(self, plan: Plan, options: Any) -> Design:
        """Return the network and what its steps minimise."""

    def train(self, pair: Pair, options: Any) -> Fit:
        """Train a run."""
