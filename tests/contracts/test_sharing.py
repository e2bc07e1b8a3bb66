"""What every sharing architecture promises; a new one is checked by being in the table."""

import re
from dataclasses import fields
from functools import cache
from pathlib import Path
from typing import Any, get_args, get_type_hints

import numpy as np
import pytest
import tensorflow as tf

from trunkline.networks import architectures
from trunkline.networks import learner as learners
from trunkline.networks.architectures import ARCHITECTURES
from trunkline.networks.branches import Architecture
from trunkline.networks.learner import Arrays, Learner
from trunkline.settings import agreement_sharing
from trunkline.settings.balancers import Balancers
from trunkline.settings.sharing import Sharing
from trunkline.settings.study import Network
from trunkline.training.balancers import BALANCERS

EACH = pytest.mark.parametrize("name", ARCHITECTURES)
CONV = ["soft", "cross_stitch", "mmoe", "cgc"]
ROWS, INPUTS, WIDTHS = 5, 3, (6, 4)
SHARES_NOTHING = ["soft"]
LAYERED = ["ple", "attention"]  # what is above the first layer differs from it
GATE = 3  # inputs of a gate

# Weights of the default options, by hand, for two tasks: trunks of 3 - 6 - 4 have 24 + 28 = 52.
PARAMETERS = {
    "soft": 2 * 52,
    "cross_stitch": 2 * 52 + 2 * 4,
    "mmoe": 4 * 52 + 2 * GATE * 4,
    "cgc": 3 * 52 + 2 * GATE * 2,
    "ple": 3 * 52 + 2 * GATE * 2 + GATE * 3 + 2 * 6 * 2,
    "dselect_k": 4 * 52 + 2 * (2 * 2 + 2),
    "attention": 52 + 2 * (7 * 32 + 33 * 6 + 11 * 32 + 33 * 4),
    "ltb": 2 * 52 + 2 * 4,
}


@cache
def architecture(name: str) -> Architecture:
    """Return an architecture with its default options."""
    kind = get_args(get_type_hints(Sharing)[name])[0]
    return architectures.chosen(Sharing(**{name: kind()}))[name]


@cache
def made(name: str, network: Network, shape: tuple[int, ...], number: int) -> Learner:
    """Return a learner of two tasks, which tests share; they begin with `build`."""
    del number  # of learners that are alike
    return learners.build(network, shape, {"0": 1, "1": 1}, sharing=architecture(name))


def build(
    name: str,
    network: Network | None = None,
    shape: tuple[int, ...] = (INPUTS,),
    number: int = 1,
) -> Learner:
    """Return a learner of two tasks with some weights or other, all different."""
    learner = made(name, network or Network(widths=WIDTHS), shape, number)
    learner.initialise(1)
    learner.restart_dropout(0)
    rng = np.random.Generator(np.random.PCG64(5))
    moved = {n: (a + rng.normal(0, 0.3, a.shape)) for n, a in learner.arrays().items()}
    learner.load({n: np.abs(a) if "variance" in n else a for n, a in plain(moved).items()})
    return learner


def plain(arrays: dict[str, Any]) -> Arrays:
    """Return arrays as float32."""
    return {name: array.astype(np.float32) for name, array in arrays.items()}


def rows(*shape: int) -> tf.Tensor:
    """Return five rows."""
    numbers = np.random.Generator(np.random.PCG64(2)).normal(size=(ROWS, *shape))
    return tf.constant(numbers, tf.float32)


def answers(learner: Learner, x: tf.Tensor, training: bool = False) -> list[np.ndarray]:
    """Return what the head of each task says."""
    hidden = learner.represent(x, training=training)
    return [learner.heads[task](hidden[task]).numpy() for task in learner.heads]


def exchanged(arrays: Arrays) -> Arrays:
    """Return the weights with those of the two tasks exchanged."""
    found = {}
    for name, array in arrays.items():
        other = re.sub(
            r"/(task|own|gate|select|mask|head/)_?([01])(?=[_/])",
            lambda m: m[0][:-1] + str(1 - int(m[2])),
            f"/{name}",
        )[1:]
        if name.endswith("/mixture"):
            array = array[::-1, ::-1]  # whom it mixes, and into whom
        if name == "trunk/branch_1/branch":
            array = array[::-1]  # the children of the last layer are the tasks
        if name.startswith("trunk/gate_shared"):
            array = array[:, [1, 0, 2]]  # an expert of each task, then a shared one
        found[other] = np.ascontiguousarray(array)
    return found


def test_every_choice_is_an_architecture() -> None:
    """Those a user may choose are those that can be built, and `hard`; each has a file."""
    names = [field.name for field in fields(Sharing)]
    assert names == ["hard", *ARCHITECTURES]
    folder = Path("trunkline/networks/sharing")
    assert {path.stem for path in folder.glob("[a-z]*.py")} == set(ARCHITECTURES)
    assert PARAMETERS.keys() == ARCHITECTURES.keys()


@EACH
def test_a_representation_for_each_task(name: str) -> None:
    """Finite [B, W], with a weight that both tasks share unless the architecture has none."""
    learner = build(name)
    found = learner.represent(rows(INPUTS), training=True)
    assert [hidden.shape for hidden in found.values()] == [(ROWS, WIDTHS[-1])] * 2
    assert all(np.isfinite(hidden).all() for hidden in found.values())
    shared, own = learner.trained()
    assert bool(shared) == (name not in SHARES_NOTHING)
    assert len({id(v) for v in [*shared, *own]}) == len(learner.trunk.trainable_variables)


@EACH
def test_own_weights_do_not_reach_the_other_task(name: str) -> None:
    """The gradient of one task is nothing for some weight that is not shared, and not for all."""
    learner = build(name)
    shared, own = learner.trained()
    with tf.GradientTape(persistent=True) as tape:
        hidden = learner.represent(rows(INPUTS), training=True)
        totals = [tf.reduce_sum(tf.square(one)) for one in hidden.values()]
    for variable in own:
        reached = [tape.gradient(total, variable.value) is not None for total in totals]
        assert sum(reached) == 1, variable.path
    for variable in shared:
        assert all(tape.gradient(total, variable.value) is not None for total in totals)


@pytest.mark.parametrize(
    ("name", "training"),
    [(name, training) for name in ARCHITECTURES for training in (False, True)][:-1],
)
def test_order_of_tasks(name: str, training: bool) -> None:
    """Tasks that exchange their weights exchange their answers.

    But for LTB while it trains, the last of the list: it draws by the place of a task.
    """
    first, second, x = build(name), build(name, number=2), rows(INPUTS)
    second.load(exchanged(first.arrays()), whole=True)
    one, other = answers(first, x, training), answers(second, x, training)
    np.testing.assert_allclose(one, other[::-1], rtol=1e-5, atol=1e-6)
    assert np.abs(one[0] - one[1]).max() > 0.01


@EACH
def test_weights_are_counted(name: str) -> None:
    """The number of weights is the one counted by hand, a head of 5 for each task included."""
    assert learners.count(build(name)) == PARAMETERS[name] + 2 * 5


@EACH
def test_weights_there_and_back(name: str) -> None:
    """Another learner with the arrays of the first gives the same bits."""
    first, second = (build(name, Network(widths=WIDTHS, batch_norm=True), number=n) for n in (1, 2))
    second.initialise(9)
    x = rows(INPUTS)
    assert (np.array(answers(second, x)) != np.array(answers(first, x))).any()
    second.load(first.arrays(), whole=True)
    np.testing.assert_array_equal(answers(second, x), answers(first, x))


@EACH
def test_a_row_says_nothing_of_another(name: str) -> None:
    """The answers for one row are those among others."""
    learner, x = build(name), rows(INPUTS)
    alone = np.concatenate([answers(learner, x[n : n + 1]) for n in range(ROWS)], axis=1)
    np.testing.assert_allclose(answers(learner, x), alone, rtol=1e-5, atol=1e-6)


@EACH
def test_it_begins_by_the_seed_alone(name: str) -> None:
    """The same seed gives the same weights whatever ran before, another one others."""
    first, second = build(name), build(name, number=2)
    for learner, seed in ((first, 4), (second, 3), (second, 4)):
        learner.initialise(seed)
    for weight, array in first.arrays().items():
        np.testing.assert_array_equal(second.arrays()[weight], array)
    second.initialise(5)
    kernels = [weight for weight in first.shapes() if weight.endswith("kernel")]
    assert all((second.arrays()[w] != first.arrays()[w]).any() for w in kernels)


@pytest.mark.parametrize("name", BALANCERS)
def test_settings_know_what_a_balancer_looks_at(name: str) -> None:
    """What settings take for a balancer of losses needs no gradients, and no other does not."""
    hint = get_type_hints(Balancers)[name]
    kind = (*get_args(hint), hint)[0]
    options = kind(weights=(1.0,)) if name == "static" else kind()
    of_losses = BALANCERS[name](options).needs == "losses"
    assert agreement_sharing.of_losses(options) == of_losses


@EACH
def test_it_compiles(name: str) -> None:
    """XLA takes it with every option of a trunk, and its gradient is finite."""
    widths = WIDTHS if name in LAYERED else WIDTHS[1:]
    network = Network(widths=widths, batch_norm=True, dropout=0.3, activation="gelu")
    learner, x = build(name, network), rows(INPUTS)
    learner.restart_dropout(1)
    weights = [v.value for v in learner.trunk.trainable_variables]

    @tf.function(jit_compile=True)  # type: ignore[untyped-decorator]  # TensorFlow is untyped
    def step(x: tf.Tensor) -> list[tf.Tensor]:
        with tf.GradientTape() as tape:
            hidden = learner.represent(x, training=True)
            loss = tf.add_n([tf.reduce_sum(tf.square(one)) for one in hidden.values()])
            total = learner.penalised(loss)
        return tape.gradient(total, weights)

    assert all(np.isfinite(gradient).all() for gradient in step(x))


@pytest.mark.parametrize("name", CONV)
def test_convolutions(name: str) -> None:
    """Pictures become a representation for each task; exchanged weights, exchanged answers."""
    network, shape = Network(trunk="conv", widths=(3, 2)), (4, 4, 1)
    first, second = (build(name, network, shape, number=n) for n in (1, 2))
    assert [h.shape for h in first.represent(rows(*shape)).values()] == [(ROWS, 2)] * 2
    second.load(exchanged(first.arrays()), whole=True)
    one, other = answers(first, rows(*shape)), answers(second, rows(*shape))
    np.testing.assert_allclose(one, other[::-1], rtol=1e-5, atol=1e-6)
