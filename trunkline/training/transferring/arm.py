"""What every transfer strategy gets: one target task, one budget, one repeat."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from trunkline.determinism import seeds
from trunkline.networks.learner import Learner
from trunkline.settings.phases import Phases
from trunkline.tasks.budgets import Draw
from trunkline.training.batches import Table
from trunkline.training.extras import NOTHING, Addition
from trunkline.training.trainer import Fit, Part, Trainer
from trunkline.training.tuned import STATED, Tuned


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
        source: what else the source's pretraining left, by name: its head, and what a strategy
            asked it to measure.
        tuned: what a search chose for this arm.
    """

    trainer: Trainer
    table: Table
    draw: Draw
    trunk: Mapping[str, np.ndarray]
    seed: int
    epochs: int
    label: str
    source: Mapping[str, np.ndarray] = field(default_factory=dict)
    tuned: Tuned = STATED

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
        addition: Addition = NOTHING,
        order: str = "",
    ) -> Fit:
        """Train a part of the network for at most `epochs` epochs.

        Args:
            part: see `Trainer.fit`.
            epochs: passes over the rows.
            rate: share of the study's learning rate.
            early_stopping: False runs all epochs and keeps the last weights.
            addition: what else decides the steps.
            order: names another order of the rows than the part's own.
        """
        draw = self.draw if early_stopping else replace_held(self.draw)
        return self.trainer.fit(
            self.table,
            draw,
            seed=seeds.derive(self.seed, order or part),
            label=self.label,
            part=part,
            rate=rate,
            epochs=epochs,
            addition=addition,
            tuned=self.tuned,
        )

    def left(self, prefix: str) -> dict[str, np.ndarray]:
        """Return what pretraining left under names that begin with `prefix`.

        Raises:
            ValueError: it left nothing of that kind.
        """
        found = {name: array for name, array in self.source.items() if name.startswith(prefix)}
        if not found:
            raise ValueError(
                f"{self.label}: the pretrained network lacks '{prefix}...': it was pretrained "
                "for other strategies; run `dvc repro` to pretrain again"
            )
        return found

    def warm_up(self, options: Phases) -> Fit:
        """Train a new head on the pretrained trunk: fine-tuning's first phase."""
        self.start(pretrained=True)
        warm = min(options.head_epochs, max(1, self.epochs // 2))
        return self.fit("heads", epochs=warm, early_stopping=False)

    def finish(self, before: Fit, rate: float, addition: Addition = NOTHING) -> Fit:
        """Train everything in the epochs that the phases before left, one at the least.

        Args:
            before: those phases.
            rate: share of the study's learning rate.
            addition: what else decides the steps.
        """
        rest = max(1, self.epochs - len(before.curve))
        return joined(before, self.fit("weights", epochs=rest, rate=rate, addition=addition))


def replace_held(draw: Draw) -> Draw:
    """Return the draw without its held rows: nothing to stop early by."""
    return draw._replace(held=draw.held[:0])


def joined(first: Fit, second: Fit) -> Fit:
    """Return two phases as one run; the kept weights are those of the second."""
    return replace(
        second,
        curve=np.concatenate([first.curve, second.curve]),
        best_epoch=len(first.curve) + second.best_epoch,
        effort=first.effort.then(second.effort),
    )
