"""From the rows of a part to what episodes are drawn from, encoded as the training rows say."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
import pandas as pd

from trunkline.data import encoders, tables
from trunkline.data.encoders import Encoder
from trunkline.metalearning.method import Form
from trunkline.settings.metalearning.study import Metalearner
from trunkline.tasks import episodes_drawing, episodes_pool
from trunkline.tasks.episodes import Episodes, Pool
from trunkline.training import inputs

Part = Literal["training", "validation", "test"]


@dataclass(frozen=True)
class Known:
    """What training rows tell of all others.

    Attributes:
        encoder: of the inputs.
        classes: that all groups have; None: each episode has its own, or none.
        mean: of a regression's target, 0 of classes.
        deviation: likewise, 1 of classes.
    """

    encoder: Encoder
    classes: tuple[Any, ...] | None
    mean: float = 0.0
    deviation: float = 1.0

    def to_json(self) -> dict[str, Any]:
        """Return what is beside the encoder, as readable JSON."""
        classes = None if self.classes is None else list(self.classes)
        return {"classes": classes, "mean": self.mean, "deviation": self.deviation}


def from_json(encoder: Encoder, value: Mapping[str, Any]) -> Known:
    """Return what `to_json` described."""
    classes = None if value["classes"] is None else tuple(value["classes"])
    return Known(encoder, classes, value["mean"], value["deviation"])


def known(train: pd.DataFrame, study: Metalearner) -> Known:
    """Return what the training rows tell: encoders, classes, the scale of a regression.

    Raises:
        ValueError: as `inputs.fit` and `episodes_pool.fixed`.
    """
    encoder, asked = inputs.fit(train, study.inputs), study.episodes
    classes = episodes_pool.fixed(train, asked)
    if asked.kind == "classes":
        return Known(encoder, classes)
    values = pool(train, study, Known(encoder, classes), "training").y.astype(np.float64)
    return Known(encoder, classes, float(values.mean()), float(values.std()) or 1.0)


def pool(frame: pd.DataFrame, study: Metalearner, found: Known, part: Part) -> Pool:
    """Return what episodes of a part are drawn from; numbers to foretell are scaled.

    Raises:
        ValueError: as `encoders.apply`, `inputs.shape_of` and `episodes_pool.pool`.
    """
    columns = tables.columns(frame, study.inputs.columns)
    x = encoders.apply(found.encoder, frame, columns)
    shaped = x.reshape(-1, *inputs.shape_of(study.inputs, x.shape[1]))
    made = episodes_pool.pool(frame, shaped, study.episodes, classes=found.classes, part=part)
    if study.episodes.kind == "classes":
        return made
    scaled = (made.y.astype(np.float64) - found.mean) / found.deviation
    return replace(made, y=scaled.astype(np.float32))


def drawn(made: Pool, study: Metalearner, count: int, seed: int, *names: str | int) -> Episodes:
    """Return episodes of a part; the same for the same names."""
    return episodes_drawing.draw(made, study.episodes, count, seed, *names)


def form(made: Pool, study: Metalearner, *, steps: int) -> Form:
    """Return what all episodes have in common.

    Args:
        made: of any part.
        study: the question.
        steps: of the optimizer, over the whole training.
    """
    asked = study.episodes
    shape = tuple(int(size) for size in made.x.shape[1:])
    return Form(study.network, shape, made.classes, asked.shots, asked.queries, steps)
