"""The source task: learned in each repeat, and asked how long small budgets train."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from trunkline.data import encoders
from trunkline.settings.answer_strategies import CoTuning
from trunkline.settings.strategies import Strategies
from trunkline.settings.study import Finetune, Pretrain, Question
from trunkline.settings.weight_strategies import Ewc
from trunkline.training import pretraining
from trunkline.training.pretraining import Pretrained

Frames = Callable[..., pd.DataFrame]


def test_a_network_for_each_repeat(pretrained: Pretrained, train: pd.DataFrame) -> None:
    """One arm holds all repeats; each used all source rows and held the validation rows."""
    ((key, arrays),) = pretrained.trained.models.items()
    rows = int((train["domain"] == "source").sum())
    assert (key.task, key.budget) == ("source", rows)
    assert {array.shape[0] for array in arrays.values()} == {2}
    assert (arrays["trunk/dense_0/kernel"][0] != arrays["trunk/dense_0/kernel"][1]).any()
    runs = pretrained.trained.runs
    assert runs["train_rows"].tolist() == [rows] * 2
    assert runs["held_rows"].tolist() == [15] * 2


def test_small_budgets_get_their_epochs_from_the_source(pretrained: Pretrained) -> None:
    """The budget that is too small to hold rows back has a number of epochs, the other none."""
    assert list(pretrained.epochs_by_budget) == ["2"]
    assert 1 <= pretrained.epochs_by_budget["2"] <= 12


def test_the_encoder_knows_training_rows_only(pretrained: Pretrained, train: pd.DataFrame) -> None:
    """Means are those of the training rows."""
    columns = list(pretrained.encoder.columns)
    means = [entry["mean"] for entry in encoders.to_json(pretrained.encoder)["columns"]]
    np.testing.assert_allclose(means, train[columns].mean(), rtol=1e-6)


def test_the_source_repeats_bit_for_bit(
    plain: None, pretrained: Pretrained, train: pd.DataFrame, make_frame: Frames, study: Question
) -> None:
    """The same rows and seed give the same weights; the number of budgets changes none of them."""
    fewer = replace(study, finetune=replace(study.finetune, budgets=(10,)))
    again = pretraining.pretrain(train, make_frame(30, seed=2), fewer, name="s", seed=7)
    assert again.epochs_by_budget == {}
    for key, arrays in pretrained.trained.models.items():
        for name, array in arrays.items():
            np.testing.assert_array_equal(again.trained.models[key][name], array)


def test_a_study_without_transfer(train: pd.DataFrame, study: Question) -> None:
    """Without a source there is nothing to train, but an encoder all the same."""
    alone = replace(study, pretrain=Pretrain(), finetune=Finetune())
    done = pretraining.pretrain(train, train[:0], alone, name="s", seed=7)
    assert (done.trained.models, done.epochs_by_budget) == ({}, {})
    assert done.encoder.columns == ("feature_0", "feature_1", "feature_2", "feature_3")


def test_a_class_absent_from_train(
    train: pd.DataFrame, make_frame: Frames, study: Question
) -> None:
    """A class that only validation rows have cannot be learned, and is named."""
    with pytest.raises(ValueError, match="task 'source': class 'c' has no row in column 'kind'"):
        pretraining.pretrain(train[train["kind"] != "c"], make_frame(30), study, name="s", seed=7)


def test_a_budget_larger_than_the_source(
    plain: None, train: pd.DataFrame, make_frame: Frames, study: Question
) -> None:
    """Where the source itself is too small to say how long to train, it says so."""
    few = pd.concat([train[:6], train[train["domain"] == "target"]])
    wide = replace(study, finetune=replace(study.finetune, budgets=(3,)))
    with pytest.raises(
        ValueError, match="task 'source': a budget of 3 labels is larger than the 1"
    ):
        pretraining.pretrain(few, make_frame(30), wide, name="s", seed=7)


def test_what_strategies_ask_for_is_measured_and_changes_nothing(
    plain: None, pretrained: Pretrained, train: pd.DataFrame, make_frame: Frames, study: Question
) -> None:
    """EWC gets the Fisher information of each repeat, Co-Tuning a temperature; nothing changes."""
    asked = replace(study.finetune, strategies=Strategies(ewc=Ewc(), co_tuning=CoTuning()))
    done = pretraining.pretrain(
        train, make_frame(30, seed=2), replace(study, finetune=asked), name="s", seed=7
    )
    (plainly,) = pretrained.trained.models.values()
    (arrays,) = done.trained.models.values()
    measured = {"fisher/dense_0/kernel", "fisher/dense_0/bias", "temperature"}
    assert set(arrays) - set(plainly) == measured
    assert arrays["temperature"].shape == (2,)
    assert (arrays["temperature"] > 0).all()
    for name, array in plainly.items():
        np.testing.assert_array_equal(arrays[name], array)
    assert arrays["fisher/dense_0/kernel"].shape == arrays["trunk/dense_0/kernel"].shape
    assert arrays["fisher/dense_0/kernel"].dtype == np.float32
    assert (arrays["fisher/dense_0/kernel"] >= 0).all()
    assert (arrays["fisher/dense_0/kernel"][0] != arrays["fisher/dense_0/kernel"][1]).any()
