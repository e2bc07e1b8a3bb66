"""Sharing architectures in training: they learn, balance, stop nothing else, and are scored."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import get_args, get_type_hints
from unittest import mock

import numpy as np
import pandas as pd
import pytest
import tensorflow as tf

from trunkline.artifacts import models
from trunkline.networks import architectures, trunks
from trunkline.networks.architectures import ARCHITECTURES
from trunkline.networks.branches import Architecture
from trunkline.networks.sharing import cgc, soft
from trunkline.settings.balancers import Balancers
from trunkline.settings.gradient_balancers import PcGrad
from trunkline.settings.sharing import Cgc, CrossStitch, Ltb, Mmoe, Sharing, Soft
from trunkline.settings.study import Network, Question
from trunkline.tasks.budgets import Draw
from trunkline.training import architecture, evaluation, multitask
from trunkline.training.batches import Table
from trunkline.training.pretraining import Pretrained
from trunkline.training.records import Key, Trained
from trunkline.training.signals import Balancer
from trunkline.training.trainer import Trainer

Trainers, Tables, Draws = Callable[..., Trainer], Callable[..., Table], Callable[..., Draw]
JOINT = Key("all", "joint", 30)
SUM = Balancer(needs="gram", weigh=lambda state, signal: (tf.ones_like(signal.losses), state))
OF_KERNELS = Network(widths=(6,), l2=0.05)


def built(name: str) -> Architecture:
    """Return an architecture with its default options."""
    kind = get_args(get_type_hints(Sharing)[name])[0]
    return architectures.chosen(Sharing(**{name: kind()}))[name]


@pytest.mark.parametrize("name", ARCHITECTURES)
def test_it_learns(make_trainer: Trainers, make_table: Tables, make_draw: Draws, name: str) -> None:
    """The joint loss of three kinds of task falls to less than half, and all kernels move."""
    trainer = make_trainer(
        "0", "1", "2", network=Network(widths=(8, 6)), sharing=built(name), epochs=40, fresh=True
    )
    before = trainer.learner.arrays()
    fit = trainer.fit(make_table("0", "1", "2"), make_draw(24, 0), seed=3, label="it")
    assert fit.curve[-1, 0] < 0.5 * fit.curve[0, 0]
    after = trainer.learner.arrays()
    assert all((after[w] != before[w]).any() for w in before if w.endswith("kernel"))


@pytest.mark.parametrize("name", ["cross_stitch", "cgc", "dselect_k", "ltb"])
def test_a_run_repeats(
    make_trainer: Trainers, make_table: Tables, make_draw: Draws, name: str
) -> None:
    """A second run from the same seed gives the same bits, whatever ran before."""
    trainer, found = make_trainer("0", "2", sharing=built(name), fresh=True), []
    for seed in (3, 4, 3):
        trainer.learner.initialise(seed)
        trainer.fit(make_table("0", "2"), make_draw(), seed=seed, label="it")
        found.append(trainer.learner.arrays())
    for weight, array in found[0].items():
        np.testing.assert_array_equal(found[2][weight], array, err_msg=weight)
    assert (found[1]["head/0/dense/kernel"] != found[0]["head/0/dense/kernel"]).any()


def test_soft_sharing_of_mu_0_is_each_task_alone(
    make_trainer: Trainers, make_table: Tables, make_draw: Draws
) -> None:
    """In one program: the trunks and heads that each task by itself ends with."""
    draw, sharing = make_draw(24, 0), soft.build(Soft(mu=0.0))
    together = make_trainer("0", "2", network=OF_KERNELS, sharing=sharing)
    together.fit(make_table("0", "2"), draw, seed=3, label="both")
    found = together.learner.arrays()
    for number, task in enumerate(("0", "2")):
        alone = make_trainer(task, network=OF_KERNELS)
        alone.fit(make_table(task), draw, seed=3, label=task)
        for name, array in alone.learner.arrays().items():
            own = name.replace("trunk/", f"trunk/task_{number}_")
            np.testing.assert_allclose(found[own], array, rtol=1e-5, atol=1e-6, err_msg=name)


def test_soft_sharing_ties_more_as_mu_grows(
    make_trainer: Trainers, make_table: Tables, make_draw: Draws
) -> None:
    """The distance between two trunks that learned different tasks shrinks towards 0."""
    distances = []
    for mu in (0.0, 1.0, 100.0):
        trainer = make_trainer("0", "2", sharing=soft.build(Soft(mu=mu)), optimizer="sgd",
                               learning_rate=0.002, epochs=20)  # fmt: skip
        trainer.fit(make_table("0", "2"), make_draw(24, 0), seed=3, label="it")
        distances.append(float(soft.distance(trainer.learner.trunk)))
    assert distances[0] > 1.2 * distances[1] > 0
    assert distances[2] < 0.01 * distances[0]


@pytest.mark.parametrize("name", [name for name in ARCHITECTURES if name != "soft"])
def test_the_sum_of_gradients_is_equal_weights(
    make_trainer: Trainers, make_table: Tables, make_draw: Draws, name: str
) -> None:
    """A balancer of gradients that adds them up ends where no balancer does.

    So what a task does not share learns from its own loss and from lambda R(theta).
    """
    found = []
    for balancer in (None, SUM):
        trainer = make_trainer(
            "0", "2", network=Network(widths=(5, 4), l2=0.05), sharing=built(name),
            balancer=balancer, fresh=True, optimizer="sgd",
        )  # fmt: skip
        trainer.fit(make_table("0", "2"), make_draw(), seed=3, label="it")
        found.append(trainer.learner.arrays())
    for weight, array in found[0].items():
        np.testing.assert_allclose(found[1][weight], array, rtol=1e-4, atol=1e-5, err_msg=weight)


def test_gradients_need_shared_weights(make_trainer: Trainers, make_table: Tables,
                                       make_draw: Draws) -> None:  # fmt: skip
    """Soft sharing has none, and says so where settings have not."""
    trainer = make_trainer("0", "2", sharing=soft.build(Soft()), balancer=SUM, fresh=True)
    with pytest.raises(ValueError, match="needs weights that all tasks share, received none"):
        trainer.fit(make_table("0", "2"), make_draw(), seed=3, label="it")


def test_batch_normalisation_of_every_branch_is_kept(
    make_trainer: Trainers, make_table: Tables, make_draw: Draws
) -> None:
    """The moments of each expert belong to the best weights, and change while training."""
    network = Network(widths=(6,), batch_norm=True)
    trainer = make_trainer("0", "2", network=network, sharing=cgc.build(Cgc()))
    before = trainer.learner.arrays()
    trainer.fit(make_table("0", "2"), make_draw(), seed=3, label="it")
    after = trainer.learner.arrays()
    moments = [name for name in before if "moving" in name]
    assert len(moments) == 3 * 2
    assert all((after[name] != before[name]).any() for name in moments)


@pytest.fixture(scope="module")
def sharing_study(study: Question) -> Question:
    """Return the study with three architectures, one of them balanced."""
    sharing = Sharing(cross_stitch=CrossStitch(), mmoe=Mmoe(balancer="pcgrad"), ltb=Ltb())
    joint = replace(study.multitask, sharing=sharing, balancers=Balancers(pcgrad=PcGrad()))
    return replace(study, multitask=joint)


@pytest.fixture(scope="module")
def done(train: pd.DataFrame, pretrained: Pretrained, sharing_study: Question) -> Trained:
    """Return its joint part."""
    with mock.patch.object(trunks, "compiled_by_xla", return_value=False):
        return multitask.train(train, pretrained.encoder, sharing_study, name="s", seed=7)


def test_an_arm_for_each_architecture(
    done: Trained,
    shared: Trained,
    sharing_study: Question,
    make_frame: Callable[..., pd.DataFrame],
    pretrained: Pretrained,
    tmp_path: Path,
) -> None:
    """Beside hard sharing and each task alone, which keep their bits; saved, read and scored."""
    arms = ["joint", "pcgrad", "cross_stitch", "mmoe", "ltb"]
    assert [key.arm for key in done.models if key.task == "all"] == arms
    for key in shared.models:
        for name, array in shared.models[key].items():
            np.testing.assert_array_equal(done.models[key][name], array)
    sizes = done.runs.groupby("arm")["parameters"].first()
    heads = 2 * 7
    assert sizes["joint"] - heads == 30
    assert sizes["mmoe"] - heads == 4 * 30 + 2 * 4 * 4
    assert sizes["cross_stitch"] == sizes["ltb"] == 2 * 30 + 4 + heads

    told = architecture.describe(sharing_study, pretrained.encoder)
    models.write(done.models, pretrained.encoder, told, tmp_path)
    frame, scores = make_frame(45, seed=3), []
    for arrays in (done.models, models.read_all(tmp_path)):
        trained = evaluation.Trained("multitask", arrays, pretrained.encoder)
        scores.append(evaluation.score(frame, [trained], sharing_study).scores)
    order = ["task", "arm", "repeat", "metric"]
    one, other = (table.sort_values(order).reset_index(drop=True) for table in scores)
    pd.testing.assert_frame_equal(one, other, check_exact=True)
    assert set(one["arm"]) == {*arms, "alone"}
    assert set(one["task"]) == {"flag", "amount"}


def test_a_balanced_architecture_is_balanced(
    plain: None, train: pd.DataFrame, pretrained: Pretrained, sharing_study: Question, done: Trained
) -> None:
    """With equal weights the same architecture ends elsewhere."""
    joint = sharing_study.multitask
    named = replace(joint, sharing=Sharing(mmoe=Mmoe()), balancers=Balancers())
    equal = multitask.train(
        train, pretrained.encoder, replace(sharing_study, multitask=named), name="s", seed=7
    )
    key, kernel = JOINT._replace(arm="mmoe"), "trunk/expert_0_dense_0/kernel"
    assert (equal.models[key][kernel] != done.models[key][kernel]).any()


def test_architectures_are_told_with_the_weights(
    study: Question, sharing_study: Question, pretrained: Pretrained
) -> None:
    """Where none is named the description is what it was."""
    assert set(architecture.describe(study, pretrained.encoder)) == {"network", "inputs", "tasks"}
    told = architecture.describe(sharing_study, pretrained.encoder)["sharing"]
    assert told["mmoe"] == {"balancer": "pcgrad", "experts": 4}
    assert set(told) == {"cross_stitch", "mmoe", "ltb"}
