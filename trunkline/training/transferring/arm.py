"""What every transfer strategy gets: one target task, one budget, one repeat."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from trunkline.determinism import seeds
from trunkline.networks.learner import Learner
from trunkline.tasks.budgets import Draw
from trunkline.training.batches import Table
from trunkline.training.trainer import Fit, Part, Trainer


@dataclass(frozen=True)
class Arm:
    """A run to be made: the same rows, seed and number of epochs for every strategy.

    Attributes:
        trainer: the network, compiled.
        table: rows and the target's labels.
        draw: the label budget.
        trunk: the pretrained trunk's weights by name, `trunk/...`.
        seed: of the initial weights and of the order of rows.
        epochs: passes over the rows that all phases together may take.
        label: what is trained, for messages.
    """

    trainer: Trainer
    table: Table
    draw: Draw
    trunk: Mapping[str, np.ndarray]
    seed: int
    epochs: int
    label: str

    @property
    def learner(self) -> Learner:
        """The network whose weights are trained."""
        return self.trainer.learner

    def start(self, *, pretrained: bool) -> None:
        """Draw new weights; then put the pretrained trunk in their place, if wanted.

        Raises:
            ValueError: the pretrained trunk lacks a weight, or has another shape.
        """
        self.learner.initialise(self.seed)
        if not pretrained:
            return
        wanted = {name for name in self.learner.variables() if name.startswith("trunk/")}
        missing = sorted(wanted - self.trunk.keys())
        if missing:
            raise ValueError(
                f"{self.label}: the pretrained trunk lacks '{missing[0]}': nothing was saved for "
                "it; run `dvc repro` to pretrain again"
            )
        self.learner.load(self.trunk)

    def fit(
        self,
        part: Part,
        *,
        epochs: int,
        rate: float = 1.0,
        early_stopping: bool = True,
    ) -> Fit:
        """Train a part of the network for at most `epochs` epochs.

        Args:
            part: see `Trainer.fit`.
            epochs: passes over the rows.
            rate: share of the study's learning rate.
            early_stopping: False runs all epochs and keeps the last weights.
        """
        draw = self.draw if early_stopping else replace_held(self.draw)
        return self.trainer.fit(
            self.table,
            draw,
            seed=seeds.derive(self.seed, part),
            label=self.label,
            part=part,
            rate=rate,
            epochs=epochs,
        )


def replace_held(draw: Draw) -> Draw:
    """Return the draw without its held rows: nothing to stop early by."""
    return draw._replace(held=draw.held[:0])


def joined(first: Fit, second: Fit) -> Fit:
    """Return two phases as one run; the kept weights are those of the second."""
    return replace(
        second,
        curve=np.concatenate([first.curve, second.curve]),
        best_epoch=len(first.curve) + second.best_epoch,
    )
