"""A step under a balancer: the same network and rows, other weights."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import tensorflow as tf

from trunkline.settings import balancers as options
from trunkline.settings.study import Network
from trunkline.tasks.budgets import Draw
from trunkline.training import gramians
from trunkline.training.balanced import Balancing
from trunkline.training.balancers import BALANCERS
from trunkline.training.batches import Batch, Table
from trunkline.training.signals import Balancer, Signal, State
from trunkline.training.trainer import Fit, Trainer

ROWS = 24
Make, Tables, Draws = Callable[..., Trainer], Callable[..., Table], Callable[..., Draw]
NETWORK = Network(widths=(7, 5), l2=0.01)
KINDS = {kind.__name__.lower(): kind for kind in vars(options).values() if isinstance(kind, type)}


def ones(state: State, signal: Signal) -> tuple[tf.Tensor, State]:
    """Weigh all tasks the same."""
    return tf.ones_like(signal.losses), state


def total(state: State, signal: Signal) -> tuple[tf.Tensor, State]:
    """Return the sum of the gradients."""
    return tf.reduce_sum(signal.gradients, 0), state


SAME = {
    "losses": Balancer(needs="losses", weigh=ones),
    "gram": Balancer(needs="gram", weigh=ones),
    "halves": Balancer(needs="halves", weigh=ones),
    "gradients": Balancer(needs="gradients", weigh=total),
}


def fit(trainer: Trainer, table: Table, draw: Draw, **options: Any) -> Fit:
    """Fit with a fixed seed and label."""
    return trainer.fit(table, draw, **{"seed": 5, "label": "a run", **options})


def weights(trainer: Trainer) -> dict[str, np.ndarray]:
    """Return a copy of the weights."""
    return trainer.learner.arrays()


@pytest.mark.parametrize("needs", SAME)
def test_equal_weights_are_plain_joint_training(
    make_trainer: Make, make_table: Tables, make_draw: Draws, needs: str
) -> None:
    """By losses, by the Gramian, by halves or by gradients: the sum of the losses, and R."""
    table = make_table("0", "1", "2", weights=(1.0, 0.5, 2.0))
    plain = make_trainer("0", "1", "2", network=NETWORK)
    wanted, wanted_weights = fit(plain, table, make_draw()), weights(plain)
    trainer = make_trainer("0", "1", "2", network=NETWORK, balancer=SAME[needs])
    found = fit(trainer, table, make_draw())
    np.testing.assert_allclose(found.curve, wanted.curve, rtol=1e-4)
    for name, array in weights(trainer).items():
        np.testing.assert_allclose(array, wanted_weights[name], atol=1e-4, err_msg=name)


@pytest.mark.parametrize("optimizer", ["sgd", "adam"])
@pytest.mark.parametrize("name", ["rlw", "dwa", "famo", "pcgrad", "mgda", "graddrop"])
def test_one_task_under_a_balancer_is_single_training(
    make_trainer: Make, make_table: Tables, make_draw: Draws, name: str, optimizer: str
) -> None:
    """Bit for bit: weights of losses, of gradients, and gradients themselves."""
    plain = make_trainer("1", network=NETWORK, optimizer=optimizer)
    wanted, arrays = fit(plain, make_table("1"), make_draw()), weights(plain)
    balancer = BALANCERS[name](KINDS[name.replace("_", "")]())
    trainer = make_trainer("1", network=NETWORK, optimizer=optimizer, balancer=balancer)
    found = fit(trainer, make_table("1"), make_draw())
    np.testing.assert_array_equal(found.curve, wanted.curve)
    for key, array in weights(trainer).items():
        np.testing.assert_array_equal(array, arrays[key], err_msg=key)


def test_a_static_weight_of_0_is_the_task_absent(
    make_trainer: Make, make_table: Tables, make_draw: Draws
) -> None:
    """The trunk and the other head are as without it, and its own head stays where it began."""
    alone = make_trainer("0", network=NETWORK)
    fit(alone, make_table("0"), make_draw())
    balancer = BALANCERS["static"](options.Static(weights=(1.0, 0.0)))
    joint = make_trainer("0", "1", network=NETWORK, balancer=balancer, fresh=True, patience=99)
    begun, hardly = weights(joint), 1e-9  # what it counts in the held loss, which chooses the epoch
    fit(joint, make_table("0", "1", weights=(1.0, hardly)), make_draw())
    found = weights(joint)
    for name, array in weights(alone).items():
        np.testing.assert_allclose(found[name], array, atol=1e-6, err_msg=name)
    own = [name for name in found if name.startswith("head/1/")]
    assert own
    for name in own:
        np.testing.assert_array_equal(found[name], begun[name])


@pytest.mark.parametrize(
    "name", ["upgrad", "graddrop", "famo", "dwa", "modo", "moco", "auto_lambda"]
)
def test_a_run_forgets_the_one_before(
    make_trainer: Make, make_table: Tables, make_draw: Draws, name: str
) -> None:
    """The same seed gives the same bits, whatever ran before; another seed, other draws."""
    trainer = make_trainer(
        "0", "1", balancer=BALANCERS[name](KINDS[name.replace("_", "")]()), call=4
    )
    runs = []
    for seed in (5, 8, 5):
        trainer.learner.initialise(3)
        fit(trainer, make_table("0", "1"), make_draw(), seed=seed)
        runs.append(weights(trainer))
    for key, array in runs[0].items():
        np.testing.assert_array_equal(array, runs[2][key])
    assert (runs[0]["trunk/dense_0/kernel"] != runs[1]["trunk/dense_0/kernel"]).any()


def test_what_a_balancer_sees(make_trainer: Make, make_table: Tables, make_draw: Draws) -> None:
    """Each step's losses, place, rate and gradients; what it answers for one task only, counts."""
    seen: list[Signal] = []

    def first(state: State, signal: Signal) -> tuple[tf.Tensor, State]:
        seen.append(signal)
        return tf.constant([1.0, 0.0]), state

    table = make_table("0", "1", weights=(1.0, 3.0))
    trainer = make_trainer("0", "1", optimizer="sgd", balancer=Balancer(needs="gram", weigh=first))
    tf.config.run_functions_eagerly(True)
    try:
        fit(trainer, table, make_draw(16, 0), epochs=2)
    finally:
        tf.config.run_functions_eagerly(False)
    assert [(int(s.epoch), int(s.batch), int(s.step)) for s in seen] == [
        (0, 0, 0), (0, 1, 1), (1, 0, 2), (1, 1, 3),
    ]  # fmt: skip
    assert len({int(s.key) for s in seen}) == 4
    assert all(float(s.rate) == pytest.approx(0.05) for s in seen)
    for signal in seen:
        assert signal.gradients.shape == (2, 5 * 7 + 7)
        gram = signal.gradients.numpy() @ signal.gradients.numpy().T
        np.testing.assert_allclose(signal.gram, gram, rtol=1e-4)
        assert signal.present.numpy().tolist() == [1, 1]


def test_the_trunk_of_one_task_and_all_heads(
    make_trainer: Make, make_table: Tables, make_draw: Draws
) -> None:
    """Weight 0 on a gradient leaves the trunk to the other task; its head still learns."""

    def first(state: State, signal: Signal) -> tuple[tf.Tensor, State]:
        return tf.constant([1.0, 0.0]), state

    only = Balancer(needs="gram", weigh=first)
    joint, alone = make_trainer("0", "1", balancer=only), make_trainer("0")
    start = weights(joint)
    fit(joint, make_table("0", "1"), make_draw(16, 0))
    fit(alone, make_table("0"), make_draw(16, 0))
    found, wanted = weights(joint), weights(alone)
    for name in ("trunk/dense_0/kernel", "head/0/dense/kernel"):
        np.testing.assert_allclose(found[name], wanted[name], atol=1e-5)
    assert (found["head/1/dense/kernel"] != start["head/1/dense/kernel"]).any()


def test_a_task_without_labels_in_a_batch(make_trainer: Make, make_table: Tables) -> None:
    """It is absent: loss 0, gradient 0, and not present."""
    seen: list[Signal] = []

    def look(state: State, signal: Signal) -> tuple[tf.Tensor, State]:
        seen.append(signal)
        return tf.ones(2), state

    trainer = make_trainer("0", "1")
    trunk = trainer.learner.trunk.trainable_variables
    balancing = Balancing(Balancer(needs="halves", weigh=look), tasks=2, shared=trunk)
    balancing.start(1)
    table = make_table("0", "1")
    table = table._replace(weight=table.weight * [[1.0], [0.0]])
    program, _ = trainer._program("everything")
    values = [variable.value for variable in program._trained]
    batch = Batch(table, tf.range(8), tf.ones(8), tf.constant(0.1))
    joint, gradients, _ = balancing.step(program._losses, program._penalty, values, batch)
    (signal,) = seen
    assert signal.present.numpy().tolist() == [1, 0]
    assert float(joint) == float(signal.losses[0])
    assert signal.losses.numpy()[1] == 0
    assert not signal.gradients.numpy()[1].any()
    assert len(gradients) == len(values)


@pytest.mark.parametrize("parameters", [1, 255, 256, 700, 5000])
@pytest.mark.parametrize("tasks", [1, 3, 9])
def test_products_of_gradients(tasks: int, parameters: int) -> None:
    """However long, of few tasks and of many, and of two different halves."""
    rng = np.random.Generator(np.random.PCG64(1))
    first, second = rng.normal(size=(2, tasks, parameters)).astype(np.float32)
    found = gramians.gramian(tf.constant(first), tf.constant(second))
    np.testing.assert_allclose(found, first @ second.T, rtol=1e-4, atol=1e-3)


def test_nothing_is_shared() -> None:
    """A balancer of gradients needs a shared trunk; one of losses does not."""
    with pytest.raises(ValueError, match="needs weights that all tasks share, received none: tr"):
        Balancing(SAME["gram"], tasks=2, shared=[])
    Balancing(SAME["losses"], tasks=2, shared=[])


def test_heads_alone_share_nothing(
    make_trainer: Make, make_table: Tables, make_draw: Draws
) -> None:
    """Training the heads of a frozen trunk leaves no gradients to balance."""
    trainer = make_trainer("0", "1", balancer=SAME["gram"])
    with pytest.raises(ValueError, match="train a shared trunk, or choose a balancer of losses"):
        fit(trainer, make_table("0", "1"), make_draw(), part="heads")


@pytest.mark.slow
def test_compiled_by_xla_it_is_the_same(
    make_trainer: Make, make_table: Tables, make_draw: Draws
) -> None:
    """Under XLA and as a plain graph a balanced run agrees up to rounding."""
    results = []
    for jit in (True, False):
        trainer = make_trainer(
            "0", "1", optimizer="sgd", jit=jit, balancer=BALANCERS["upgrad"](options.UpGrad())
        )
        results.append(fit(trainer, make_table("0", "1"), make_draw()).curve)
    np.testing.assert_allclose(results[0], results[1], rtol=1e-3)


@pytest.mark.slow
@pytest.mark.parametrize("name", BALANCERS)
def test_every_balancer_learns(
    make_trainer: Make, make_table: Tables, make_draw: Draws, name: str
) -> None:
    """Three kinds of task with missing labels, dropout and normalisation: all losses fall."""
    table = make_table("0", "1", "2")
    known = np.ones((3, ROWS), np.float32)
    known[0, ::2], known[2, 1::3] = 0, 0
    given = options.Static(weights=(1.0, 2.0, 0.5)) if name == "static" else None
    built = BALANCERS[name](given or KINDS[name.replace("_", "")]())
    network = Network(widths=(16,), batch_norm=True, dropout=0.1, l2=0.001)
    trainer = make_trainer("0", "1", "2", network=network, balancer=built, epochs=40)
    done = fit(trainer, table._replace(weight=tf.constant(known)), make_draw(18, 6))
    assert np.isfinite(done.curve).all()
    assert done.curve[-1, 0] < 0.7 * done.curve[0, 0]
