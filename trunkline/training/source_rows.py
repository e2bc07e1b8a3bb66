"""The rows that the source task is learned from, in memory or in shards."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from trunkline.data import large
from trunkline.data.encoders import Encoder
from trunkline.data.large import Rows
from trunkline.determinism import seeds
from trunkline.settings.study import Question
from trunkline.tasks import budgets, labels
from trunkline.tasks.budgets import Draw
from trunkline.tasks.labels import Labels
from trunkline.training import inputs, shards
from trunkline.training.choosing import Chosen
from trunkline.training.inputs import Features
from trunkline.training.shards import Shards


@dataclass(frozen=True)
class SourceRows:
    """Training rows, then validation rows.

    Attributes:
        encoded: labels of all rows.
        draw: all rows that have a label; those held are validation rows.
        chosen: the rows that are in memory.
        features: of these.
        shards: the training rows of a table that is not in memory.
    """

    encoded: Labels
    draw: Draw
    chosen: Chosen
    features: Features
    shards: Shards | None = None

    @property
    def at_once(self) -> int:
        """How many training rows a call is given at the most."""
        if self.shards is None:
            return self.draw.train.size
        return max(self.shards.numbers.shape[1], self.features.x.shape[0])

    @property
    def measured(self) -> np.ndarray:
        """The training rows that strategies measure: all, or those in memory."""
        if self.shards is None or self.chosen.numbers is None:
            return self.draw.train
        return np.intersect1d(self.draw.train, self.chosen.numbers)


def sample(train: Rows, study: Question) -> np.ndarray:
    """Return at most `inputs.in_memory` of the source's rows, for what reads them beside others."""
    name = str(study.pretrain.task)
    narrow = large.narrow(train, [study.tasks[name]])
    known = labels.encode(narrow, name, study.tasks[name]).known
    read = study.pretrain.inputs or study.inputs
    return large.some(np.flatnonzero(known), read.in_memory)


def gather(
    train: Rows, validation: Rows, study: Question, encoder: Encoder, *, name: str, seed: int
) -> SourceRows:
    """Return the rows that have a label of the source, encoded.

    Args:
        train: training rows; those of a table that is not in memory are put in shards, and those in
            memory are what small budgets draw, what strategies measure, and what is held.
        validation: validation rows; of a table that is not in memory `inputs.in_memory` are held.
        study: the question.
        encoder: of the source's inputs.
        name: of the study, for seeds.
        seed: the root seed.

    Raises:
        ValueError: as `labels.encode` of the training rows.
    """
    source, read = str(study.pretrain.task), study.pretrain.inputs or study.inputs
    task = study.tasks[source]
    narrow, held = (large.narrow(rows, [task]) for rows in (train, validation))
    labels.encode(narrow, source, task)  # validation rows cannot stand in
    frame = pd.concat([narrow, held], ignore_index=True)
    encoded = labels.encode(frame, source, task)
    rows = np.flatnonzero(encoded.known).astype(np.int32)
    draw = Draw(rows[rows < len(narrow)], rows[rows >= len(narrow)])
    if isinstance(train, pd.DataFrame) and isinstance(validation, pd.DataFrame):
        features = inputs.features(frame, read, encoder, asked=encoded.known)
        return SourceRows(encoded, draw, Chosen(frame), features)
    if not isinstance(validation, pd.DataFrame):
        draw = draw._replace(held=large.some(draw.held, read.in_memory))
    if isinstance(train, pd.DataFrame):
        numbers, divided = large.union([draw.train, draw.held]), None
    else:
        asked = _asked(study, learned(encoded, draw), draw, name=name, seed=seed)
        numbers = large.union([*asked, draw.held])
        rng = seeds.generator(seed, name, "pretrain", "shards")
        divided = shards.divide(train, draw.train, read, encoder, rng)
    first = np.searchsorted(numbers, len(narrow))
    parts = (
        large.take(train, numbers[:first]),
        large.take(validation, numbers[first:] - len(narrow)),
    )
    near = Chosen(pd.concat(parts, ignore_index=True), numbers)
    return SourceRows(encoded, draw, near, inputs.features(near.frame, read, encoder), divided)


def learned(encoded: Labels, draw: Draw) -> Labels:
    """Return the labels of training rows alone."""
    known = np.zeros_like(encoded.known)
    known[draw.train] = True
    return Labels(encoded.y, known)


def small(
    study: Question, given: Labels, budget: int, repeat: int, *, name: str, seed: int
) -> np.ndarray:
    """Return the rows that a repeat learns the source from with a small label budget.

    Args:
        study: the question.
        given: labels of the training rows.
        budget: labels of each class.
        repeat: its number.
        name: of the study, for seeds.
        seed: the root seed.
    """
    source = str(study.pretrain.task)
    return budgets.draw(
        given,
        source,
        study.tasks[source],
        budget=budget,
        validation_share=0.0,
        rng=seeds.generator(seed, name, "pretrain", "labels", repeat),
    ).train


def small_budgets(study: Question) -> list[int]:
    """Return the budgets of which no row is held back."""
    return [
        budget
        for budget in study.finetune.budgets
        if not budgets.held_of(budget, study.training.validation_share)
    ]


def _asked(study: Question, given: Labels, draw: Draw, *, name: str, seed: int) -> list[np.ndarray]:
    """Return the training rows that are needed in memory beside the shards."""
    drawn = [
        small(study, given, budget, repeat, name=name, seed=seed)
        for budget in small_budgets(study)
        for repeat in range(study.repeats)
    ]
    if study.finetune.strategies.ewc is None:
        return drawn
    read = study.pretrain.inputs or study.inputs
    return [large.some(draw.train, read.in_memory), *drawn]
