"""Pictures that change while they train: which rows, in which arms, and no others."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from unittest import mock

import numpy as np
import pandas as pd
import pytest
import tensorflow as tf

from trunkline.networks import learner as learners
from trunkline.networks import trunks
from trunkline.networks.learner import Learner
from trunkline.settings.augment import Augment
from trunkline.settings.pairing import Rehearsal
from trunkline.settings.strategies import FineTune, Strategies
from trunkline.settings.study import Inputs, Network, Question
from trunkline.training import joint_losses, pretraining, transfer
from trunkline.training.batches import Table
from trunkline.training.outputs import Output
from trunkline.training.records import Key

SHAPE = (4, 4, 1)
EVERY = Augment(shift=1, rotation=20, flip=True, erase=0.3)
ONE = {"0": Output("multiclass", 3)}
Maker = Callable[..., Any]


def built(augment: Augment = EVERY, kind: str = "conv") -> Learner:
    """Return a learner of pictures, at the same weights and the same place of its stream."""
    network = Network(trunk=kind, widths=(3,))  # type: ignore[arg-type]  # one of them
    made = learners.build(network, SHAPE, {"0": 3}, augment=augment)
    made.initialise(1)
    made.restart_dropout(4)
    return made


def losses(made: Learner, table: Table, *, training: bool, trunk_trains: bool = True) -> float:
    """Return the loss of eight rows."""
    found = joint_losses.weighted_losses(made, ONE, trunk_trains=trunk_trains)
    return float(found(table, tf.range(8), tf.ones(8), training)[0, 0])


@pytest.mark.parametrize("kind", ["dense", "conv", "residual", "embedding"])
def test_only_training_batches_change(make_table: Maker, kind: str) -> None:
    """The loss of held rows is, to the bit, that of a network without augmentation."""
    table = make_table("0", shape=SHAPE)
    changing, still = built(kind=kind), built(Augment(), kind)
    assert losses(changing, table, training=False) == losses(still, table, training=False)
    assert losses(changing, table, training=True) != losses(still, table, training=True)
    assert changing.shapes() == still.shapes()


def test_a_frozen_trunk_is_shown_changed_pictures_too(make_table: Maker) -> None:
    """While a head alone trains its batches change as those of all other arms."""
    table = make_table("0", shape=SHAPE)
    frozen, whole = (
        losses(built(), table, training=True, trunk_trains=trains) for trains in (False, True)
    )
    assert frozen == whole
    assert frozen != losses(built(Augment()), table, training=True)


def test_every_arm_sees_the_same(make_table: Maker) -> None:
    """Networks of other weights and other trunks are shown the same pictures in the same steps."""
    x, seen = make_table("0", shape=SHAPE).x, []
    for kind, seed in (("conv", 1), ("conv", 9), ("dense", 1)):
        made = built(kind=kind)
        made.initialise(seed)
        made.restart_dropout(6)
        seen.append([made.gather(x, tf.range(8), training=True).numpy() for _ in range(2)])
    np.testing.assert_array_equal(seen[0], seen[1])
    np.testing.assert_array_equal(seen[0], seen[2])
    assert (seen[0][0] != seen[0][1]).any()


@pytest.mark.parametrize("jit", [False, True])
def test_a_run_repeats(make_trainer: Maker, make_table: Maker, make_draw: Maker, jit: bool) -> None:
    """The same seed gives the same bits, and other bits than pictures that stay as they are."""
    network, found = Network(widths=(4,)), []
    for augment in (EVERY, EVERY, Augment()):
        made = make_trainer(network=network, shape=SHAPE, augment=augment, jit=jit, epochs=2)
        made.fit(make_table("0", shape=SHAPE), make_draw(), seed=5, label="a run")
        found.append(made.learner.arrays()["trunk/dense_0/kernel"])
    np.testing.assert_array_equal(found[0], found[1])
    assert (found[0] != found[2]).any()


def test_rehearsal_shows_the_target_what_fine_tuning_does(
    study: Question, train: pd.DataFrame, make_frame: Maker
) -> None:
    """With lambda = 0 it gives fine-tuning's bits: the source draws numbers of its own."""
    strategies = Strategies(
        fine_tune=FineTune(head_epochs=2), rehearsal=Rehearsal(weight=0, head_epochs=2)
    )
    asked = replace(
        study,
        inputs=Inputs(columns=("feature_*",), shape=(2, 2, 1)),
        training=replace(study.training, epochs=4, augment=EVERY),
        finetune=replace(study.finetune, tasks=("letter",), budgets=(10,), strategies=strategies),
        network=Network(widths=(4,), dropout=0.2),
    )
    with mock.patch.object(trunks, "compiled_by_xla", return_value=False):
        source = pretraining.pretrain(train, make_frame(30, seed=2), asked, name="s", seed=7)
        (weights,) = source.trained.models.values()
        epochs, encoder = source.epochs_by_budget, source.encoder
        done = transfer.finetune(train, weights, encoder, epochs, asked, name="s", seed=7)
    tuned, kept = (done.models[Key("letter", arm, 10)] for arm in ("fine_tune", "rehearsal"))
    for name, array in tuned.items():
        np.testing.assert_array_equal(kept[name], array, err_msg=name)
