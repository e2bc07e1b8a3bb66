"""Measures before training: on the arms' own rows, by the source's own network."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy import special

from trunkline.data import encoders
from trunkline.determinism import seeds
from trunkline.metrics.transferability import h_score, leep, logme, nce, transrate
from trunkline.settings.study import Finetune, Pretrain, Question, Task
from trunkline.tasks import budgets, labels
from trunkline.training import transferability
from trunkline.training.pretraining import Pretrained
from trunkline.training.records import Trained

OF_CLASSES = ["logme", "leep", "nce", "h_score", "transrate"]
Measured = Callable[..., pd.DataFrame]


@pytest.fixture
def measured(train: pd.DataFrame, pretrained: Pretrained, study: Question) -> Measured:
    """Return what measures a study, of changed rows or none."""
    (source,) = pretrained.trained.models.values()

    def run(asked: Question = study, rows: pd.DataFrame = train) -> pd.DataFrame:
        return transferability.measure(rows, source, pretrained.encoder, asked, name="s", seed=7)

    return run


def test_every_target_budget_and_repeat_has_its_measures(measured: Measured) -> None:
    """A target of classes has five, a regression one; the order is that of the arms' runs."""
    found = measured()
    assert [*found.columns] == transferability.COLUMNS
    assert next(iter(found.itertuples(index=False, name=None)))[:4] == ("letter", 2, 0, "logme")
    for task, names in (("letter", OF_CLASSES), ("value", ["logme"])):
        rows = found[found["task"] == task][["budget", "repeat", "measure"]]
        expected = [(b, r, name) for b in (2, 10) for r in range(2) for name in names]
        assert list(rows.itertuples(index=False, name=None)) == expected


def test_what_strategies_asked_of_pretraining_is_no_weight(
    measured: Measured, train: pd.DataFrame, pretrained: Pretrained, study: Question
) -> None:
    """Where EWC or another strategy had the source measure something, the measures stay."""
    (source,) = pretrained.trained.models.values()
    more = {f"fisher/{name.removeprefix('trunk/')}": array for name, array in source.items()}
    found = transferability.measure(
        train, source | more, pretrained.encoder, study, name="s", seed=7
    )
    pd.testing.assert_frame_equal(found, measured())


def test_values_are_those_of_the_arms_rows_in_numpy(
    measured: Measured, train: pd.DataFrame, pretrained: Pretrained, study: Question
) -> None:
    """The network restated: relu of a product, then the head; over trained and held rows."""
    (source,) = pretrained.trained.models.values()
    weights = {key: array[1].astype(np.float64) for key, array in source.items()}
    x = encoders.apply(pretrained.encoder, train, pretrained.encoder.columns).astype(np.float64)
    encoded = labels.encode(train, "letter", study.tasks["letter"])
    rng = seeds.generator(7, "s", "labels", "letter", 1)
    draw = budgets.draw(
        encoded, "letter", study.tasks["letter"], budget=10, validation_share=0.2, rng=rng
    )
    rows = np.concatenate([draw.train, draw.held])
    assert rows.size == 30
    hidden = x[rows] @ weights["trunk/dense_0/kernel"] + weights["trunk/dense_0/bias"]
    hidden = np.maximum(hidden, 0)
    logits = hidden @ weights["head/target/dense/kernel"] + weights["head/target/dense/bias"]
    theta, y = special.softmax(logits, axis=1), encoded.y[rows]
    expected = {
        "logme": logme.score(hidden, y, "multiclass"),
        "leep": leep.score(theta, y),
        "nce": nce.score(theta.argmax(axis=1), y),
        "h_score": h_score.score(hidden, y),
        "transrate": transrate.score(hidden, y),
    }
    found = measured().set_index(["task", "budget", "repeat", "measure"])["value"]
    assert found["letter", 10, 1].to_dict() == pytest.approx(expected, abs=1e-4)


def test_rows_are_those_that_the_arms_spend(
    measured: Measured, transferred: Trained, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As many as trained and held together, in each run."""
    sizes = []
    monkeypatch.setattr(
        transferability, "measures", lambda known, y, task: iter([("rows", float(len(y)))])
    )
    runs = transferred.runs[transferred.runs["arm"] == "scratch"]
    sizes = measured()["value"].tolist()
    assert sizes == (runs["train_rows"] + runs["held_rows"]).tolist()


def test_rows_outside_the_budget_do_not_matter(measured: Measured, train: pd.DataFrame) -> None:
    """Rows of the source's domain may have any inputs; values have six decimals."""
    changed = train.copy()
    changed.loc[changed["domain"] == "source", "feature_0"] += 5.0
    pd.testing.assert_frame_equal(measured(), measured(rows=changed))
    values = measured()["value"]
    assert (values == values.round(6)).all()


def test_what_else_the_source_left_does_not_matter(
    train: pd.DataFrame, pretrained: Pretrained, study: Question, measured: Measured
) -> None:
    """Beside what strategies asked pretraining to measure, the values are the same."""
    (source,) = pretrained.trained.models.values()
    left = {"temperature": np.ones(2), "fisher/dense_0/bias": np.ones((2, 6))}
    found = transferability.measure(
        train, source | left, pretrained.encoder, study, name="s", seed=7
    )
    pd.testing.assert_frame_equal(found, measured())


def test_a_study_without_transfer_has_none(measured: Measured, study: Question) -> None:
    """The table is empty, with its columns."""
    found = measured(replace(study, finetune=Finetune(), pretrain=Pretrain()))
    assert found.empty
    assert [*found.columns] == transferability.COLUMNS


def test_a_source_without_classes_answers_no_question_of_them() -> None:
    """LEEP and NCE need the source's classes."""
    task = Task(kind="binary", target="y", positive=(1,))
    known = transferability.Known(np.eye(4)[:, :3], None)
    found = dict(transferability.measures(known, np.array([0, 1, 0, 1]), task))
    assert [*found] == ["logme", "h_score", "transrate"]


def test_a_regression_is_measured_in_any_unit_or_not_at_all() -> None:
    """Its labels are standardised; where they are all the same, there is nothing to measure."""
    task = Task(kind="regression", target="y")
    known = transferability.Known(np.arange(8.0).reshape(4, 2) ** 0.5, None)
    y = np.array([1.0, 2.0, 4.0, 3.0], np.float32)
    found = dict(transferability.measures(known, y, task))
    assert found == pytest.approx(dict(transferability.measures(known, 10 * y + 3, task)))
    assert dict(transferability.measures(known, y[:1], task)) == {}


def test_a_binary_source_answers_with_two_probabilities() -> None:
    """A logit z is the odds of class 1."""
    found = transferability._probabilities(np.array([[0.0], [800.0], [-1.0]]))
    np.testing.assert_allclose(found[:, 1], special.expit([0.0, 800.0, -1.0]))
    np.testing.assert_allclose(found.sum(axis=1), 1.0)
