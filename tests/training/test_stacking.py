"""Many heads side by side learn what single ones learn, and 200 tasks go all the way."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import tensorflow as tf

from trunkline.metrics import comparisons, summaries
from trunkline.networks import learner as learners
from trunkline.reports import words
from trunkline.reports.findings import Comparison
from trunkline.settings.judging import Evaluate
from trunkline.settings.study import (
    Inputs,
    Multitask,
    Network,
    Question,
    Task,
    Training,
)
from trunkline.tasks.budgets import Draw
from trunkline.training import courses, evaluation, inputs, multitask, stacking
from trunkline.training.batches import Table
from trunkline.training.joint_losses import weighted_losses
from trunkline.training.outputs import Output
from trunkline.training.records import Key
from trunkline.training.stacking import MANY, Stack, StackedTrainer
from trunkline.training.trainer import Trainer

ROWS, FEATURES = 24, 5
KINDS = [Output("binary", 1), Output("multilabel", 2), Output("multiclass", 3)]
KINDS += [Output("regression", 1), Output("binary", 1), Output("multiclass", 2)]
OUTPUTS = {str(number): KINDS[number % len(KINDS)] for number in range(2 * len(KINDS))}
COLUMNS = sum(o.units if o.kind == "multilabel" else 1 for o in OUTPUTS.values())


@pytest.fixture
def table() -> Table:
    """Return rows with labels of twelve tasks, a tenth of them missing or weighing 2."""
    rng = np.random.Generator(np.random.PCG64(1))
    weight = rng.choice([0.0, 1.0, 2.0], p=[0.1, 0.8, 0.1], size=(COLUMNS, ROWS))
    return Table(
        tf.constant(rng.normal(size=(ROWS, FEATURES)), tf.float32),
        tf.constant(rng.integers(2, size=(COLUMNS, ROWS)), tf.float32),
        tf.constant(weight, tf.float32),
        tf.constant(rng.uniform(0.5, 2, size=len(OUTPUTS)), tf.float32),
    )


def test_the_losses_are_those_of_single_heads(table: Table) -> None:
    """Each task's sum and weight, whatever its kind and place."""
    units = {task: output.units for task, output in OUTPUTS.items()}
    learner = learners.build(Network(widths=(7,)), (FEATURES,), units)
    learner.initialise(3)
    stack = Stack(learner, OUTPUTS)
    stack.collect()
    rows, weight = tf.range(9), tf.constant([1.0] * 8 + [0.0])
    one = weighted_losses(learner, OUTPUTS, trunk_trains=True)(table, rows, weight, True)
    two = stack.losses(trunk_trains=True)(table, rows, weight, True)
    np.testing.assert_allclose(one, two, rtol=1e-5)


def test_taking_apart_undoes_putting_together() -> None:
    """The heads keep their bits."""
    units = {task: output.units for task, output in OUTPUTS.items()}
    learner = learners.build(Network(widths=(7,)), (FEATURES,), units)
    learner.initialise(3)
    before, stack = learner.arrays(), Stack(learner, OUTPUTS)
    stack.collect()
    learner.initialise(4)
    stack.distribute()
    after = learner.arrays()
    for name in (name for name in before if name.startswith("head")):
        np.testing.assert_array_equal(before[name], after[name])


@pytest.mark.parametrize("optimizer", ["adam", "sgd"])
def test_training_agrees_with_single_heads(plain: None, table: Table, optimizer: str) -> None:
    """The same run gives the same curve and weights, but for the order of sums."""
    settings = Training(learning_rate=0.01, batch_size=8, epochs=3, optimizer=optimizer)  # type: ignore[arg-type]  # by name
    sizes = courses.sizes(settings, train_rows=ROWS, held_rows=ROWS)
    draw = Draw(np.arange(18, dtype=np.int32), np.arange(18, 24, dtype=np.int32))
    found = []
    for kind in (Trainer, StackedTrainer):
        trainer = kind(
            Network(widths=(7,), l2=0.01), settings, shape=(FEATURES,), outputs=OUTPUTS, sizes=sizes
        )
        trainer.learner.initialise(3)
        fit = trainer.fit(table, draw, seed=5, label="a run")
        found.append((fit.curve, trainer.learner.arrays()))
    (one, first), (two, second) = found
    np.testing.assert_allclose(one, two, rtol=1e-4)
    for name, array in first.items():
        np.testing.assert_allclose(array, second[name], rtol=1e-3, atol=1e-4)


def test_few_tasks_keep_single_heads() -> None:
    """Up to `MANY` tasks nothing changes."""
    assert stacking.trainer_of(MANY) is Trainer
    assert stacking.trainer_of(MANY + 1) is StackedTrainer


def test_kept_statistics_are_not_trained() -> None:
    """Joint training never keeps the moments of another run; stacked heads could not."""
    settings = Training(batch_size=8, epochs=1)
    trainer = StackedTrainer(
        Network(widths=(7,), batch_norm=True), settings, shape=(FEATURES,), outputs=OUTPUTS,
        sizes=courses.sizes(settings, train_rows=ROWS, held_rows=ROWS),
    )  # fmt: skip
    draw = Draw(np.arange(8, dtype=np.int32), np.zeros(0, np.int32))
    with pytest.raises(NotImplementedError, match="statistics of each batch only"):
        trainer.fit(None, draw, seed=1, label="a run", part="weights")


def many(count: int) -> tuple[pd.DataFrame, Question]:
    """Return a table and a study of so many binary tasks."""
    rng = np.random.Generator(np.random.PCG64(1))
    x = rng.normal(size=(60, 4))
    frame = pd.DataFrame(x, columns=[f"feature_{n}" for n in range(4)])
    frame.insert(0, "row_id", [str(n) for n in range(60)])
    y = (x @ rng.normal(size=(4, count)) > 0).astype(int)
    targets = [f"t{n}" for n in range(count)]
    frame = pd.concat([frame, pd.DataFrame(y, columns=targets)], axis=1)
    tasks = {name: Task(kind="binary", target=name, positive=(1,)) for name in targets}
    study = Question(
        inputs=Inputs(columns=("feature_*",)), tasks=tasks, repeats=2, network=Network(widths=(4,)),
        training=Training(batch_size=16, epochs=1), evaluate=Evaluate(resamples=100),
        multitask=Multitask(tasks=tuple(targets), rows=60),
    )  # fmt: skip
    return frame, study


@pytest.mark.parametrize("count", [MANY + 2, 200])
def test_many_tasks_to_their_verdicts(
    plain: None, monkeypatch: pytest.MonkeyPatch, count: int
) -> None:
    """A joint network of 200 tasks trains, is scored task by task and judged."""
    frame, study = many(count)
    encoder = inputs.fit(frame, study.inputs)
    every = multitask.groups_of(study.multitask)
    few = {key: group for key, group in every.items() if key.arm == "joint" or key.task == "t0"}
    monkeypatch.setattr(multitask, "groups_of", lambda _: few)  # tasks alone are tested elsewhere
    done = multitask.train(frame, encoder, study, name="s", seed=7)
    joint = done.models[Key("all", "joint", 60)]
    assert joint[f"head/{count - 1}/dense/kernel"].shape == (2, 4, 1)
    trained = evaluation.Trained("multitask", done.models, encoder)
    scored = evaluation.score(frame, [trained], study).scores
    assert set(scored.loc[scored["arm"] == "joint", "task"]) == set(study.tasks)
    main = scored[(scored["metric"] == "accuracy") & (scored["task"] == "t0")]
    found = summaries.compare(main, study, seed=7)
    assert [row["arm"] for row in found] == ["joint"]


def test_a_family_that_is_too_large_says_so() -> None:
    """With 10 repeats no one of 200 comparisons can pass Holm's correction: the page tells it."""
    rng = np.random.Generator(np.random.PCG64(1))
    _, study = many(200)
    rows = [
        ("multitask", task, arm, 60, repeat, "accuracy", value)
        for task in study.tasks
        for arm, better in (("alone", 0.0), ("joint", 0.5))
        for repeat, value in enumerate(better + 0.1 * rng.random(10))
    ]
    columns = ["part", "task", "arm", "budget", "repeat", "metric", "value"]
    found = summaries.compare(pd.DataFrame(rows, columns=columns), study, seed=7)
    assert {row["family"] for row in found} == {200}
    assert {row["verdict"] for row in found} == {"no evidence"}
    assert 200 * comparisons.smallest_p(10) > study.evaluate.alpha
    (notice,) = words.notices([Comparison.of(row) for row in found], study.evaluate.alpha)
    assert "With 10 repeats, no difference can be shown here" in notice
    assert "corrected for 200 comparisons" in notice
    assert notice.endswith("Set repeats to at least 13.")
    more = replace(study, repeats=13)
    assert 200 * comparisons.smallest_p(more.repeats) <= study.evaluate.alpha
