"""Strategies over two tables: source rows beside target rows."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any
from unittest import mock

import numpy as np
import pandas as pd
import pytest
import tensorflow as tf

from trunkline.data import encoders
from trunkline.networks import trunks
from trunkline.settings.pairing import FeatureMap, Rehearsal
from trunkline.settings.strategies import FineTune, Strategies
from trunkline.settings.study import (
    Finetune,
    Inputs,
    Network,
    Pretrain,
    Question,
    Task,
    Training,
)
from trunkline.training import courses, evaluation, pairs, pretraining, transfer
from trunkline.training.batches import Course, Losses, Table
from trunkline.training.beside import beside
from trunkline.training.outputs import Output
from trunkline.training.pairing import feature_map, rehearsal
from trunkline.training.pairing.pair import Plan
from trunkline.training.pretraining import Pretrained
from trunkline.training.records import Key, Trained

Run = Callable[[Question], Trained]
Frames = Callable[..., pd.DataFrame]


def named(study: Question, **strategies: Any) -> Question:
    """Return the study with these strategies, and one target less."""
    chosen = replace(study.finetune, tasks=("letter",), strategies=Strategies(**strategies))
    return replace(study, finetune=chosen)


def test_one_file_for_each() -> None:
    """Each strategy over two tables is the file of its name, and says where it is from."""
    files = {path.stem for path in Path("trunkline/training/pairing").glob("[!_]*.py")}
    assert files - {"pair"} == set(pairs.PAIRED)
    for strategy in pairs.PAIRED.values():
        assert "References:" in str(strategy.train.__doc__)


def plan(inputs: int = 3, source_inputs: int = 3) -> Plan:
    """Return a binary target and a source of three classes, on a trunk of linear units."""
    return Plan(
        network=Network(widths=(4,), activation="linear"),
        training=Training(),
        shape=(inputs,),
        source_shape=(source_inputs,),
        target=Output("binary", 1),
        source=Output("multiclass", 3),
    )


def table(width: int) -> Table:
    """Return 8 rows: the first 4 of the target, the others of the source."""
    rng = np.random.Generator(np.random.PCG64(4))
    y = np.array([[0, 1, 1, 0, 0, 0, 0, 0], [0, 0, 0, 0, 0, 1, 2, 1]])
    known = np.arange(8) // 4 == np.array([[0], [1]])
    return Table(
        *(tf.constant(v, tf.float32) for v in (rng.normal(size=(8, width)), y, known, [1, 1]))
    )


def of_batch(losses: Losses, given: Table) -> np.ndarray:
    """Return both mean losses of target rows 0, 2, 2 (half of one) beside source rows 5, 6, 4."""
    rows, weight = tf.constant([0, 2, 2, 5, 6, 4]), tf.constant([1.0, 1.0, 0.5, 1.0, 1.0, 1.0])
    total, counts = losses(given, rows, weight, True).numpy()
    assert counts.tolist() == [2.5, 3.0]
    return total / counts


def restated(
    shown_target: np.ndarray, shown_source: np.ndarray, w: dict[str, np.ndarray]
) -> list[float]:
    """Return both losses of that batch in NumPy, from what the trunk is shown of all rows."""
    hidden = [x @ w["trunk/dense_0/kernel"] for x in (shown_target, shown_source)]
    z = (hidden[0] @ w["head/target/dense/kernel"])[[0, 2, 2], 0]
    target = np.average(np.log1p(np.exp(-z * np.array([-1, 1, 1]))), weights=[1, 1, 0.5])
    logits = (hidden[1] @ w["head/source/dense/kernel"])[[5, 6, 4]]
    chosen = logits[np.arange(3), [1, 2, 0]]
    return [float(target), float(np.mean(np.log(np.exp(logits).sum(axis=1)) - chosen))]


def test_rehearsal_restated() -> None:
    """Its losses are those of NumPy: each half of a batch through the trunk and its own head."""
    design = rehearsal.design(plan(), Rehearsal())
    design.learner.initialise(3)
    x = table(3).x.numpy()
    found = of_batch(design.losses("weights"), table(3))
    np.testing.assert_allclose(found, restated(x, x, design.learner.arrays()), rtol=1e-5)


def test_feature_map_restated() -> None:
    """Its losses are those of NumPy: the trunk is shown x_t, and g(x_s)."""
    design = feature_map.design(plan(3, 2), FeatureMap())
    design.learner.initialise(3)
    given = table(3)
    source = np.random.Generator(np.random.PCG64(5)).normal(size=(8, 2)).astype(np.float32)
    given = given._replace(x=feature_map.rows(given.x, tf.constant(source)))
    weights = design.learner.arrays()
    mapped = source @ weights["head/map/out/kernel"]
    found = of_batch(design.losses("everything"), given)
    np.testing.assert_allclose(found, restated(given.x.numpy()[:, 2:], mapped, weights), rtol=1e-5)


def test_by_hand() -> None:
    """Weights of 0 cost log 2 and log 3; a map of ones has R = 4, or 2 from the identity."""
    design = rehearsal.design(plan(), Rehearsal())
    design.learner.load({name: array * 0 for name, array in design.learner.arrays().items()})
    found = of_batch(design.losses("heads"), table(3))
    np.testing.assert_allclose(found, np.log([2, 3]), rtol=1e-6)
    for near, size in (("zero", 4.0), ("identity", 2.0)):
        options = FeatureMap(near=near)  # type: ignore[arg-type]
        learner = feature_map.design(plan(2, 2), options).learner
        learner.load({"head/map/out/kernel": np.ones((2, 2), np.float32)})
        assert float(feature_map.size(learner.heads["map"], options)) == size


def test_a_map_near_the_identity_keeps_the_width() -> None:
    """There is no identity between inputs of different numbers."""
    with pytest.raises(ValueError, match=r"near: 'identity' .* the source has 2 and the target 3"):
        feature_map.design(plan(3, 2), FeatureMap(near="identity"))


def test_rows_beside_rows(make_draw: Callable[..., Any]) -> None:
    """The first half of each batch stays; the second sees every row as often, but for one."""
    settings, draw = Training(batch_size=4, epochs=5), make_draw(10, 4)
    sizes = replace(courses.sizes(settings, train_rows=24, held_rows=8), epochs=2)

    def planned() -> list[Course]:
        rng = np.random.Generator(np.random.PCG64(1))
        return list(courses.courses(settings, sizes, draw, epochs=5, rate=0.1, rng=rng))

    strength = np.arange(15.0).reshape(5, 3)
    rng = np.random.Generator(np.random.PCG64(2))
    both = list(beside(planned(), np.arange(30, 37), rng, strength=strength))
    seen, strengths = [], []
    for one, alone in zip(both, planned(), strict=True):
        np.testing.assert_array_equal(one.rows[:, :, :4], alone.rows)
        np.testing.assert_array_equal(one.weight[:, :, :4], alone.weight)
        seen += one.rows[: one.epochs, : one.steps, 4:].ravel().tolist()
        strengths += one.weight[: one.epochs, : one.steps, 4:].reshape(-1, 4).tolist()
    counts = np.bincount(seen)[30:]
    assert (counts.size, counts.sum()) == (7, 5 * 3 * 4)
    assert counts.max() - counts.min() <= 1
    assert strengths == [[value] * 4 for value in range(15)]


@pytest.mark.parametrize(
    ("network", "jit"),
    [
        (Network(widths=(40,)), True),
        (Network(widths=(6,), batch_norm=True, dropout=0.3, l2=0.01), False),
    ],
    ids=["compiled", "normalised and dropped"],
)
def test_lambda_0_is_fine_tuning(
    train: pd.DataFrame, make_frame: Frames, study: Question, network: Network, jit: bool
) -> None:
    """With lambda = 0 rehearsal gives the bits of fine-tuning: weights and curves."""
    both = named(
        study, fine_tune=FineTune(head_epochs=3), rehearsal=Rehearsal(weight=0, head_epochs=3)
    )
    both = replace(both, network=network, repeats=2)
    with mock.patch.object(trunks, "compiled_by_xla", return_value=jit):
        source = pretraining.pretrain(train, make_frame(30, seed=2), both, name="s", seed=7)
        (weights,) = source.trained.models.values()
        done = transfer.finetune(
            train, weights, source.encoder, source.epochs_by_budget, both, name="s", seed=7
        )
    for budget in (2, 10):
        tuned = done.models[Key("letter", "fine_tune", budget)]
        kept = done.models[Key("letter", "rehearsal", budget)]
        assert tuned.keys() == {name for name in kept if not name.startswith("source/")}
        for name, array in tuned.items():
            np.testing.assert_array_equal(kept[name], array, err_msg=f"{budget} {name}")
    curves = done.curves.drop(columns=["task"]).set_index("arm")
    pd.testing.assert_frame_equal(
        curves.loc["fine_tune"].reset_index(drop=True),
        curves.loc["rehearsal"].reset_index(drop=True),
    )


def test_source_rows_that_are_not_there(
    plain: None, train: pd.DataFrame, pretrained: Pretrained, study: Question
) -> None:
    """Without rows of the source the strategy that needs them is named, before it trains."""
    (weights,) = pretrained.trained.models.values()
    target = train[train["domain"] == "target"].reset_index(drop=True)
    with pytest.raises(
        ValueError, match=r"strategies: 'rehearsal' needs the source's training rows"
    ):
        transfer.finetune(
            target, weights, pretrained.encoder, {"2": 3}, named(study, rehearsal=Rehearsal()),
            name="s", seed=7,
        )  # fmt: skip


def two_tables(rows: int, seed: int, turn: float) -> pd.DataFrame:
    """Return source and target rows of one question, in columns of their own.

    The source's columns are the 12 factors, turned in planes by an angle and in another unit; the
    target's are the factors. Columns of the other table are missing.
    """
    rng = np.random.Generator(np.random.PCG64(seed))
    z, turned = rng.normal(size=(rows, 12)), np.eye(12)
    for first in range(12):
        plane, pair = np.eye(12), np.ix_([first, (first + 3) % 12], [first, (first + 3) % 12])
        plane[pair] = [[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]]
        turned = turned @ plane
    source = np.arange(rows) % 2 == 0
    y = np.abs(z[:, 0]) + 0.5 * np.abs(z[:, 1]) > np.abs(z[:, 2]) + 0.3
    own = np.where(source[:, None], 10 * z @ turned + 3, np.nan)
    other = np.where(source[:, None], np.nan, z)
    columns = {f"{part}_{n}": x[:, n] for part, x in (("a", own), ("b", other)) for n in range(12)}
    domain = np.where(source, "source", "target")
    ids = [f"{seed}-{n}" for n in range(rows)]
    return pd.DataFrame({"row_id": ids, "domain": domain, "y": y.astype(int), **columns})


def test_a_map_finds_what_scratch_cannot() -> None:
    """Turned inputs in another unit: with 20 labels of 12 factors the map beats scratch.

    Rows of one table lack the columns of the other.
    """
    of = {part: Task(kind="binary", target="y", positive=(1,), where={"domain": (part,)})
          for part in ("source", "target")}  # fmt: skip
    study = Question(
        inputs=Inputs(columns=("b_*",)), tasks=of, repeats=3, network=Network(widths=(32,)),
        training=Training(learning_rate=0.01, epochs=100),
        pretrain=Pretrain(task="source", inputs=Inputs(columns=("a_*",))),
        finetune=Finetune(
            tasks=("target",), budgets=(20,),
            strategies=Strategies(feature_map=FeatureMap(near="identity", mu=0.1)),
        ),
    )  # fmt: skip
    train, test = two_tables(1200, 1, 0.3), two_tables(2000, 3, 0.3)
    first = pretraining.pretrain(
        train, two_tables(100, 2, 0.3), replace(study, training=replace(study.training, epochs=1)),
        name="p", seed=1,
    )  # fmt: skip
    assert first.encoder.columns[0] == "a_0"
    assert abs(encoders.to_json(first.encoder)["columns"][0]["mean"] - 3) < 1
    encoder = transfer.target_encoder(train, study, first.encoder)
    assert encoder.columns[0] == "b_0"
    (weights,) = first.trained.models.values()
    done = transfer.finetune(train, weights, encoder, {}, study, name="p", seed=1)
    assert "source/map/out/kernel" in done.models[Key("target", "feature_map", 20)]
    judged = evaluation.Trained("transfer", done.models, encoder)
    scores = evaluation.score(test, [judged], study).scores
    means = scores[scores["metric"] == scores["metric"].iloc[0]].groupby("arm")["value"].mean()
    assert means["feature_map"] > means["scratch"] + 0.05


def test_rehearsal_remembers(
    plain: None, train: pd.DataFrame, pretrained: Pretrained, study: Question
) -> None:
    """The trunk that rehearses stays nearer to one that answers the source than fine-tuning's."""
    both = named(study, fine_tune=FineTune(rate=2.0), rehearsal=Rehearsal(rate=2.0, weight=5.0))
    (weights,) = pretrained.trained.models.values()
    done = transfer.finetune(
        train, weights, pretrained.encoder, pretrained.epochs_by_budget, both, name="s", seed=7
    )
    source = train[train["domain"] == "source"]
    truth = source["kind"].map({"a": 0, "b": 1, "c": 2}).to_numpy()
    x = encoders.apply(pretrained.encoder, source, pretrained.encoder.columns)

    def loss(arm: str, repeat: int) -> float:
        w = {name: array[repeat] for name, array in done.models[Key("letter", arm, 10)].items()}
        hidden = np.maximum(x @ w["trunk/dense_0/kernel"] + w["trunk/dense_0/bias"], 0)
        head = {part: weights[f"head/target/dense/{part}"][repeat] for part in ("kernel", "bias")}
        if arm == "rehearsal":
            head = {part: w[f"source/source/dense/{part}"] for part in ("kernel", "bias")}
        logits = hidden @ head["kernel"] + head["bias"]
        chosen = logits[np.arange(len(x)), truth]
        return float(np.mean(np.log(np.exp(logits).sum(axis=1)) - chosen))

    for repeat in range(2):
        assert loss("rehearsal", repeat) < loss("fine_tune", repeat)


def test_a_source_without_its_head(
    plain: None, train: pd.DataFrame, pretrained: Pretrained, study: Question
) -> None:
    """A pretrained network of which a part was not saved is refused by the part's name."""
    (weights,) = pretrained.trained.models.values()
    trunk = {name: array for name, array in weights.items() if name.startswith("trunk/")}
    with pytest.raises(ValueError, match="pretrained network lacks 'head/source/dense/bias'"):
        transfer.finetune(
            train, trunk, pretrained.encoder, {"2": 1}, named(study, rehearsal=Rehearsal()),
            name="s", seed=7,
        )  # fmt: skip
