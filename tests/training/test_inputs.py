"""Rows and labels as tensors: encoded once, shaped as asked, scaled by what is trained on."""

import json
import logging
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import tensorflow as tf

from trunkline.data import encoders
from trunkline.settings.encoding import Numeric, Words
from trunkline.settings.inputs import Inputs
from trunkline.settings.pairing import FeatureMap
from trunkline.settings.strategies import Strategies
from trunkline.settings.study import Pretrain, Question
from trunkline.tasks import labels
from trunkline.training import architecture, evaluation, inputs, pretraining, transfer

Frames = Callable[..., pd.DataFrame]
FOUR = Inputs(columns=("feature_*",))


def test_features_are_encoded_by_the_training_rows(make_frame: Frames) -> None:
    """Test rows are scaled by mean and deviation of the training rows, not their own."""
    train, test = make_frame(60), make_frame(9, seed=2)
    x = inputs.features(test, FOUR, inputs.fit(train, FOUR)).x.numpy()
    columns = [f"feature_{n}" for n in range(4)]
    expected = (test[columns] - train[columns].mean()) / train[columns].std(ddof=0)
    np.testing.assert_allclose(x, expected, rtol=1e-5, atol=1e-6)


def test_features_take_the_shape_asked_for(make_frame: Frames) -> None:
    """Four columns fill a picture of 2 x 2 x 1 row by row."""
    frame, shaped = make_frame(9), Inputs(columns=("feature_*",), shape=(2, 2, 1))
    encoder = inputs.fit(frame, shaped)
    flat, picture = (inputs.features(frame, i, encoder) for i in (FOUR, shaped))
    assert (flat.shape, picture.shape) == ((4,), (2, 2, 1))
    np.testing.assert_array_equal(picture.x[:, 1, 0, 0], flat.x[:, 2])


def test_a_shape_that_columns_do_not_fill(make_frame: Frames) -> None:
    """Columns that do not fill the shape are refused, with both counts."""
    frame, wrong = make_frame(9), Inputs(columns=("feature_*",), shape=(2, 3, 1))
    message = r"inputs.shape \[2, 3, 1\] holds 6 values, inputs.columns give 4: make them agree"
    with pytest.raises(ValueError, match=message):
        inputs.features(frame, wrong, inputs.fit(frame, wrong))


def test_scale_is_of_the_rows_trained_on(make_frame: Frames, study: Question) -> None:
    """A regression's mean and deviation come from the given rows; classes are not scaled."""
    frame, rows = make_frame(30), np.array([1, 4, 9])
    task = study.tasks["amount"]
    found = inputs.scale(task, labels.encode(frame, "amount", task), rows)
    values = frame["amount"].to_numpy(np.float32)[rows].astype(np.float64)
    assert (found.mean, found.deviation) == (values.mean(), values.std())
    flag = study.tasks["flag"]
    assert inputs.scale(flag, labels.encode(frame, "flag", flag), rows) == inputs.Scale(0.0, 1.0)


def test_scale_of_one_row_is_one(make_frame: Frames, study: Question) -> None:
    """A single label has no deviation, and is not divided by 0."""
    frame, task = make_frame(30), study.tasks["amount"]
    assert inputs.scale(task, labels.encode(frame, "amount", task), np.array([3])).deviation == 1


def test_tables_hold_no_label_of_unknown_rows(make_frame: Frames, study: Question) -> None:
    """Unknown rows have label 0 and weight 0, known ones the scaled label and weight 1."""
    frame, names = make_frame(30), ("value", "flag")
    tasks = [study.tasks[name] for name in names]
    encoded = [labels.encode(frame, n, t) for n, t in zip(names, tasks, strict=True)]
    features = inputs.features(frame, FOUR, inputs.fit(frame, FOUR))
    scales = [inputs.Scale(100.0, 10.0), inputs.Scale()]
    table = inputs.table(features, encoded, scales, [0.5, 2.0])
    known = (frame["domain"] == "target").to_numpy()
    np.testing.assert_array_equal(table.weight, [known, np.ones(30)])
    expected = np.where(known, (frame["amount"] - 100) / 10, 0)
    np.testing.assert_allclose(table.y[0], expected, rtol=1e-4, atol=1e-5)
    np.testing.assert_array_equal(table.y[1], frame["flag"])
    assert table.task_weight.numpy().tolist() == [0.5, 2.0]


def test_a_head_has_the_outputs_of_its_task(study: Question) -> None:
    """Three classes have three outputs, two classes and values one."""
    found = {name: tuple(inputs.output(task)) for name, task in study.tasks.items()}
    assert found["letter"] == ("multiclass", 3)
    assert found["flag"] == ("binary", 1)
    assert found["amount"] == ("regression", 1)
    assert inputs.output(replace(study.tasks["letter"], classes=("a", "b"))).units == 2


def test_rows_no_one_asks_for_may_lack_values(make_frame: Frames) -> None:
    """A missing value stops only where its row is asked for; the others keep their bits."""
    frame = make_frame(9)
    whole, asked = inputs.features(frame, FOUR, inputs.fit(frame, FOUR)), np.arange(9) != 4
    gap = frame.copy()
    gap.loc[4, "feature_1"] = np.nan
    found = inputs.features(gap, FOUR, whole.encoder, asked)
    np.testing.assert_array_equal(found.x.numpy()[asked], whole.x.numpy()[asked])
    assert np.isfinite(found.x.numpy()).all()
    with pytest.raises(ValueError, match="column 'feature_1' has 1 values that are NaN"):
        inputs.features(gap, FOUR, whole.encoder, ~asked)


TYPED = Inputs(
    columns=("feature_*", "kind", "blurb", "day"),
    encode={
        "blurb": Words(kind="words", size=8),
        "feature_3": Numeric(kind="numeric", missing="mean"),
    },
)


def typed(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the rows with text and a date beside the numbers."""
    days = pd.Timestamp("2024-01-01") + pd.to_timedelta(np.arange(len(frame)), unit="D")
    return frame.assign(blurb=frame["kind"] + " of a kind", day=days)


def test_columns_of_any_type_become_one_row(make_frame: Frames) -> None:
    """Text, dates and numbers are one float32 matrix as wide as its names."""
    frame = typed(make_frame(12))
    found = inputs.features(frame, TYPED, inputs.fit(frame, TYPED))
    assert found.x.dtype == tf.float32
    assert tuple(found.x.shape) == (12, *found.shape) == (12, len(found.encoder.names))


def test_test_rows_never_change_the_fit(make_frame: Frames) -> None:
    """What other rows hold, new categories and words among them, leaves training rows alone."""
    train, others = typed(make_frame(12)), typed(make_frame(6, seed=2)).assign(kind="new")
    encoder = inputs.fit(train, TYPED)
    alone = inputs.features(train, TYPED, encoder).x.numpy()
    both = pd.concat([train, others], ignore_index=True)
    beside = inputs.features(both, TYPED, encoder).x.numpy()
    np.testing.assert_array_equal(beside[:12], alone)
    unknown = encoder.names.index("kind is none of these")
    assert beside[12:, unknown].tolist() == [1] * 6
    assert not alone[:, unknown].any()


def test_rows_no_one_asks_for_may_lack_a_date(make_frame: Frames) -> None:
    """Columns of every kind are filled in where their row is not read."""
    frame = typed(make_frame(9))
    encoder, asked = inputs.fit(frame, TYPED), np.arange(9) != 4
    gap = frame.copy()
    gap.loc[4, ["feature_1", "kind", "blurb", "day"]] = None
    found = inputs.features(gap, TYPED, encoder, asked).x.numpy()
    whole = inputs.features(frame, TYPED, encoder).x.numpy()
    np.testing.assert_array_equal(found[asked], whole[asked])
    assert np.isfinite(found).all()
    with pytest.raises(ValueError, match="column 'feature_1' has 1 values that are NaN"):
        inputs.features(gap, TYPED, encoder)


def test_what_never_changes_is_told(make_frame: Frames, caplog: pytest.LogCaptureFixture) -> None:
    """A constant feature stops nothing, and a line names it."""
    with caplog.at_level(logging.INFO, logger="trunkline.training.inputs"):
        inputs.fit(make_frame(9), FOUR)
        assert not caplog.messages
        inputs.fit(make_frame(9).assign(feature_2=7), FOUR)
    (line,) = caplog.messages
    assert line.startswith(
        "inputs: 1 of 4 columns have one value in all 9 training rows (feature_2)"
    )


def test_a_study_of_typed_columns_trains_and_is_scored(make_frame: Frames, study: Question) -> None:
    """Source, target and joint networks read the encoded row; other inputs of a source as well."""
    small = replace(
        study,
        inputs=TYPED,
        training=replace(study.training, epochs=2),
        finetune=replace(study.finetune, tasks=("value",), budgets=(10,)),
    )
    frame = typed(make_frame(120))
    pretrained = pretraining.pretrain(frame, typed(make_frame(30, 3)), small, name="s", seed=7)
    (weights,) = pretrained.trained.models.values()
    assert weights["trunk/dense_0/kernel"].shape[1] == len(pretrained.encoder.names)
    done = transfer.finetune(frame, weights, pretrained.encoder, {}, small, name="s", seed=7)
    again = encoders.from_json(json.loads(json.dumps(encoders.to_json(pretrained.encoder))))
    test = typed(make_frame(40, 4)).assign(blurb="words no one knows")
    one, two = (
        evaluation.score(test, [evaluation.Trained("transfer", done.models, encoder)], small)
        for encoder in (pretrained.encoder, again)
    )
    assert len(one.scores)
    pd.testing.assert_frame_equal(one.scores, two.scores)


def test_a_source_of_text_teaches_a_target_of_numbers(make_frame: Frames, study: Question) -> None:
    """Source and target read columns of different types, each by an encoder of its own rows."""
    chosen = Strategies(feature_map=FeatureMap(source_epochs=1))
    both = replace(
        study,
        inputs=Inputs(columns=("feature_*", "day")),
        training=replace(study.training, epochs=2),
        pretrain=Pretrain(task="source", inputs=replace(TYPED, columns=("feature_3", "blurb"))),
        finetune=replace(study.finetune, tasks=("value",), budgets=(10,), strategies=chosen),
    )
    frame = typed(make_frame(120))
    pretrained = pretraining.pretrain(frame, typed(make_frame(30, 3)), both, name="s", seed=7)
    (weights,) = pretrained.trained.models.values()
    encoder = transfer.target_encoder(frame, both, pretrained.encoder)
    assert encoder.columns != pretrained.encoder.columns
    done = transfer.finetune(frame, weights, encoder, {}, both, name="s", seed=7)
    assert {key.arm for key in done.models} == {"scratch", "feature_map"}
    test = typed(make_frame(40, 4))
    scored = evaluation.score(test, [evaluation.Trained("transfer", done.models, encoder)], both)
    assert scored.scores["value"].notna().all()


def test_how_columns_are_encoded_is_told_where_it_is_stated(study: Question) -> None:
    """With the networks lies what `inputs` says; of columns and scale alone not a byte more."""
    encoder = encoders.fit("none", pd.DataFrame({"row_id": ["a"], "x": [1.0]}), ["x"])
    assert architecture.describe(study, encoder)["inputs"] == {
        "columns": ("feature_*",), "scale": "standard", "shape": (),
    }  # fmt: skip
    told = architecture.describe(replace(study, inputs=TYPED), encoder)["inputs"]["encode"]
    assert told["blurb"]["kind"] == "words"
