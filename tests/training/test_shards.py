"""A study on a table that is not in memory: the same draws, each row once an epoch."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import chain
from typing import Any
from unittest import mock

import numpy as np
import pandas as pd
import pytest
import tensorflow as tf

from trunkline.data import encoders, stored
from trunkline.data.stored import Stored
from trunkline.settings.adapting import Adapt, Coral, Methods
from trunkline.settings.answer_strategies import CoTuning
from trunkline.settings.pairing import FeatureMap, Rehearsal
from trunkline.settings.strategies import Strategies
from trunkline.settings.study import Finetune, Pretrain, Question
from trunkline.settings.weight_strategies import Ewc
from trunkline.training import (
    adaptation,
    courses,
    evaluation,
    following,
    inputs,
    multitask,
    pretraining,
    shards,
    source_rows,
    transfer,
    transferability,
)
from trunkline.training.batches import Course, Table
from trunkline.training.pretraining import Pretrained
from trunkline.training.records import Trained

Frames = Callable[..., pd.DataFrame]
LIMIT = 17  # rows in memory: the source's 60 training rows become four shards of 15


def limited(study: Question, most: int = LIMIT) -> Question:
    """Return the study with so many rows in memory."""
    return replace(study, inputs=replace(study.inputs, in_memory=most))


@pytest.fixture
def groups() -> Iterator[None]:
    """Read tables on disk in groups of 7 rows."""
    with mock.patch.object(stored, "GROUP", 7):
        yield


@pytest.fixture
def large(groups: None, train: pd.DataFrame) -> Stored:
    """Return the training rows as a table that is read in groups."""
    return stored.of_frame(train)


def same(one: Trained, other: Trained) -> None:
    """Pass two trainings of the same bits."""
    assert list(one.models) == list(other.models)
    for key, arrays in one.models.items():
        for name, array in arrays.items():
            np.testing.assert_array_equal(array, other.models[key][name], err_msg=f"{key} {name}")
    pd.testing.assert_frame_equal(one.runs, other.runs)
    pd.testing.assert_frame_equal(one.curves, other.curves)


def test_transfer_reads_the_drawn_rows_alone(
    plain: None, large: Stored, transferred: Trained, pretrained: Pretrained, study: Question
) -> None:
    """Of a table that is not in memory only drawn rows are encoded, and every bit is the same."""
    (source,) = pretrained.trained.models.values()
    seen = []
    honest = inputs.features

    def features(frame: pd.DataFrame, *rest: Any) -> inputs.Features:
        seen.append(len(frame))
        return honest(frame, *rest)

    with mock.patch.object(inputs, "features", features):
        found = transfer.finetune(
            large, source, pretrained.encoder, pretrained.epochs_by_budget, study, name="s", seed=7
        )
    same(found, transferred)
    assert max(seen) < large.rows


def test_measures_read_the_drawn_rows_alone(
    large: Stored, train: pd.DataFrame, pretrained: Pretrained, study: Question
) -> None:
    """Measures of transferability are those of the table in memory."""
    (source,) = pretrained.trained.models.values()
    one, other = (
        transferability.measure(rows, source, pretrained.encoder, study, name="s", seed=7)
        for rows in (train, large)
    )
    pd.testing.assert_frame_equal(one, other)


def test_joint_training_reads_the_drawn_rows_alone(
    plain: None, large: Stored, shared: Trained, pretrained: Pretrained, study: Question
) -> None:
    """Joint networks of a table that is not in memory have the bits of those of one that is."""
    found = multitask.train(large, pretrained.encoder, study, name="s", seed=7)
    same(found, shared)


def test_evaluation_predicts_in_blocks(
    groups: None, make_frame: Frames, transferred: Trained, shared: Trained,
    pretrained: Pretrained, study: Question,
) -> None:  # fmt: skip
    """Scores of test rows that are encoded into a file and read in blocks of 8 are the same."""
    test = make_frame(90, seed=5)
    parts = [
        evaluation.Trained("transfer", transferred.models, pretrained.encoder),
        evaluation.Trained("multitask", shared.models, pretrained.encoder),
    ]
    whole = evaluation.score(test, parts, study)
    with mock.patch("trunkline.training.predicting.BLOCK", 8):
        blocks = evaluation.score(stored.of_frame(test), parts, study)
    pd.testing.assert_frame_equal(whole.scores, blocks.scores, rtol=1e-6)
    pd.testing.assert_frame_equal(whole.confusion, blocks.confusion)
    assert evaluation.describe(test, study) == evaluation.describe(stored.of_frame(test), study)


def test_the_encoder_of_a_large_table(large: Stored, train: pd.DataFrame, study: Question) -> None:
    """It is fitted on as many rows as fit, the same ones whether the table is in memory or not."""
    read = limited(study).inputs
    found = inputs.fit(large, read)
    assert found == inputs.fit(train, read) != inputs.fit(train, study.inputs)
    assert inputs.fit(large, study.inputs) == inputs.fit(train, study.inputs)
    known = (train["domain"] == "source").to_numpy()
    assert inputs.fit(large, study.inputs, known) == inputs.fit(train[known], study.inputs)


def test_shards_hold_each_row_once(large: Stored, train: pd.DataFrame, study: Question) -> None:
    """Each row lies in one shard at the place of its number, encoded, its labels beside it."""
    read, numbers = limited(study).inputs, np.flatnonzero(train["domain"] == "source")
    encoder = inputs.fit(train, read)
    rng = np.random.Generator(np.random.PCG64(3))
    found = shards.divide(large, numbers, read, encoder, rng)
    assert found.sizes.tolist() == [15] * 4
    assert sorted(found.numbers.ravel()) == numbers.tolist()
    assert found.numbers.ravel().tolist() != numbers.tolist()
    x = encoders.apply(encoder, train, list(encoder.columns))
    y = np.arange(len(train), dtype=np.float32)[None]
    held = Table(tf.zeros((1, 4)), tf.zeros((1, 1)), tf.zeros((1, 1)), tf.ones(1))
    sharded = shards.Sharded(found, y, -y, held)
    for number in range(4):
        table = sharded.table(number)
        np.testing.assert_array_equal(table.x, x[found.numbers[number]])
        np.testing.assert_array_equal(table.y[0], found.numbers[number])
        np.testing.assert_array_equal(table.weight[0], -found.numbers[number].astype(np.float32))


def test_shards_of_unequal_sizes(large: Stored, train: pd.DataFrame, study: Question) -> None:
    """Sizes differ by one row at the most; what is short of a row is filled up."""
    read = limited(study).inputs
    encoder, numbers = inputs.fit(train, read), np.arange(50)
    found = shards.divide(large, numbers, read, encoder, np.random.Generator(np.random.PCG64(3)))
    assert (found.sizes.tolist(), found.numbers.shape) == ([17, 17, 16], (3, 17))
    assert found.numbers[2, 16] == 0
    assert not found.x[50:51].any()


def learn(
    rows: pd.DataFrame | Stored, held: pd.DataFrame | Stored, study: Question, seed: int = 7
) -> Pretrained:
    """Return the source task, learned from these rows."""
    return pretraining.pretrain(rows, held, study, name="s", seed=seed)


def test_each_row_is_seen_once_an_epoch(
    plain: None, large: Stored, train: pd.DataFrame, make_frame: Frames, study: Question
) -> None:
    """In every epoch each source row of the training part is learned once, and no other row."""
    asked = replace(limited(study), finetune=replace(study.finetune, budgets=(10,)))
    held, passes = make_frame(30, seed=2), list[list[tuple[float, ...]]]()
    honest = following._Passes._pass

    def watched(self: Any, shard: int, course: Course) -> tf.Tensor:
        table, steps = self._table.table(shard), int(course.steps)
        rows = course.rows[0, :steps][course.weight[0, :steps] > 0]
        passes.append([tuple(row) for row in table.x.numpy()[rows].tolist()])
        return honest(self, shard, course)

    with mock.patch.object(following._Passes, "_pass", watched):
        done = learn(large, held, asked)
    encoder = done.encoder
    x = encoders.apply(encoder, train[train["domain"] == "source"], list(encoder.columns))
    wanted = Counter(map(tuple, x.tolist()))
    epochs = int(done.trained.runs["epochs"].sum())
    assert len(passes) == 4 * epochs
    for epoch in range(epochs):
        assert Counter(chain(*passes[4 * epoch : 4 * epoch + 4])) == wanted
    assert passes[:4] != passes[4:8]


def test_pretraining_in_shards_learns(
    plain: None, large: Stored, train: pd.DataFrame, pretrained: Pretrained, make_frame: Frames,
    study: Question,
) -> None:  # fmt: skip
    """The loss falls as it does in memory; runs, rows and budgets are told in the same way."""
    held = make_frame(30, seed=2)
    done = learn(large, held, limited(study))
    again = learn(large, held, limited(study))
    same(done.trained, again.trained)
    assert done.epochs_by_budget.keys() == pretrained.epochs_by_budget.keys()
    assert done.epochs_by_budget == again.epochs_by_budget
    one, other = done.trained.runs, pretrained.trained.runs
    alike = ["part", "task", "arm", "budget", "repeat", "train_rows", "held_rows", "trained"]
    pd.testing.assert_frame_equal(one[alike], other[alike])
    curves = done.trained.curves
    assert curves["training_loss"].iloc[-1] < 0.7 * curves["training_loss"].iloc[0]
    np.testing.assert_allclose(one["validation_loss"], other["validation_loss"], atol=0.1)
    other_seed = learn(large, held, limited(study), seed=8).trained.models
    (first,), (second,) = done.trained.models.values(), other_seed.values()
    assert (first["trunk/dense_0/kernel"] != second["trunk/dense_0/kernel"]).any()


def test_one_shard_is_an_epoch_in_memory(
    plain: None, large: Stored, train: pd.DataFrame, make_frame: Frames, study: Question
) -> None:
    """With one shard and one step an epoch, weights are those of training in memory."""
    steady = replace(study.training, batch_size=60, epochs=5)
    whole = replace(study, training=steady, finetune=replace(study.finetune, budgets=(10,)))
    held = make_frame(30, seed=2)
    one, other = learn(train, held, whole), learn(large, held, whole)
    (a,), (b,) = one.trained.models.values(), other.trained.models.values()
    assert one.encoder == other.encoder
    for name, array in a.items():
        np.testing.assert_allclose(array, b[name], rtol=1e-3, atol=1e-4)


def test_what_strategies_measure_of_a_large_table(
    plain: None, large: Stored, make_frame: Frames, study: Question
) -> None:
    """Fisher's matrix and the temperature come from rows in memory; a held row is never trained."""
    wanted = Strategies(ewc=Ewc(), co_tuning=CoTuning())
    asked = replace(limited(study), finetune=replace(study.finetune, strategies=wanted))
    held = make_frame(60, seed=2)
    done = learn(large, stored.of_frame(held), asked)
    (arrays,) = done.trained.models.values()
    assert {"fisher/dense_0/kernel", "temperature"} <= arrays.keys()
    assert done.trained.runs["held_rows"].tolist() == [LIMIT] * 2
    given = source_rows.gather(large, stored.of_frame(held), asked, done.encoder, name="s", seed=7)
    assert given.draw.train.max() < large.rows <= given.draw.held.min()
    assert set(given.draw.train) == set(given.shards.numbers.ravel())
    assert given.measured.size >= LIMIT


@pytest.mark.parametrize("own", [False, True], ids=["rehearsal", "feature_map"])
def test_the_source_beside_the_targets(
    plain: None, large: Stored, train: pd.DataFrame, make_frame: Frames, study: Question, own: bool
) -> None:
    """Strategies that read the source's rows find them beside the drawn ones, bit for bit."""
    chosen = Strategies(feature_map=FeatureMap()) if own else Strategies(rehearsal=Rehearsal())
    read = replace(study.inputs, columns=("feature_0", "feature_1")) if own else None
    asked = replace(
        study,
        repeats=2,
        pretrain=Pretrain(task="source", inputs=read),
        finetune=Finetune(tasks=("letter",), budgets=(5,), strategies=chosen),
    )
    done = learn(train, make_frame(30, seed=2), asked)
    (source,) = done.trained.models.values()
    encoder = transfer.target_encoder(large, asked, done.encoder)
    assert encoder == transfer.target_encoder(train, asked, done.encoder)
    one, other = (
        transfer.finetune(rows, source, encoder, done.epochs_by_budget, asked, name="s", seed=7)
        for rows in (train, large)
    )
    same(one, other)


def test_targets_without_labels(
    plain: None, large: Stored, train: pd.DataFrame, pretrained: Pretrained, study: Question
) -> None:
    """Adaptation reads the rows of source and target, as many as fit of each."""
    adapt = Adapt(tasks=("letter",), epochs=2, methods=Methods(coral=Coral()))
    asked = replace(study, finetune=replace(study.finetune, adapt=adapt))
    one, other = (
        adaptation.adapt(rows, pretrained.encoder, asked, name="s", seed=7)
        for rows in (train, large)
    )
    same(one, other)
    few = adaptation.adapt(large, pretrained.encoder, limited(asked), name="s", seed=7)
    assert few.runs["train_rows"].tolist() == [LIMIT] * 4


def test_a_column_that_is_missing(large: Stored, pretrained: Pretrained, study: Question) -> None:
    """A table on disk without the column of a label is refused as one in memory is."""
    tasks = {**study.tasks, "flag": replace(study.tasks["flag"], target="nothing")}
    with pytest.raises(ValueError, match="task 'flag' expects a column 'nothing', the table has"):
        multitask.train(large, pretrained.encoder, replace(study, tasks=tasks), name="s", seed=7)


def test_a_run_in_shards_diverges(
    plain: None, large: Stored, make_frame: Frames, study: Question
) -> None:
    """A loss that is no number is told with the run and the epoch."""
    wild = replace(
        limited(study), training=replace(study.training, optimizer="sgd", learning_rate=1e30)
    )
    with pytest.raises(ValueError, match="source, all labels, repeat 0: the loss is not finite"):
        learn(large, make_frame(30, seed=2), wild)


def test_rates_of_a_part_of_the_steps(study: Question) -> None:
    """The rates of steps one after the other are those of all steps at once."""
    for schedule in ("constant", "linear", "cosine"):
        training = replace(study.training, schedule=schedule, warmup=0.3)
        whole = courses.rates(training, steps=20, rate=0.5)
        places = [(0, 3), (3, 7), (7, 20)]
        parts = [courses.rates_between(training, steps=20, rate=0.5, place=p) for p in places]
        np.testing.assert_allclose(np.concatenate(parts), whole, rtol=1e-6)
