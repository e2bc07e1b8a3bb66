"""Strategies on the same rows and seeds: paired, complete, and deaf to one another."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, get_args, get_type_hints

import numpy as np
import pandas as pd
import pytest

from trunkline.settings.feature_strategies import Bss
from trunkline.settings.strategies import FineTune, LinearProbe, LpFt, Strategies
from trunkline.settings.study import Finetune, Question
from trunkline.training import pretraining, transfer
from trunkline.training.pretraining import Pretrained
from trunkline.training.records import Key, Trained

Run = Callable[[Question], Trained]
ARMS = ["scratch", "linear_probe", "fine_tune", "lp_ft"]


def narrowed(study: Question, strategies: Strategies) -> Question:
    """Return the study with other strategies."""
    return replace(study, finetune=replace(study.finetune, strategies=strategies))


def test_every_run_has_its_row(transferred: Trained) -> None:
    """Each task, budget, strategy and repeat is trained once, and is in all three records."""
    runs = transferred.runs
    keys = runs.set_index(["task", "arm", "budget", "repeat"]).index
    wanted = [
        (task, arm, budget, repeat)
        for task in ("letter", "value")
        for budget in (2, 10)
        for repeat in range(2)
        for arm in ARMS
    ]
    assert keys.to_list() == wanted
    assert transferred.models.keys() == {Key(t, a, b) for t, a, b, _ in wanted}
    curves = transferred.curves.set_index(["task", "arm", "budget"]).index
    assert set(curves) == {(t, a, b) for t, a, b, _ in wanted}
    assert runs["parameters"].tolist() == [4 * 6 + 6 + 6 * 3 + 3] * 16 + [4 * 6 + 6 + 6 + 1] * 16


def test_effort_is_counted_by_what_is_trained(transferred: Trained) -> None:
    """Scratch goes forward and twice backward; a probe trains the head, and counts less."""
    runs = transferred.runs[transferred.runs["task"] == "letter"]
    trunk, head = 4 * 6, 6 * 3
    for arm, trained, backward in (
        ("scratch", trunk + 6 + head + 3, 2 * (trunk + head)),
        ("linear_probe", head + 3, 2 * head),
    ):
        rows = runs[runs["arm"] == arm]
        assert set(rows["trained"]) == {trained}
        a_row = rows["train_rows"] * (trunk + head + backward)
        held = rows["held_rows"] * (trunk + head)
        assert rows["operations"].tolist() == (rows["epochs"] * (a_row + held)).tolist()
    tuned = runs[runs["arm"] == "fine_tune"]
    assert set(tuned["trained"]) == {trunk + 6 + head + 3}
    assert (tuned["operations"] < tuned["epochs"] * (tuned["train_rows"] + 6) * 3 * 42).all()


def test_arms_of_a_repeat_are_paired(transferred: Trained) -> None:
    """All strategies spend the same rows; held ones count in the budget."""
    runs = transferred.runs
    spent = runs.groupby(["task", "budget"])[["train_rows", "held_rows"]].agg(["min", "max"])
    assert spent.loc[("letter", 2)].tolist() == [6, 6, 0, 0]
    assert spent.loc[("letter", 10)].tolist() == [24, 24, 6, 6]
    assert spent.loc[("value", 2)].tolist() == [2, 2, 0, 0]
    assert spent.loc[("value", 10)].tolist() == [8, 8, 2, 2]


def test_small_budgets_train_as_long_as_the_source_says(
    transferred: Trained, pretrained: Pretrained
) -> None:
    """Where nothing is held, the epochs are the source's, and no validation loss is told."""
    epochs = pretrained.epochs_by_budget["2"]
    small = transferred.runs[transferred.runs["budget"] == 2]
    assert (small.loc[small["arm"] == "scratch", "epochs"] == epochs).all()
    assert (small["epochs"] <= max(2, epochs)).all()
    assert small["validation_loss"].isna().all()
    assert transferred.runs.loc[transferred.runs["budget"] == 10, "validation_loss"].notna().all()


def test_a_warm_up_has_no_validation_loss(transferred: Trained) -> None:
    """Fine-tuning's warm-up stops by no held row, so its curve has no validation loss there."""
    curves = transferred.curves
    tuned = curves[(curves["arm"] == "fine_tune") & (curves["budget"] == 10)]
    for _, curve in tuned.groupby("task"):
        assert curve["validation_loss"].isna().tolist()[:4] == [True, True, True, False]


def test_scratch_does_not_know_who_runs_beside_it(
    transfer_of: Run, transferred: Trained, study: Question
) -> None:
    """With another set of strategies, those that remain give the same bits."""
    alone = transfer_of(narrowed(study, Strategies(lp_ft=LpFt())))
    assert {key.arm for key in alone.models} == {"scratch", "lp_ft"}
    for key, arrays in alone.models.items():
        for name, array in arrays.items():
            np.testing.assert_array_equal(transferred.models[key][name], array, err_msg=str(key))


def test_the_probe_keeps_the_source(transferred: Trained, pretrained: Pretrained) -> None:
    """A linear probe's trunk is the pretrained one bit for bit, repeat by repeat."""
    (source,) = pretrained.trained.models.values()
    for budget in (2, 10):
        arrays = transferred.models[Key("letter", "linear_probe", budget)]
        for name in ("trunk/dense_0/kernel", "trunk/dense_0/bias"):
            np.testing.assert_array_equal(arrays[name], source[name])


def test_fine_tuning_begins_at_the_source(transferred: Trained, pretrained: Pretrained) -> None:
    """Fine-tuned trunks moved, but stay nearer to the source than new ones are."""
    (source,) = pretrained.trained.models.values()
    kernel = "trunk/dense_0/kernel"
    far = np.abs(transferred.models[Key("letter", "scratch", 10)][kernel] - source[kernel]).mean()
    for arm in ("fine_tune", "lp_ft"):
        moved = np.abs(transferred.models[Key("letter", arm, 10)][kernel] - source[kernel]).mean()
        assert 0 < moved < far / 2


def test_scales_are_kept_with_the_weights(transferred: Trained) -> None:
    """A regression keeps the scale of its own training labels, classes that of 0 and 1."""
    assert transferred.models[Key("letter", "scratch", 2)]["scale/target"].tolist() == [[0, 1]] * 2
    scales = transferred.models[Key("value", "scratch", 10)]["scale/target"]
    assert (abs(scales[:, 0] - 105) < 20).all()
    assert (scales[:, 1] > 1).all()


def test_strategies_are_those_that_are_named(study: Question) -> None:
    """A strategy that is not named does not run; scratch always does, and first."""
    assert list(transfer.chosen(study)) == ARMS
    few = narrowed(study, Strategies(fine_tune=FineTune(rate=0.1)))
    assert transfer.chosen(few) == {
        "scratch": Strategies().scratch,
        "fine_tune": FineTune(rate=0.1),
    }
    assert (
        list(transfer.chosen(narrowed(study, Strategies(linear_probe=LinearProbe())))) == ARMS[:2]
    )


def test_a_study_without_transfer(
    train: pd.DataFrame, pretrained: Pretrained, study: Question
) -> None:
    """Without target tasks nothing is trained, and the tables keep their columns."""
    none = replace(study, finetune=Finetune())
    done = transfer.finetune(train, {}, pretrained.encoder, {}, none, name="s", seed=7)
    assert (done.models, len(done.runs), len(done.curves)) == ({}, 0, 0)


def test_a_budget_larger_than_the_rows(transfer_of: Run, study: Question) -> None:
    """A budget that the target's rows do not give is refused by task and class."""
    wide = replace(study, finetune=replace(study.finetune, budgets=(21,)))
    with pytest.raises(
        ValueError, match="task 'letter': a budget of 21 labels is larger than the 20"
    ):
        transfer_of(wide)


@pytest.mark.slow  # compiles a network for each
def test_all_strategies_from_one_source(
    plain: None, train: pd.DataFrame, make_frame: Callable[..., pd.DataFrame], study: Question
) -> None:
    """What pretraining leaves is what each strategy needs; those of a repeat begin alike."""
    everything = Strategies(
        **{name: kind() for name, kind in STRATEGIES.items()}
        | {"bss": Bss(eta=0.1, smallest=3)}  # the smallest may well be 0 of six rectified units
    )
    asked = replace(
        study,
        network=replace(study.network, batch_norm=True),
        finetune=replace(study.finetune, tasks=("letter",), budgets=(5,), strategies=everything),
    )
    source = pretraining.pretrain(train, make_frame(30, seed=2), asked, name="s", seed=7)
    (arrays,) = source.trained.models.values()
    done = transfer.finetune(
        train, arrays, source.encoder, source.epochs_by_budget, asked, name="s", seed=7
    )
    assert {key.arm for key in done.models} == set(STRATEGIES)
    assert done.runs.groupby("arm")["train_rows"].unique().map(list).tolist() == [[12]] * len(
        STRATEGIES
    )
    left = {
        arm: b"".join(arrays[name].tobytes() for name in sorted(arrays))
        for (_, arm, _), arrays in done.models.items()
    }
    twins = [arm for arm, found in left.items() if list(left.values()).count(found) > 1]
    assert set(twins) <= {"fine_tune", "lp_ft"}  # each did something of its own
    kept = {"trunk/dense_0/kernel", "head/target/dense/kernel", "scale/target"}
    assert all(kept <= set(arrays) for arrays in done.models.values())
    assert not any("fisher" in name for arrays in done.models.values() for name in arrays)


STRATEGIES: dict[str, Any] = {
    name: next(kind for kind in (*get_args(hint), hint) if kind is not type(None))
    for name, hint in get_type_hints(Strategies).items()
}
