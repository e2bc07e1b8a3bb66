"""Joint training and each task alone: the same rows, the same start, all runs told."""

from collections.abc import Callable
from dataclasses import replace
from unittest import mock

import numpy as np
import pandas as pd
import pytest

from trunkline.settings.balancers import Balancers
from trunkline.settings.gradient_balancers import PcGrad
from trunkline.settings.loss_balancers import Dwa, Famo
from trunkline.settings.study import Multitask, Question, Task
from trunkline.training import evaluation, multitask
from trunkline.training.pretraining import Pretrained
from trunkline.training.records import Key, Trained

Frames = Callable[..., pd.DataFrame]
JOINT, FLAG, AMOUNT = Key("all", "joint", 30), Key("flag", "alone", 30), Key("amount", "alone", 30)


def train_(study: Question, frame: pd.DataFrame, encoder: object, **joint: object) -> Trained:
    """Return the joint part of a study, changed."""
    changed = replace(study, multitask=replace(study.multitask, **joint))  # type: ignore[arg-type]  # by name
    return multitask.train(frame, encoder, changed, name="s", seed=7)  # type: ignore[arg-type]  # an encoder


def test_every_run_has_its_row(shared: Trained) -> None:
    """Each repeat trains one joint network and each task alone, on 24 rows with 6 held."""
    runs = shared.runs
    wanted = [(*key, repeat) for repeat in range(2) for key in (JOINT, FLAG, AMOUNT)]
    assert [tuple(row) for row in runs[["task", "arm", "budget", "repeat"]].to_numpy()] == wanted
    assert (runs["train_rows"] == 24).all()
    assert (runs["held_rows"] == 6).all()
    assert shared.models.keys() == {JOINT, FLAG, AMOUNT}
    trunk = 4 * 6 + 6
    assert runs["parameters"].tolist() == [trunk + 14, trunk + 7, trunk + 7] * 2


def test_one_trunk_for_all_heads(shared: Trained) -> None:
    """The joint network has one trunk, and a head and a scale for each task."""
    names = set(shared.models[JOINT])
    dense = {
        f"{part}/{name}"
        for part in ("trunk/dense_0", "head/0/dense", "head/1/dense")
        for name in ("kernel", "bias")
    }
    assert names == dense | {"scale/0", "scale/1"}


def test_what_a_later_repeat_lacks_costs_no_training(
    train: pd.DataFrame, pretrained: Pretrained, study: Question
) -> None:
    """The rows of all repeats are drawn before a network is trained: the last has no such label."""
    seen = multitask.Shared(train, pretrained.encoder, study, "s", 7)
    first, last = (set(seen.draw(repeat).draw.train) for repeat in range(study.repeats))
    only = min(first - last)  # the one row with a label of its class
    rare = train.assign(flag=0).reset_index(drop=True)
    rare.loc[only, "flag"] = 1
    with (
        mock.patch.object(multitask.Shared, "fit", side_effect=AssertionError("it trains already")),
        pytest.raises(ValueError, match="of class 'yes' among the 24 training rows that repeat 1"),
    ):
        multitask.train(rare, pretrained.encoder, study, name="s", seed=7)


def test_joint_training_of_one_task_is_that_task(
    plain: None, train: pd.DataFrame, pretrained: Pretrained, study: Question
) -> None:
    """Bit for bit, whatever weight the task has."""
    tasks = study.tasks | {"flag": replace(study.tasks["flag"], weight=3.0)}
    done = train_(replace(study, tasks=tasks), train, pretrained.encoder, tasks=("flag",))
    for name, array in done.models[FLAG].items():
        np.testing.assert_array_equal(done.models[JOINT][name], array)


def test_a_task_alone_does_not_know_the_others(
    plain: None, train: pd.DataFrame, pretrained: Pretrained, shared: Trained, study: Question
) -> None:
    """Beside another task it gives the same bits, as long as the rows are the same."""
    done = train_(study, train, pretrained.encoder, tasks=("flag",))
    for name, array in shared.models[FLAG].items():
        np.testing.assert_array_equal(done.models[FLAG][name], array)


def test_a_task_of_weight_0_leaves_no_trace(
    plain: None, train: pd.DataFrame, pretrained: Pretrained, shared: Trained, study: Question
) -> None:
    """With the second task's weight at 0 the joint trunk is that of the first alone."""
    tasks = study.tasks | {"amount": replace(study.tasks["amount"], weight=0.0)}
    done = train_(replace(study, tasks=tasks), train, pretrained.encoder)
    for name in ("trunk/dense_0/kernel", "head/0/dense/kernel"):
        np.testing.assert_allclose(done.models[JOINT][name], shared.models[FLAG][name], atol=1e-5)


def test_other_labels_of_one_task_leave_the_other_alone(
    plain: None, train: pd.DataFrame, pretrained: Pretrained, shared: Trained, study: Question
) -> None:
    """Permuting one task's labels changes it and the joint network, not the other task alone."""
    permuted = train.assign(amount=train["amount"].to_numpy()[::-1])
    done = train_(study, permuted, pretrained.encoder)
    for name, array in shared.models[FLAG].items():
        np.testing.assert_array_equal(done.models[FLAG][name], array)
    kernel = "trunk/dense_0/kernel"
    assert (done.models[AMOUNT][kernel] != shared.models[AMOUNT][kernel]).any()
    assert (done.models[JOINT][kernel] != shared.models[JOINT][kernel]).any()


def test_a_study_without_joint_tasks(
    train: pd.DataFrame, pretrained: Pretrained, study: Question
) -> None:
    """Without tasks nothing is trained, and the tables keep their columns."""
    none = replace(study, multitask=Multitask())
    done = multitask.train(train, pretrained.encoder, none, name="s", seed=7)
    assert (done.models, len(done.runs), len(done.curves)) == ({}, 0, 0)


def test_more_rows_than_there_are(
    train: pd.DataFrame, pretrained: Pretrained, study: Question
) -> None:
    """More rows than have a label are refused."""
    with pytest.raises(ValueError, match=r"multitask\.rows: 121 rows are more than the 120"):
        train_(study, train, pretrained.encoder, rows=121)


def test_a_task_without_a_drawn_label(
    train: pd.DataFrame, pretrained: Pretrained, study: Question
) -> None:
    """A task none of whose labelled rows is drawn is named, not left untrained in silence."""
    rare = Task(kind="binary", target="flag", positive=(1,), where={"row_id": ("1-0", "1-1")})
    changed = replace(study, tasks=study.tasks | {"rare": rare})
    message = r"task 'rare' has no label among the 3 training rows that repeat 0 draws: raise"
    with pytest.raises(ValueError, match=message):
        train_(changed, train, pretrained.encoder, tasks=("flag", "rare"), rows=3)


def test_an_arm_for_each_balancer(
    plain: None, train: pd.DataFrame, pretrained: Pretrained, shared: Trained, study: Question
) -> None:
    """Beside equal weights and each task alone, on the same rows and from the same start."""
    chosen = Balancers(pcgrad=PcGrad(), dwa=Dwa())
    done = train_(study, train, pretrained.encoder, balancers=chosen)
    pcgrad, dwa = JOINT._replace(arm="pcgrad"), JOINT._replace(arm="dwa")
    assert list(done.models) == [JOINT, dwa, pcgrad, FLAG, AMOUNT]
    for key in (JOINT, FLAG, AMOUNT):
        for name, array in shared.models[key].items():
            np.testing.assert_array_equal(done.models[key][name], array)
    kernel = "trunk/dense_0/kernel"
    assert (done.models[pcgrad][kernel] != done.models[JOINT][kernel]).any()
    rows = done.runs.groupby("arm")["train_rows"].unique()
    assert set(rows.index) == {"joint", "dwa", "pcgrad", "alone"}
    assert all(list(values) == [24] for values in rows)
    trunk, heads = 4 * 6, 6 * 2  # multiply-adds of a row; a gradient for each of two tasks
    for arm, passes in (("joint", 1), ("dwa", 1), ("pcgrad", 2)):
        run = done.runs[done.runs["arm"] == arm].iloc[0]
        forward, backward = trunk + heads, 2 * heads + 2 * passes * trunk
        assert run["operations"] == run["epochs"] * (24 * (forward + backward) + 6 * forward)


def test_balanced_networks_are_scored(
    plain: None, train: pd.DataFrame, pretrained: Pretrained, study: Question
) -> None:
    """Each head of a balanced network is scored on the rows of its own task."""
    done = train_(study, train, pretrained.encoder, balancers=Balancers(famo=Famo()))
    trained = evaluation.Trained("multitask", done.models, pretrained.encoder)
    scored = evaluation.score(train, [trained], study).scores
    arms = scored.groupby("task")["arm"].unique()
    assert {task: set(found) for task, found in arms.items()} == {
        "flag": {"joint", "famo", "alone"},
        "amount": {"joint", "famo", "alone"},
    }


def test_a_diverged_task_is_named(
    plain: None, train: pd.DataFrame, pretrained: Pretrained, study: Question
) -> None:
    """A loss that becomes infinite is told with arm, repeat, epoch, step and task."""
    wild = train.assign(amount=np.where(np.arange(len(train)) < 100, train["amount"], 1e30))
    changed = replace(study, training=replace(study.training, learning_rate=1e25, optimizer="sgd"))
    message = (
        r"s joint all, repeat 0: the loss is not finite after epoch \d+: lower training.*; the "
        r"first such loss is that of task '(flag|amount)' at step \d+ of epoch \d+"
    )
    with pytest.raises(ValueError, match=message):
        train_(changed, wild, pretrained.encoder)


def test_what_balancers_tell(
    plain: None, train: pd.DataFrame, pretrained: Pretrained, shared: Trained, study: Question
) -> None:
    """Weights and conflicts of the arms that have them; equal weights alone tell nothing."""
    assert shared.further == {}
    done = train_(study, train, pretrained.encoder, balancers=Balancers(dwa=Dwa(), pcgrad=PcGrad()))
    assert set(done.further) == {"weights", "conflicts"}
    tables = {name: pd.DataFrame(table) for name, table in done.further.items()}
    assert set(tables["weights"]["arm"]) == {"dwa", "pcgrad"}
    assert set(tables["conflicts"]["arm"]) == {"pcgrad"}
    for name, array in shared.models[JOINT].items():
        np.testing.assert_array_equal(done.models[JOINT][name], array)


def test_affinity_is_measured_on_request(
    plain: None, train: pd.DataFrame, pretrained: Pretrained, shared: Trained, study: Question
) -> None:
    """A matrix for each repeat and groups; the networks are those without, up to rounding."""
    done = train_(study, train, pretrained.encoder, affinity=True)
    table = pd.DataFrame(done.further["affinity"])
    assert table["repeat"].value_counts().tolist() == [4, 4]
    assert np.isfinite(table["affinity"]).all()
    assert done.further["groups"] in ([["flag", "amount"]], [["flag"], ["amount"]])
    for name, array in shared.models[JOINT].items():
        np.testing.assert_allclose(done.models[JOINT][name], array, atol=1e-4, err_msg=name)
