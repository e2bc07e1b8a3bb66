"""Trained networks on the test rows: a score for each repeat, and who was taken for whom."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd
import tensorflow as tf

from trunkline.data import large
from trunkline.data.encoders import Encoder
from trunkline.data.large import Rows
from trunkline.data.scratch import Scratch
from trunkline.metrics import scores
from trunkline.networks import architectures
from trunkline.networks.learner import Arrays
from trunkline.settings.study import Question
from trunkline.tasks import labels
from trunkline.training import inputs, shards
from trunkline.training.multitask import ALONE
from trunkline.training.outputs import Output
from trunkline.training.predicting import Predictor

SCORE_COLUMNS = ["part", "task", "arm", "budget", "repeat", "metric", "value"]
CONFUSION_COLUMNS = ["part", "task", "arm", "budget", "truth", "predicted", "count"]


class Trained(NamedTuple):
    """The networks of one part of a study, and the encoder they were trained with."""

    part: str  # transfer or multitask
    models: Mapping[tuple[str, str, int], Arrays]  # by task, arm, budget; [repeats, ...]
    encoder: Encoder


@dataclass(frozen=True)
class Scored:
    """What the test rows say.

    Attributes:
        scores: a row for each arm, repeat and metric, `SCORE_COLUMNS`.
        confusion: rows of each class taken for each class, summed over the repeats.
    """

    scores: pd.DataFrame
    confusion: pd.DataFrame


class Prediction(NamedTuple):
    """What the repeats of one arm put out for the test rows of one task."""

    part: str
    task: str
    arm: str
    budget: int
    outputs: np.ndarray  # [repeats, rows, units]
    y: np.ndarray  # [rows], or [rows, labels] with NaN for a missing one


def score(test: Rows, trained: list[Trained], study: Question) -> Scored:
    """Return every score of every trained network on the test rows of its tasks.

    Rows of a table that is not in memory are encoded once and predicted in blocks; what the
    repeats of one arm put out for them is in memory.
    """
    found: list[tuple[object, ...]] = []
    confused: list[tuple[object, ...]] = []
    for part in trained:
        for one in _predictions(test, part, study):
            found += _scores(one, study)
            confused += _confusion(one, study)
    return Scored(
        pd.DataFrame(found, columns=SCORE_COLUMNS),
        pd.DataFrame(confused, columns=CONFUSION_COLUMNS),
    )


def describe(test: Rows, study: Question) -> dict[str, dict[str, object]]:
    """Return the kind, title, main metric, classes and test rows of each task."""
    narrow = large.narrow(test, [study.tasks[name] for name in _named(study)])
    return {
        name: {
            "kind": study.tasks[name].kind,
            "title": study.tasks[name].title or name,
            "metric": next(iter(scores.for_kind(study.tasks[name].kind))),
            "classes": labels.class_names(study.tasks[name]),
            "test_rows": len(
                labels.encode(narrow, name, study.tasks[name], weighted=False).truths()
            ),
        }
        for name in _named(study)
    }


def _named(study: Question) -> list[str]:
    """Return the tasks that networks are judged on, each once."""
    parts = study.finetune.tasks, study.finetune.adapt.tasks, study.multitask.tasks
    return list(dict.fromkeys(name for part in parts for name in part))


def budget_of(key: tuple[str, str, int], task: str, part: str, study: Question) -> int:
    """Return the labels a task was given in an arm: of joint networks its own, not all rows."""
    return study.multitask.rows_of(task) if part == "multitask" else key[2]


def heads(key: tuple[str, str, int], part: str, study: Question) -> dict[str, str]:
    """Return the task of each head of an arm's network, by the name of the head."""
    task, arm, _ = key
    if part in ("transfer", "adapt"):
        return {"target": task}
    group = (task,) if arm == ALONE else study.multitask.tasks
    return {str(number): name for number, name in enumerate(group)}


def outputs(key: tuple[str, str, int], part: str, study: Question) -> dict[str, Output]:
    """Return what each head of an arm's network puts out."""
    return {
        head: inputs.output(study.tasks[task]) for head, task in heads(key, part, study).items()
    }


def _predictions(test: Rows, trained: Trained, study: Question) -> Iterator[Prediction]:
    """Yield the outputs for each arm and task; networks of one shape are built once."""
    narrow = large.narrow(test, [study.tasks[name] for name in _named(study)])
    x, numbers = _encoded(test, _asked(narrow, trained, study), trained, study)
    predictors: dict[object, Predictor] = {}
    shared = architectures.chosen(study.multitask.sharing) if trained.part == "multitask" else {}
    for key, arrays in trained.models.items():
        wanted, sharing = outputs(key, trained.part, study), shared.get(key[1])
        shape = *wanted.items(), sharing
        if shape not in predictors:
            predictors[shape] = Predictor(
                study.network, shape=x.shape[1:], outputs=wanted, sharing=sharing,
                layout=trained.encoder.layout,
            )  # fmt: skip
        predicted = predictors[shape].predict(x, arrays)
        for head, task in heads(key, trained.part, study).items():
            encoded = labels.encode(narrow, task, study.tasks[task], weighted=False)
            encoded = encoded if numbers is None else encoded.at(numbers)
            yield Prediction(
                "adapt" if key[2] == 0 else trained.part,  # no label of the target was used
                task,
                key[1],
                budget_of(key, task, trained.part, study),
                predicted[head][:, encoded.known],
                encoded.truths(),
            )


def _encoded(
    test: Rows, asked: np.ndarray, trained: Trained, study: Question
) -> tuple[tf.Tensor | Scratch, np.ndarray | None]:
    """Return encoded rows, and which rows of the table they are; none: each of them."""
    if isinstance(test, pd.DataFrame):
        return inputs.features(test, study.inputs, trained.encoder, asked).x, None
    numbers = np.flatnonzero(asked)
    return shards.encoded(test, numbers, study.inputs, trained.encoder), numbers


def _asked(test: pd.DataFrame, trained: Trained, study: Question) -> np.ndarray:
    """Return which rows some network is asked for, bool [rows]."""
    tasks = {task for key in trained.models for task in heads(key, trained.part, study).values()}
    known = [
        labels.encode(test, name, study.tasks[name], weighted=False).known for name in sorted(tasks)
    ]
    return np.any([np.zeros(len(test), bool), *known], axis=0)


def _scores(one: Prediction, study: Question) -> Iterator[tuple[object, ...]]:
    kind = study.tasks[one.task].kind
    for repeat, output in enumerate(one.outputs):
        for name, metric in scores.for_kind(kind).items():
            value = metric.function(one.y, _shaped(output, kind))
            yield one.part, one.task, one.arm, one.budget, repeat, name, value


def _confusion(one: Prediction, study: Question) -> Iterator[tuple[object, ...]]:
    task = study.tasks[one.task]
    names = labels.class_names(task)
    if not names:
        return
    counts = sum(
        scores.confusion(one.y, _shaped(output, task.kind), task.kind, len(names))
        for output in one.outputs
    )
    for truth, row in zip(names, np.asarray(counts), strict=True):
        for predicted, count in zip(names, row, strict=True):
            yield one.part, one.task, one.arm, one.budget, truth, predicted, int(count)


def _shaped(output: np.ndarray, kind: str) -> np.ndarray:
    """Return [rows, units] for several classes or labels, [rows] for one output."""
    return output if kind in ("multiclass", "multilabel") else output[:, 0]
