"""Rows and labels as tensors: encoded once, shaped as asked, scaled by what is trained on."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from trunkline.settings.study import Inputs, Question
from trunkline.tasks import labels
from trunkline.training import inputs

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
