"""Weights and several labels, where a strategy reads rows or labels by itself."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
import tensorflow as tf

from tests.training import transferring as by_hand
from trunkline.settings.adapting import Adapt, Coral, Methods
from trunkline.settings.pairing import FeatureMap, Rehearsal
from trunkline.settings.strategies import Strategies
from trunkline.settings.study import Finetune, Network, Pretrain, Question, Task, Training
from trunkline.training import adaptation, behaviour, inputs, pretraining, transfer
from trunkline.training.batches import Losses, Table
from trunkline.training.fisher import Fisher
from trunkline.training.outputs import Output
from trunkline.training.pairing import feature_map, rehearsal
from trunkline.training.pairing.pair import Plan
from trunkline.training.pretraining import Pretrained
from trunkline.training.trainer import Trainer

Models = dict[Any, dict[str, np.ndarray]]
Frames = Callable[..., pd.DataFrame]
OF_SOURCE = {"domain": ("source",)}
ADAPTED = Finetune(adapt=Adapt(tasks=("letter",), epochs=2, methods=Methods(coral=Coral())))


def beside(study: Question, source: Task) -> Question:
    """Return a study of one target and one budget whose arms read the source's rows."""
    strategies = Strategies(
        rehearsal=Rehearsal(head_epochs=1), feature_map=FeatureMap(same_inputs=True)
    )
    chosen = Finetune(tasks=("letter",), budgets=(10,), strategies=strategies)
    training = replace(study.training, epochs=4)
    tasks = study.tasks | {"source": source}
    return replace(study, repeats=2, tasks=tasks, training=training, finetune=chosen)


def trained(rows: pd.DataFrame, source: Task, study: Question, left: Pretrained) -> Models:
    """Return the networks of every arm that reads the source's rows."""
    asked = beside(study, source)
    (weights,) = left.trained.models.values()
    tuned = transfer.finetune(rows, weights, left.encoder, {}, asked, name="s", seed=7)
    only = replace(asked, finetune=ADAPTED)
    adapted = adaptation.adapt(rows, left.encoder, only, name="s", seed=7)
    return {**tuned.models, **adapted.models}


def same(one: Models, other: Models) -> bool:
    """Return whether two sets of networks have the same bits, arm by arm."""
    assert one.keys() == other.keys()
    assert {key.arm for key in one} == {
        "scratch", "rehearsal", "feature_map", "source_only", "coral",
    }  # fmt: skip
    return all(
        (array == other[key][name]).all() for key, arrays in one.items()
        for name, array in arrays.items()
    )  # fmt: skip


def test_rows_of_weight_0_say_nothing(
    plain: None, train: pd.DataFrame, study: Question, pretrained: Pretrained
) -> None:
    """Other labels of source rows whose sample weight is 0 change no bit of any arm."""
    source = replace(study.tasks["source"], sample_weight="trust")
    silent = np.arange(len(train)) % 4 == 0
    rows = train.assign(trust=np.where(silent, 0.0, 1.0))
    changed = rows.copy()
    of_source = (changed["domain"] == "source") & silent
    changed.loc[of_source, "kind"] = "a"
    assert (changed["kind"] != rows["kind"]).any()
    one, other = (trained(given, source, study, pretrained) for given in (rows, changed))
    assert same(one, other)


def test_balanced_classes_are_the_weights_of_their_rows(
    plain: None, train: pd.DataFrame, study: Question, pretrained: Pretrained
) -> None:
    """`class_weight: balanced` gives the bits of sample weights n / (classes n_c) of its rows."""
    source = study.tasks["source"]
    of_source = train["domain"] == "source"
    rare = of_source & (train["kind"] == "c") & (np.arange(len(train)) % 4 == 1)
    rows = train[~rare].reset_index(drop=True)
    counts = rows.loc[rows["domain"] == "source", "kind"].value_counts()
    weight = counts.sum() / (3 * rows["kind"].map(counts))
    balanced = replace(source, class_weight="balanced")
    spelled = replace(source, sample_weight="weight")
    one = trained(rows, balanced, study, pretrained)
    other = trained(rows.assign(weight=weight), spelled, study, pretrained)
    assert same(one, other)
    assert not same(one, trained(rows, source, study, pretrained))


SEVERAL = Plan(
    network=Network(widths=(4,), activation="linear"),
    training=Training(),
    shape=(3,),
    source_shape=(3,),
    target=Output("multilabel", 2),
    source=Output("multilabel", 3),
)


def labelled() -> tuple[Table, np.ndarray, np.ndarray]:
    """Return 8 rows, the first 4 of the target; labels and weights [5, 8], some of them 0."""
    rng = np.random.Generator(np.random.PCG64(6))
    x, y = rng.normal(size=(8, 3)), rng.integers(2, size=(5, 8))
    weight = rng.uniform(0.5, 2, size=(5, 8)) * (rng.random((5, 8)) > 0.3)
    weight[:2, 4:], weight[2:, :4] = 0, 0
    tensors = (tf.constant(value, tf.float32) for value in (x, y, weight, [1, 1]))
    return Table(*tensors), y, weight


@pytest.mark.parametrize("strategy", [rehearsal, feature_map])
def test_several_labels_restated(strategy: Any) -> None:
    """Each half's loss is the weighted mean of its own labels' cross-entropies, in NumPy."""
    mapped = strategy is feature_map
    options = FeatureMap() if mapped else Rehearsal()
    design = strategy.design(SEVERAL, options)
    design.learner.initialise(3)
    table, y, weight = labelled()
    x, w = table.x.numpy(), design.learner.arrays()
    table = table._replace(x=strategy.rows(table.x, table.x))
    losses: Losses = design.losses("everything")
    rows = tf.constant([0, 2, 3, 5, 6, 4])
    total, counts = losses(table, rows, tf.ones(6), True).numpy()
    shown = [x, x @ w["head/map/out/kernel"] if mapped else x]
    parts = (("target", [0, 2, 3], slice(0, 2)), ("source", [5, 6, 4], slice(2, 5)))
    for number, (head, index, place) in enumerate(parts):
        hidden = shown[number] @ w["trunk/dense_0/kernel"]
        z = (hidden @ w[f"head/{head}/dense/kernel"])[index]  # [3, labels]
        cross = np.logaddexp(0, z) - z * y[place, index].T
        counted = weight[place, index].T
        np.testing.assert_allclose(total[number], (counted * cross).sum(), rtol=1e-5)
        np.testing.assert_allclose(counts[number], counted.sum(), rtol=1e-6)


def test_sources_and_targets_of_several_labels(
    plain: None, train: pd.DataFrame, make_frame: Frames, study: Question
) -> None:
    """Several labels on both sides train: beside each other, mapped, held, and without labels."""
    rows, more = (
        frame.assign(tall=(frame["feature_1"] > 1).astype(int), wide=frame["flag"])
        for frame in (train, make_frame(30, seed=2))
    )
    source = Task(kind="multilabel", targets=("tall", "wide"), where=OF_SOURCE)
    asked = beside(study, source)
    letter = replace(source, where={"domain": ("target",)})
    asked = replace(asked, tasks=asked.tasks | {"letter": letter}, pretrain=Pretrain(task="source"))
    left = pretraining.pretrain(rows, more, asked, name="s", seed=7)
    (weights,) = left.trained.models.values()
    done = transfer.finetune(rows, weights, left.encoder, {}, asked, name="s", seed=7)
    encoder = inputs.fit(rows, study.inputs)
    adapted = adaptation.adapt(rows, encoder, replace(asked, finetune=ADAPTED), name="s", seed=7)
    for key, arrays in {**done.models, **adapted.models}.items():
        assert arrays["head/target/dense/kernel"].shape == (2, 6, 2), key
        assert all(np.isfinite(array).all() for array in arrays.values()), key


def of_labels(weight: np.ndarray) -> tuple[Trainer, Table, np.ndarray]:
    """Return a linear network of two labels, its rows, and the labels [2, rows]."""
    made = by_hand.trainer(Output("multilabel", 2))
    made.learner.initialise(9)
    y = np.arange(2 * by_hand.ROWS).reshape(2, -1) % 3 % 2
    rows = by_hand.table()
    tensors = tf.constant(y, tf.float32), tf.constant(weight, tf.float32)
    return made, rows._replace(y=tensors[0], weight=tensors[1]), y


def test_fisher_of_several_labels() -> None:
    """Log p is the sum over known labels; a row counts as much as its labels do, on the mean."""
    weight = np.ones((2, by_hand.ROWS))
    weight[0, 1] = weight[1, 4] = 0  # these are missing
    weight[:, 5] = 3, 1
    made, rows, y = of_labels(weight)
    found = Fisher(made.learner, "multilabel", jit=False).measure(
        rows, np.arange(by_hand.ROWS, dtype=np.int32)
    )
    w, x = made.learner.arrays(), rows.x.numpy()
    z = (x @ w[by_hand.W] + w[by_hand.B]) @ w[by_hand.V] + w[by_hand.C]  # [rows, labels]
    back = ((1 / (1 + np.exp(-z)) - y.T) * (weight > 0).T) @ w[by_hand.V].T  # [rows, units]
    kernel = (x[:, :, None] * back[:, None, :]) ** 2
    shares = np.where(np.arange(by_hand.ROWS) == 5, 2.0, 1.0)
    wanted = np.average(kernel, axis=0, weights=shares)
    np.testing.assert_allclose(found["fisher/dense_0/kernel"], wanted, rtol=1e-4)


def test_fisher_of_a_row_of_weight_2_is_that_row_twice() -> None:
    """Weights 2, 1 and 0 are rows 0, 0 and 1; of a weight of 1 nothing is said."""
    made = by_hand.trainer()
    made.learner.initialise(9)
    rows, weight = by_hand.table(), np.ones((1, by_hand.ROWS), np.float32)
    weight[0, :3] = 2, 1, 0
    measure = Fisher(made.learner, "regression", jit=False).measure
    found = measure(rows._replace(weight=tf.constant(weight)), np.array([0, 1, 2], np.int32))
    wanted = measure(rows, np.array([0, 0, 1], np.int32))
    for name, array in wanted.items():
        np.testing.assert_allclose(found[name], array, rtol=1e-6)


def test_attention_of_several_labels() -> None:
    """It is the softmax of how much the weighted mean over known labels grows, in NumPy."""
    rng = np.random.Generator(np.random.PCG64(8))
    weight = rng.uniform(0.5, 2, (2, by_hand.ROWS)) * (rng.random((2, by_hand.ROWS)) > 0.3)
    made, rows, y = of_labels(weight)
    index = np.arange(by_hand.ROWS)
    found = behaviour.attention(made.learner, made.kinds, rows, index)["attention/0"]
    w = made.learner.arrays()
    hidden = rows.x.numpy() @ w[by_hand.W] + w[by_hand.B]
    costs = []
    for mask in np.vstack([np.ones(3), 1 - np.eye(3)]):
        z = (hidden * mask) @ w[by_hand.V] + w[by_hand.C]
        costs.append(np.average(np.logaddexp(0, z) - z * y.T, weights=weight.T))
    grown = np.exp(np.array(costs[1:]) - costs[0])
    np.testing.assert_allclose(found, grown / grown.sum(), rtol=1e-5)
