"""Target rows without labels: what each method adds, restated; and what it gains."""

from collections.abc import Callable
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import tensorflow as tf

from trunkline.metrics import summaries
from trunkline.settings.adapting import Adapt, Cdan, Coral, Dan, Dann, Mcc, Methods
from trunkline.settings.judging import Evaluate
from trunkline.settings.study import (
    Finetune,
    Inputs,
    Network,
    Pretrain,
    Question,
    Task,
    Training,
)
from trunkline.training import adaptation, evaluation, inputs
from trunkline.training.adapting import cdan, coral, dan, mcc, setting
from trunkline.training.adapting.setting import Seen, Term

N, WIDTH, CLASSES = 6, 3, 4


def seen(seed: int = 1, units: int = CLASSES) -> Seen:
    """Return a batch of 6 source rows and 6 of a target that is shifted and stretched."""
    rng = np.random.Generator(np.random.PCG64(seed))
    hidden = rng.normal(size=(2 * N, WIDTH))
    hidden[N:] = 2 * hidden[N:] + 1
    logits = rng.normal(size=(2 * N, units))
    return Seen(*(tf.constant(v, tf.float32) for v in (hidden, logits, 0.5)))


def terms(kind: str = "multiclass", units: int = CLASSES) -> dict[str, Term]:
    """Return every method's term with its default options."""
    options = {
        "source_only": Methods().source_only,
        "coral": Coral(),
        "dan": Dan(),
        "dann": Dann(width=5),
        "cdan": Cdan(width=5),
        "mcc": Mcc(),
    }
    return {
        name: adaptation.METHODS[name].term(options[name], kind=kind, width=WIDTH, units=units)
        for name in adaptation.METHODS
    }


def softmax(logits: np.ndarray) -> np.ndarray:
    """Return shares of classes, [rows, classes]."""
    found: np.ndarray = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    return found


def test_every_choice_is_a_method() -> None:
    """The methods a user may name are those that run, each in a file of its name."""
    assert list(adaptation.METHODS) == [field.name for field in fields(Methods)]
    files = {path.stem for path in Path("trunkline/training/adapting").glob("[!_]*.py")}
    assert files - {"setting"} == set(adaptation.METHODS)
    for name, method in adaptation.METHODS.items():
        assert name == "source_only" or "References:" in str(method.term.__doc__)


def test_coral_restated() -> None:
    """It is the squared difference of NumPy's covariances over 4 d^2."""
    source, target = np.split(seen().hidden.numpy().astype(np.float64), 2)
    difference = np.cov(source.T) - np.cov(target.T)
    expected = (difference**2).sum() / (4 * WIDTH**2)
    np.testing.assert_allclose(terms()["coral"].value(seen()), expected, rtol=1e-5)


def test_coral_by_hand() -> None:
    """Variances 2 and 8 of one unit: (2 - 8)^2 / 4 = 9; equal covariances cost nothing."""
    hidden = tf.constant([[-1.0], [1.0], [-2.0], [2.0]])
    term = coral.term(Coral(weight=1), kind="binary", width=1, units=1)
    assert float(term.value(Seen(hidden, hidden, tf.constant(1.0)))) == 9.0
    shifted = tf.constant([[-1.0], [1.0], [4.0], [6.0]])
    assert float(term.value(Seen(shifted, shifted, tf.constant(1.0)))) == 0.0


@pytest.mark.parametrize("estimate", ["biased", "unbiased"])
def test_dan_restated(estimate: Any) -> None:
    """It is MMD^2 with a sum of Gaussian kernels, by loops over pairs of rows."""
    rows = seen().hidden.numpy().astype(np.float64)
    distance = ((rows[:, None] - rows) ** 2).sum(axis=2)
    mean = distance[~np.eye(2 * N, dtype=bool)].mean()
    kernel = sum(np.exp(-distance / (2 * share * mean)) for share in (0.125, 0.25, 0.5, 1, 2))
    off = ~np.eye(N, dtype=bool) if estimate == "unbiased" else np.ones((N, N), bool)
    expected = kernel[:N, :N][off].mean() + kernel[N:, N:][off].mean() - 2 * kernel[:N, N:].mean()
    found = dan.discrepancy(*setting.halves(seen().hidden), Dan(estimate=estimate))
    np.testing.assert_allclose(found, expected, rtol=1e-4)


def test_dan_by_hand() -> None:
    """Rows 0 and 0 against 1 and 1: the mean distance is 4 / 6, so MMD^2 = 2 - 2 exp(-3 / 4)."""
    source, target = tf.constant([[0.0], [0.0]]), tf.constant([[1.0], [1.0]])
    found = dan.discrepancy(source, target, Dan(kernels=(1.0,), estimate="biased"))
    np.testing.assert_allclose(found, 2 - 2 * np.exp(-0.75), rtol=1e-5)


@pytest.mark.parametrize("seed", range(5))
def test_mmd_of_equal_samples(seed: int) -> None:
    """The biased MMD is never below 0, and 0 for the same rows in another order."""
    rng = np.random.Generator(np.random.PCG64(seed))
    one, two = (tf.constant(rng.normal(size=(N, WIDTH)), tf.float32) for _ in range(2))
    biased = Dan(estimate="biased")
    assert float(dan.discrepancy(one, two, biased)) > 0
    assert abs(float(dan.discrepancy(one, tf.reverse(one, [0]), biased))) < 1e-5
    draws = [rng.normal(size=(2, 40, WIDTH)).astype(np.float32) for _ in range(20)]
    unbiased = [float(dan.discrepancy(*map(tf.constant, draw), Dan())) for draw in draws]
    assert abs(np.mean(unbiased)) < 0.05


def test_mmd_of_rows_that_are_all_the_same() -> None:
    """Where every distance is 0 the value and its gradient are 0, and no number is lost."""
    rows = tf.ones((2 * N, WIDTH))
    with tf.GradientTape() as tape:
        tape.watch(rows)
        value = dan.discrepancy(*setting.halves(rows), Dan(estimate="biased"))
    assert float(value) == 0.0
    assert np.isfinite(tape.gradient(value, rows).numpy()).all()


def test_mcc_restated() -> None:
    """It is Jin et al.'s confusion of the target's rows, in NumPy; the source takes no part."""
    shares = softmax(seen().logits.numpy()[N:].astype(np.float64) / 2.5)
    weight = 1 + np.exp((shares * np.log(shares)).sum(axis=1))
    matrix = shares.T @ np.diag(N * weight / weight.sum()) @ shares
    matrix /= matrix.sum(axis=1, keepdims=True)
    expected = (matrix.sum() - np.trace(matrix)) / CLASSES
    np.testing.assert_allclose(terms()["mcc"].value(seen()), expected, rtol=1e-5)
    other = seen()._replace(logits=tf.concat([seen(2).logits[:N], seen().logits[N:]], axis=0))
    np.testing.assert_allclose(terms()["mcc"].value(other), expected, rtol=1e-5)


def test_mcc_by_hand() -> None:
    """Sure and balanced answers are not confused; answers of 1/2 are, by half."""
    assert float(mcc.confusion(tf.eye(2))) == 0.0
    assert float(mcc.confusion(tf.fill((2, 2), 0.5))) == 0.5


def test_a_binary_head_has_two_classes() -> None:
    """One logit z is the softmax of 0 and z."""
    z = np.array([[0.0], [1.5]])
    found = setting.probabilities(tf.constant(z, tf.float32), "binary")
    np.testing.assert_allclose(found, softmax(np.hstack([0 * z, z])), rtol=1e-6)


def test_a_reversed_gradient() -> None:
    """The values stay; the gradient comes back times minus the strength."""
    x = tf.constant([1.0, -2.0])
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = setting.reversed_gradient(x, tf.constant(0.25))
        value = tf.reduce_sum(y * tf.constant([3.0, 4.0]))
    assert y.numpy().tolist() == [1.0, -2.0]
    assert tape.gradient(value, x).numpy().tolist() == [-0.75, -1.0]


@pytest.mark.parametrize("name", ["dann", "cdan"])
def test_adversaries_restated(name: str) -> None:
    """The loss is the discriminator's cross-entropy in NumPy; only what reaches h is reversed."""
    term, given = terms()[name], seen()
    (judge,) = term.parts.values()
    rng = np.random.Generator(np.random.PCG64(3))
    judge.set_weights([rng.normal(size=v.shape).astype(np.float32) for v in judge.weights])
    shares = softmax(given.logits.numpy().astype(np.float64))
    rows, weight = given.hidden.numpy(), np.ones(2 * N)
    if name == "cdan":
        rows = (shares[:, :, None] * rows[:, None, :]).reshape(2 * N, -1)
        sure = 1 + np.exp((shares * np.log(shares)).sum(axis=1))
        weight = np.concatenate([half / half.mean() for half in np.split(sure, 2)])
    w1, b1, w2, b2 = judge.get_weights()
    logits = (np.maximum(rows @ w1 + b1, 0) @ w2 + b2)[:, 0]
    signed = np.where(np.arange(2 * N) < N, -logits, logits)
    expected = np.mean(weight * np.log1p(np.exp(signed)))
    with tf.GradientTape(persistent=True) as tape:
        tape.watch([given.hidden, given.logits])
        value = term.value(given)
        plain = term.value(given._replace(strength=tf.constant(-1.0)))  # reversed twice
    np.testing.assert_allclose(value, expected, rtol=1e-4)
    np.testing.assert_allclose(
        tape.gradient(value, given.hidden), -0.5 * tape.gradient(plain, given.hidden), rtol=1e-5
    )
    for ours, theirs in zip(
        tape.gradient(value, judge.trainable_weights),
        tape.gradient(plain, judge.trainable_weights),
        strict=True,
    ):
        np.testing.assert_array_equal(ours, theirs)
    assert tape.gradient(value, given.logits) is None


def test_sure_rows_count_more() -> None:
    """Weights have mean 1 in each domain, and rise with certainty."""
    shares = tf.constant([[0.5, 0.5], [0.9, 0.1], [1.0, 0.0], [1.0, 0.0]])
    weight = cdan.certainty(shares).numpy()
    np.testing.assert_allclose([weight[:2].mean(), weight[2:].mean()], 1, rtol=1e-6)
    assert weight[1] > weight[0]


def test_the_strength_rises() -> None:
    """It is 0 at the start, tanh(5 p) in between, and nearly 1 at the end."""
    share = np.array([0.0, 0.3, 1.0])
    np.testing.assert_allclose(adaptation.rise(share), np.tanh(5 * share), rtol=1e-5)


def domains(rows: int, seed: int) -> pd.DataFrame:
    """Return rows of a source, and of a target whose features are shifted and stretched."""
    rng = np.random.Generator(np.random.PCG64(seed))
    y = np.arange(rows) // 2 % 2
    x = rng.normal(size=(rows, 6)) * 0.7
    x[:, 0] += 2.0 * y - 1
    x[:, 1] += 2.0 * y - 1
    target = np.arange(rows) % 2 == 1
    x[target] = x[target] * [1.0, 1.0, 1.5, 1.0, 1.0, 1.0] + [1.8, 0.6, 0.5, 0.0, -0.5, 0.0]
    frame = pd.DataFrame(x, columns=[f"feature_{n}" for n in range(6)])
    names = {"row_id": [f"{seed}-{n}" for n in range(rows)], "y": y}
    return frame.assign(**names, domain=np.where(target, "target", "source"))


def question(**methods: Any) -> Question:
    """Return a study that adapts from the one domain to the other."""
    of = {part: Task(kind="binary", target="y", positive=(1,), where={"domain": (part,)})
          for part in ("source", "target")}  # fmt: skip
    return Question(
        inputs=Inputs(columns=("feature_*",), scale="none"), tasks=of, repeats=3,
        network=Network(widths=(16,)), training=Training(learning_rate=0.01),
        pretrain=Pretrain(task="source"),
        finetune=Finetune(adapt=Adapt(tasks=("target",), epochs=15, methods=Methods(**methods))),
        evaluate=Evaluate(resamples=199),
    )  # fmt: skip


def test_adapting_beats_the_source_alone(plain: None) -> None:
    """On a shifted target each method is better than the source alone, without one label of it."""
    study = question(coral=Coral(), dan=Dan(), dann=Dann(), cdan=Cdan(), mcc=Mcc())
    train, test = domains(800, 1), domains(2000, 2)
    train.loc[train["domain"] == "target", "y"] = -7  # labels that say nothing
    encoder = inputs.fit(train, study.inputs)
    done = adaptation.adapt(train, encoder, study, name="p", seed=1)
    assert {(key.task, key.budget) for key in done.models} == {("target", 0)}
    judged = evaluation.Trained("transfer", done.models, encoder)
    scores = evaluation.score(test, [judged], study).scores
    compared = summaries.compare(scores, study, seed=1)
    assert {(row["part"], row["baseline"]) for row in compared} == {("adapt", "source_only")}
    gains = {row["arm"]: round(row["difference"], 3) for row in compared}
    assert all(gain > 0.02 for gain in gains.values()), gains


def test_a_study_without_adaptation(train: pd.DataFrame, study: Question) -> None:
    """Where no task is named nothing is trained."""
    done = adaptation.adapt(train, inputs.fit(train, study.inputs), study, name="s", seed=7)
    assert (done.models, len(done.runs)) == ({}, 0)


def test_a_target_without_rows() -> None:
    """A target whose `where` finds no row is named."""
    study = question()
    tasks = study.tasks | {"target": replace(study.tasks["target"], where={"domain": ("mars",)})}
    train = domains(40, 1)
    with pytest.raises(ValueError, match="task 'target' has no training row to adapt to"):
        adaptation.adapt(
            train, inputs.fit(train, study.inputs), replace(study, tasks=tasks), name="p", seed=1
        )


def test_arms_do_not_know_each_other(plain: None) -> None:
    """`source_only` gives the same bits beside another method; labels of the target say nothing."""
    train = domains(80, 1)
    encoder = inputs.fit(train, question().inputs)
    run: Callable[[Question], Any] = lambda study: adaptation.adapt(  # noqa: E731
        train, encoder, replace(study, repeats=2), name="p", seed=1
    )
    key, other = (adaptation.Key("target", name, 0) for name in ("source_only", "mcc"))
    done = run(question(mcc=Mcc())).models
    alone, beside = run(question()).models[key], done[key]
    train.loc[train["domain"] == "target", "y"] = -7  # labels that say nothing
    blind = run(question(mcc=Mcc())).models
    for name, array in alone.items():
        np.testing.assert_array_equal(beside[name], array)
        np.testing.assert_array_equal(blind[key][name], array)
        np.testing.assert_array_equal(blind[other][name], done[other][name])
