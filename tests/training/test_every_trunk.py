"""Each new trunk under every strategy, balancer and architecture, and in whole studies."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, get_args, get_type_hints
from unittest import mock

import numpy as np
import pandas as pd
import pytest
import tensorflow as tf

from trunkline.data import encoders
from trunkline.data.encoders import Encoder
from trunkline.data.layout import Block, Layout
from trunkline.networks import architectures, trunks
from trunkline.networks import learner as learners
from trunkline.networks.architectures import ARCHITECTURES
from trunkline.settings.balancers import Balancers
from trunkline.settings.pairing import FeatureMap, Rehearsal
from trunkline.settings.sharing import Mmoe, Sharing
from trunkline.settings.strategies import FineTune, LinearProbe, Strategies
from trunkline.settings.study import Inputs, Network, Question, Training
from trunkline.tasks.budgets import Draw
from trunkline.training import (
    architecture,
    behaviour,
    courses,
    evaluation,
    inputs,
    joint_losses,
    multitask,
    pretraining,
    scaling,
    transfer,
    transferability,
)
from trunkline.training.balancers import BALANCERS
from trunkline.training.batches import Table
from trunkline.training.outputs import Output
from trunkline.training.pairing import feature_map
from trunkline.training.pairing.pair import Plan
from trunkline.training.trainer import Trainer
from trunkline.training.transferring.arm import Arm
from trunkline.training.tuning.validating import Judge
from trunkline.training.ways import Way

NEW = ("embedding", "residual", "text")
EACH = pytest.mark.parametrize("kind", NEW)
LAYOUT = (
    Block(kind="numbers", name="numbers", width=2),
    Block(kind="category", name="city", width=1, vocabulary=4, size=2),
    Block(kind="tokens", name="title", width=4, vocabulary=6, size=2),
)
TABLE = "trunk/front/category_city/table"
ROWS, WIDTHS = 16, (5, 6)
OF_EACH_SORT = ["dwa", "pcgrad", "graddrop", "modo"]  # losses, Gramian, gradients, halves
FROZEN = ["linear_probe"]
FAST = ["fine_tune", "linear_probe", "delta", "gradual_unfreeze", "stoch_norm"]
OUTPUTS = {"0": Output("binary", 1), "1": Output("regression", 1)}


def pairs(names: Iterable[str], fast: Sequence[str]) -> list[Any]:
    """Return each trunk with each name; slow but for a few names on one trunk."""
    return [
        pytest.param(kind, name, marks=[] if kind == "text" and name in fast else pytest.mark.slow)
        for kind in NEW
        for name in names
    ]


def network(kind: str, **options: Any) -> Network:
    """Return a tiny network with a trunk of a kind."""
    small = {"widths": WIDTHS, "pieces": 3, "size": 2, "windows": (1, 2), "filters": 3}
    return Network(**{"trunk": kind, **small, **options})


def table(tasks: int = 1) -> Table:
    """Return rows of the layout; the first task is the sign of the first number."""
    rng = np.random.Generator(np.random.PCG64(1))
    numbers = rng.normal(size=(ROWS, 2))
    whole = [rng.integers(0, block.vocabulary, (ROWS, block.width)) for block in LAYOUT[1:]]
    x = np.concatenate([numbers, *whole], axis=1)
    y = np.stack([numbers[:, 0] > 0, numbers[:, 1]][:tasks])
    return Table(*(tf.constant(v, tf.float32) for v in (x, y, np.ones(y.shape), np.ones(tasks))))


def trainer(kind: str, tasks: int = 1, way: Way | None = None, **options: Any) -> Trainer:
    """Return a trainer of a trunk on the layout, which runs as a plain graph."""
    training = Training(learning_rate=0.05, batch_size=8, epochs=4, patience=3)
    names = ["target"] if tasks == 1 else list(OUTPUTS)[:tasks]
    with mock.patch.object(trunks, "compiled_by_xla", return_value=False):
        return Trainer(
            network(kind, **options),
            training,
            shape=(7,),
            outputs=dict(zip(names, OUTPUTS.values(), strict=False)),
            sizes=courses.sizes(training, train_rows=ROWS, held_rows=ROWS),
            way=way or Way(),
            layout=LAYOUT,
        )


@pytest.fixture(scope="module")
def of_strategies() -> Callable[[str], Trainer]:
    """Return what gives the one network of each kind that all strategies train."""
    made: dict[str, Trainer] = {}

    def give(kind: str) -> Trainer:
        if kind not in made:
            made[kind] = trainer(kind, batch_norm=True, dropout=0.2)
        return made[kind]

    return give


def arm(made: Trainer) -> Arm:
    """Return a run from a trunk of its own, with what a source leaves for every strategy."""
    made.learner.initialise(77)
    arrays = made.learner.arrays()
    trunk = {k: v + np.float32(0.1) for k, v in arrays.items() if k.startswith("trunk/")}
    fisher = {
        k.replace("trunk/", "fisher/"): np.full(v.shape, 0.5, np.float32) for k, v in trunk.items()
    }
    head = np.linspace(-1, 1, WIDTHS[-1] * 3, dtype=np.float32).reshape(-1, 3)
    left = {"temperature": np.array(1.5, np.float32), "head/target/dense/kernel": head}
    left |= fisher | {"head/target/dense/bias": np.zeros(3, np.float32)}
    rows = np.arange(ROWS, dtype=np.int32)
    return Arm(made, table(), Draw(rows[4:], rows[:4]), trunk, 5, 4, "an arm", left)


def options_of(kinds: Any, name: str) -> Any:
    """Return the default options of an entry."""
    hint = get_type_hints(kinds)[name]
    return next(kind for kind in (*get_args(hint), hint) if kind is not type(None))()


@pytest.mark.parametrize(("kind", "name"), pairs(transfer.STRATEGIES, FAST))
def test_every_strategy(of_strategies: Callable[[str], Trainer], kind: str, name: str) -> None:
    """A run ends with finite weights; the tables have moved unless the trunk is frozen."""
    given = arm(of_strategies(kind))
    done = transfer.STRATEGIES[name](given, options_of(Strategies, name))
    arrays = given.learner.arrays()
    assert np.isfinite(done.curve[:, 0]).all()
    assert all(np.isfinite(array).all() for array in arrays.values())
    assert (arrays[TABLE] == given.trunk[TABLE]).all() == (name in FROZEN)


@pytest.mark.parametrize(("kind", "name"), pairs(BALANCERS, OF_EACH_SORT))
def test_every_balancer(kind: str, name: str) -> None:
    """Two tasks train together; the table, which both share, has moved."""
    wanted = get_args(get_type_hints(Balancers)[name]) or (get_type_hints(Balancers)[name],)
    options = wanted[0](weights=(1.0, 2.0)) if name == "static" else wanted[0]()
    made = trainer(kind, 2, Way(BALANCERS[name](options)), dropout=0.2)
    made.learner.initialise(3)
    before = made.learner.arrays()[TABLE]
    rows = np.arange(ROWS, dtype=np.int32)
    done = made.fit(table(2), Draw(rows[:12], rows[12:]), seed=1, label="joint", epochs=1)
    assert np.isfinite(done.curve).all()
    assert (made.learner.arrays()[TABLE] != before).any()


@EACH
@pytest.mark.parametrize("name", ARCHITECTURES)
def test_every_architecture(kind: str, name: str) -> None:
    """A representation for each task, and a finite gradient of every weight; one table for all."""
    sharing = architectures.chosen(Sharing(**{name: options_of(Sharing, name)}))[name]
    made = learners.build(
        network(kind, dropout=0.2), (7,), {"0": 1, "1": 1}, sharing=sharing, layout=LAYOUT
    )
    made.initialise(3)
    made.restart_dropout(1)
    losses = joint_losses.weighted_losses(made, OUTPUTS, trunk_trains=True)
    weights = [v.value for v in made.trunk.trainable_variables]
    with tf.GradientTape() as tape:
        total = tf.reduce_sum(losses(table(2), tf.range(8), tf.ones(8), True)[0])
    gradients = tape.gradient(total, weights)
    assert all(gradient is not None and np.isfinite(gradient).all() for gradient in gradients)
    assert [shape for key, shape in made.shapes().items() if key.endswith("city/table")] == [(4, 2)]
    shared, _ = made.trained()
    assert any(variable.path.endswith("city/table") for variable in shared)


@EACH
def test_the_front_is_the_lowest_layer(kind: str) -> None:
    """Strategies that go by depth find the head's neighbour at 1 and the tables below all else."""
    found = scaling.depths(trainer(kind).learner)
    assert {depth for name, depth in found.items() if name.startswith("trunk/front/")} == {3}
    assert {depth for name, depth in found.items() if "/front/" not in name} == {1, 2}


@EACH
def test_attention_of_masks(kind: str) -> None:
    """A channel's share grows with the loss without it, also where a block goes around it."""
    learner = trainer(kind).learner
    learner.initialise(3)
    given, rows = table(), np.arange(8)
    found = behaviour.attention(learner, {"target": "binary"}, given, rows)
    assert [found[behaviour.name(n)].shape for n in (0, 1)] == [(5,), (6,)]
    assert {round(float(shares.sum()), 4) for shares in found.values()} == {1.0}
    costs = []
    for channel in range(-1, 5):
        whole = learner.arrays()
        after = "back_0" if kind == "residual" else "dense_1"  # what reads the first activation
        kernel = whole[f"trunk/{after}/kernel"].copy()
        kernel[channel if channel >= 0 else slice(0)] = 0
        learner.load({f"trunk/{after}/kernel": kernel})
        losses = joint_losses.weighted_losses(learner, {"target": OUTPUTS["0"]}, trunk_trains=True)
        total, count = losses(given, tf.constant(rows), tf.ones(8), False).numpy()
        costs.append(float(total[0] / count[0]))
        learner.load(whole)
    grown = np.exp(np.array(costs[1:]) - costs[0])
    np.testing.assert_allclose(found[behaviour.name(0)], grown / grown.sum(), rtol=1e-4)


@dataclass(frozen=True)
class Tagged(Encoder):
    """An encoder that leaves the values as they are, and says what they mean."""

    @property
    def layout(self) -> Layout:
        """What the entries of an encoded row are."""
        return LAYOUT


@pytest.fixture
def tagged() -> Iterator[None]:
    """Make every encoder that is fitted one of the layout."""

    def fit(train: pd.DataFrame, given: Inputs, known: np.ndarray | None) -> Encoder:
        assert known is None or len(known) == len(train)
        return Tagged(encoders.fit("none", train, given.columns).parts)

    with mock.patch.object(inputs, "fit", fit):
        yield


def extended(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the frame with a category and a text of four words."""
    rng = np.random.Generator(np.random.PCG64(9))
    more = {"city": rng.integers(0, 4, len(frame))}
    more |= {f"word_{n}": rng.integers(0, 6, len(frame)) for n in range(4)}
    return frame.assign(**more)


COLUMNS = ("feature_0", "feature_1", "city", "word_0", "word_1", "word_2", "word_3")


@pytest.mark.parametrize(("kind", "name"), pairs(["study"], ["study"]))
def test_a_whole_study(
    plain: None, tagged: None, kind: str, name: str, study: Question,
    make_frame: Callable[..., pd.DataFrame], train: pd.DataFrame,
) -> None:  # fmt: skip
    """The layout goes from the encoder to every network that is trained, measured or judged."""
    del name
    strategies = Strategies(linear_probe=LinearProbe(), fine_tune=FineTune(), rehearsal=Rehearsal())
    asked = replace(
        study,
        inputs=Inputs(columns=COLUMNS, scale="none"),
        network=network(kind, widths=(4,)),
        training=replace(study.training, epochs=2),
        finetune=replace(study.finetune, tasks=("letter",), budgets=(10,), strategies=strategies),
        multitask=replace(study.multitask, sharing=Sharing(mmoe=Mmoe(experts=2))),
    )
    frame, held = extended(train), extended(make_frame(30, seed=2))
    source = pretraining.pretrain(frame, held, asked, name="s", seed=7)
    (weights,) = source.trained.models.values()
    assert weights[TABLE].shape == (2, 4, 2)
    epochs, encoder = source.epochs_by_budget, source.encoder
    done = transfer.finetune(frame, weights, encoder, epochs, asked, name="s", seed=7)
    joint = multitask.train(frame, encoder, asked, name="s", seed=7)
    told = transferability.measure(frame, weights, encoder, asked, name="s", seed=7)
    assert np.isfinite(told["value"]).all()
    parts = [
        evaluation.Trained("transfer", done.models, encoder),
        evaluation.Trained("multitask", joint.models, encoder),
    ]
    scores = evaluation.score(held, parts, asked).scores
    arms = {"scratch", "linear_probe", "fine_tune", "rehearsal", "joint", "mmoe", "alone"}
    assert set(scores["arm"]) == arms
    assert np.isfinite(scores["value"]).all()
    key = next(key for key in done.models if key.arm == "linear_probe")
    np.testing.assert_array_equal(done.models[key][TABLE], weights[TABLE])
    one = {name: array[0] for name, array in done.models[key].items()}
    judge = Judge(held, encoder, asked, ("letter",))
    assert np.isfinite(judge.loss({"target": "letter"}, one))
    described = architecture.describe(asked, encoder)
    assert [block["name"] for block in described["layout"]] == ["numbers", "city", "title"]


def test_description_of_a_network(study: Question) -> None:
    """It tells the options that the trunk reads, and no layout where a row is all numbers."""
    encoder = encoders.fit("none", pd.DataFrame({"row_id": ["a"], "x": [1.0]}), ["x"])
    asked = {kind: replace(study, network=Network(trunk=kind)) for kind in ("dense", "text")}  # type: ignore[arg-type]  # each in turn
    told: Mapping[str, Any] = {
        kind: architecture.describe(one, encoder) for kind, one in asked.items()
    }
    assert "layout" not in told["dense"]
    assert set(told["text"]["network"]) - set(told["dense"]["network"]) == {"windows", "filters"}


def test_a_map_does_not_make_categories() -> None:
    """A map to inputs that are names is refused, with the columns."""
    plan = Plan(
        network=network("dense"),
        training=Training(),
        shape=(7,),
        source_shape=(3,),
        target=OUTPUTS["0"],
        source=OUTPUTS["0"],
        layout=LAYOUT,
    )
    with pytest.raises(ValueError, match=r"a map makes numbers.*\['city', 'title'\]"):
        feature_map.design(plan, FeatureMap())
    assert feature_map.design(replace(plan, layout=()), FeatureMap()).learner.heads.keys() >= {
        "map"
    }
