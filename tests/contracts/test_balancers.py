"""What every task balancer promises; a new one is checked by being in the table."""

from collections.abc import Callable
from dataclasses import fields
from functools import cache
from pathlib import Path
from typing import Any, get_args, get_type_hints

import numpy as np
import pytest
import tensorflow as tf
from hypothesis import given, settings
from hypothesis import strategies as st

from trunkline.settings.balancers import Balancers
from trunkline.training import balancers
from trunkline.training.balancers import BALANCERS
from trunkline.training.signals import Balancer, Signal

EACH = pytest.mark.parametrize("name", BALANCERS)
PARAMETERS = 8

# What the publications claim, or what follows from the formula.
ON_SIMPLEX = ["rlw", "famo", "mgda", "modo", "sdmgrad"]
NOT_NEGATIVE = [
    name for name in BALANCERS if name not in ("imtl", "aligned_mtl", "gradvac", "config")
]
NO_CONFLICT = ["mgda", "nash_mtl", "fairgrad", "upgrad", "dualproj", "config"]
ANY_SCALES = ["nash_mtl", "config"]  # the direction is the same whatever the losses' units
ONE_SCALE = [  # losses in other units by one factor: the gradient grows by it
    "equal", "static", "dwa", "gls", "mgda", "pcgrad", "graddrop", "imtl", "gradvac", "cagrad",
    "aligned_mtl", "upgrad", "dualproj", "config", "auto_lambda",
]  # fmt: skip
RANDOM_ORDER = ["static", "rlw", "pcgrad", "gradvac"]  # the place of a task matters
REMEMBERS = [name for name in BALANCERS if name in (
    "uncertainty", "dwa", "stch", "famo", "gradnorm", "imtl", "gradvac", "moco", "modo", "sdmgrad",
    "excess_mtl", "db_mtl", "auto_lambda",
)]  # fmt: skip
AT_REST = ["mgda", "nash_mtl", "fairgrad", "upgrad", "sdmgrad", "dualproj"]  # nothing moves there
ALONE_IN_PROPORTION = [  # one task: its gradient times a number; of all others that is 1
    "uncertainty", "stch", "cagrad", "nash_mtl", "fairgrad", "moco", "db_mtl", "auto_lambda",
    "config",  # but for rounding
]  # fmt: skip
EQUAL_WITHOUT_ABSENT = [
    "equal", "gls", "stch", "famo", "mgda", "pcgrad", "graddrop", "imtl", "gradvac", "cagrad",
    "nash_mtl", "aligned_mtl", "fairgrad", "upgrad", "dualproj", "config", "uncertainty", "dwa",
    "auto_lambda",
]  # fmt: skip


@cache
def build(name: str, tasks: int) -> Balancer:
    """Return a balancer with its default options."""
    hint = get_type_hints(Balancers)[name]
    kind = next(kind for kind in (*get_args(hint), hint) if kind is not type(None))
    return BALANCERS[name](kind(weights=(1.0,) * tasks) if name == "static" else kind())


@cache
def graph(name: str, tasks: int, jit: bool = False) -> Callable[..., Any]:
    """Return `weigh` as one graph."""
    return tf.function(build(name, tasks).weigh, jit_compile=jit)


def signal(
    gradients: np.ndarray, losses: np.ndarray | None = None, absent: int | None = None
) -> Signal:
    """Return what a balancer sees in the first step of a third epoch."""
    tasks = len(gradients)
    present = np.ones(tasks)
    if absent is not None:
        present[absent] = 0
    seen = gradients * present[:, None]
    values = np.ones(tasks) if losses is None else losses
    return Signal(
        losses=tf.constant(values * present, tf.float32),
        present=tf.constant(present, tf.float32),
        gram=tf.constant(seen @ seen.T, tf.float32),
        gradients=tf.constant(seen, tf.float32),
        rate=tf.constant(0.01),
        epoch=tf.constant(2),
        batch=tf.constant(0),
        step=tf.constant(20),
        key=tf.constant(9, tf.uint32),
        slope=tf.negative,
        affinity=tf.zeros,
    )


def weights(name: str, seen: Signal, *, jit: bool = False) -> np.ndarray:
    """Return the first answer of a balancer."""
    tasks, parameters = seen.gradients.shape
    answer, _ = graph(name, tasks, jit)(build(name, tasks).start(tasks, parameters), seen)
    return answer.numpy()


def direction(name: str, seen: Signal) -> np.ndarray:
    """Return the combined gradient [P]."""
    answer = weights(name, seen)
    return (
        answer
        if build(name, len(seen.losses)).needs == "gradients"
        else answer @ seen.gradients.numpy()
    )


def random(seed: int, tasks: int, rank: int = PARAMETERS) -> np.ndarray:
    """Return gradients [T, P] of a rank at the most."""
    rng = np.random.Generator(np.random.PCG64(seed))
    return rng.normal(size=(tasks, rank)) @ rng.normal(size=(rank, PARAMETERS))


def near(found: np.ndarray, wanted: np.ndarray, rtol: float = 1e-3) -> None:
    """Compare directions up to a share of their length."""
    np.testing.assert_allclose(found, wanted, atol=rtol * np.abs(wanted).max(), rtol=0)


def some(tasks: tuple[int, ...] = (3,)) -> Any:
    """Draw seeds, and numbers of tasks."""
    return given(seed=st.integers(0, 10_000), tasks=st.sampled_from(tasks))


FEW = settings(max_examples=6, deadline=None, derandomize=True)


def test_every_choice_is_a_balancer() -> None:
    """The balancers a user may name are those that run, in one order, equal weights first."""
    assert list(BALANCERS) == [field.name for field in fields(Balancers)]
    assert next(iter(BALANCERS)) == "equal"
    assert balancers.chosen(Balancers()) == {"equal": None}


def test_one_file_for_each() -> None:
    """Each balancer is built by `build` of the file of its name, and no file lacks one."""
    files = {path.stem for path in Path("trunkline/training/balancing").glob("[!_]*.py")}
    assert files == set(BALANCERS)
    for name, function in BALANCERS.items():
        assert function.__module__ == f"trunkline.training.balancing.{name}"


@EACH
def test_says_where_it_is_from(name: str) -> None:
    """Each balancer names its publication and the shape of its answer."""
    assert "References:" in str(BALANCERS[name].__doc__)
    shape = "[P]" if build(name, 2).needs == "gradients" else "[T]"
    assert shape in str(BALANCERS[name].__doc__)


@EACH
def test_answer_and_state_keep_their_shapes(name: str) -> None:
    """A weight for each task, or a direction; what is remembered has the shapes of its start."""
    seen, balancer = signal(random(1, 3)), build(name, 3)
    start = balancer.start(3, PARAMETERS)
    answer, state = graph(name, 3)(start, seen)
    assert answer.shape == ((PARAMETERS,) if balancer.needs == "gradients" else (3,))
    assert [(v.shape, v.dtype) for v in state] == [(v.shape, v.dtype) for v in start]
    assert bool(start) == (name in REMEMBERS)
    if balancer.review is not None:
        reviewed = balancer.review(state, seen, 0.9 * seen.losses)
        assert [v.shape for v in reviewed] == [v.shape for v in start]


EXTREMES = {
    "opposite": np.array([[1.0], [-1.0], [1.0]]) * np.ones(PARAMETERS),
    "zeros": np.zeros((3, PARAMETERS)),
    "one zero": random(3, 3) * np.array([[1], [0], [1]]),
    "tiny": 1e-9 * random(4, 3),
    "huge": 1e6 * random(5, 3),
    "uneven": random(6, 3) * np.array([[1e-4], [1], [1e4]]),
    "one line": random(7, 3, rank=1),
}


@EACH
@pytest.mark.parametrize("kind", EXTREMES)
def test_always_finite(name: str, kind: str) -> None:
    """Whatever the gradients and losses, absent tasks included, answer and state are finite."""
    balancer = build(name, 3)
    state = balancer.start(3, PARAMETERS)
    for losses in (np.ones(3), np.zeros(3), np.array([1e-6, 1.0, 1e4])):
        for absent in (None, 1):
            seen = signal(EXTREMES[kind], losses, absent)
            answer, state = graph(name, 3)(state, seen)
            assert np.isfinite(answer).all()
            if balancer.review is not None:
                state = balancer.review(state, seen, 0.5 * seen.losses)
            assert all(np.isfinite(value).all() for value in state)


@EACH
def test_equal_tasks_weigh_the_same(name: str) -> None:
    """Tasks of one gradient and one loss keep its direction, and weigh the same but by chance."""
    row = random(8, 1)
    seen = signal(np.repeat(row, 3, axis=0))
    found = direction(name, seen)
    near(found / np.linalg.norm(found), row[0] / np.linalg.norm(row))
    answer = weights(name, seen)
    if build(name, 3).needs != "gradients" and name != "rlw":
        near(answer, np.full(3, answer.mean()), rtol=1e-2)


@pytest.mark.parametrize("name", [n for n in BALANCERS if n not in RANDOM_ORDER])
@FEW
@some((3,))
def test_the_order_of_tasks_does_not_matter(name: str, seed: int, tasks: int) -> None:
    """Tasks in another order combine to the same direction."""
    gradients, losses = random(seed, tasks), np.array([0.5, 1.0, 2.0])
    order = [2, 0, 1]
    found = direction(name, signal(gradients[order], losses[order]))
    near(found, direction(name, signal(gradients, losses)), rtol=5e-3)


@pytest.mark.parametrize("name", ON_SIMPLEX)
@FEW
@some()
def test_weights_on_the_simplex(name: str, seed: int, tasks: int) -> None:
    """Where it is claimed, no weight is negative and they sum to 1."""
    found = weights(name, signal(random(seed, tasks), np.arange(1.0, tasks + 1)))
    assert (found >= 0).all()
    assert found.sum() == pytest.approx(1, abs=1e-5)


@pytest.mark.parametrize("name", NOT_NEGATIVE)
@FEW
@some((3,))
def test_no_task_is_unlearned(name: str, seed: int, tasks: int) -> None:
    """No weight is negative, but for methods that solve for equal projections."""
    if build(name, tasks).needs != "gradients":
        assert (weights(name, signal(random(seed, tasks))) >= -1e-6).all()


@pytest.mark.parametrize("name", NO_CONFLICT)
@FEW
@some()
def test_contradicts_no_task(name: str, seed: int, tasks: int) -> None:
    """Where it is claimed, the direction has no negative product with any gradient."""
    gradients = random(seed, tasks)
    found = direction(name, signal(gradients))
    sizes = np.linalg.norm(gradients, axis=1) * np.linalg.norm(found)
    assert (gradients @ found >= -2e-3 * sizes).all()


@FEW
@given(seed=st.integers(0, 10_000))
def test_two_projected_tasks_do_not_contradict(seed: int) -> None:
    """With two tasks PCGrad contradicts none; with more it may."""
    gradients = random(seed, 2)
    found = direction("pcgrad", signal(gradients))
    sizes = np.linalg.norm(gradients, axis=1) * np.linalg.norm(found)
    assert (gradients @ found >= -1e-4 * sizes).all()


@pytest.mark.parametrize("name", AT_REST)
@FEW
@some((2, 3))
def test_a_stationary_point_is_at_rest(name: str, seed: int, tasks: int) -> None:
    """Where some positive combination of the gradients is 0, so is the direction."""
    gradients = random(seed, tasks)
    shares = np.random.Generator(np.random.PCG64(seed)).uniform(0.2, 1, tasks)
    gradients[-1] = -(shares[:-1] @ gradients[:-1]) / shares[-1]
    found = direction(name, signal(gradients))
    assert np.linalg.norm(found) < 1e-2 * np.linalg.norm(gradients, axis=1).mean()


@EACH
def test_one_task_is_single_training(name: str) -> None:
    """With one task the direction is its gradient: to the bit, or where it is scaled, in length."""
    seen = signal(random(3, 1), np.array([1.7]))
    found, row = direction(name, seen), seen.gradients.numpy()[0]
    if name in ALONE_IN_PROPORTION:
        near(found / np.linalg.norm(found), row / np.linalg.norm(row), rtol=1e-5)
    else:
        np.testing.assert_array_equal(found, row)


@pytest.mark.parametrize("name", ["pcgrad", "graddrop", "gradvac", "upgrad", "dualproj", "cagrad"])
@FEW
@some()
def test_orthogonal_tasks_are_left_alone(name: str, seed: int, tasks: int) -> None:
    """Gradients that share nothing keep their direction: it is the mean's, but for CAGrad near."""
    rng = np.random.Generator(np.random.PCG64(seed))
    gradients = np.diag(rng.uniform(1, 2, tasks)) @ np.eye(tasks, PARAMETERS)
    found, mean = direction(name, signal(gradients)), gradients.mean(0)
    cosine = found @ mean / np.linalg.norm(found) / np.linalg.norm(mean)
    assert cosine > (0.8 if name == "cagrad" else 0.9999)


@pytest.mark.parametrize("name", ONE_SCALE)
@FEW
@some((3,))
def test_one_other_unit_for_all_losses(name: str, seed: int, tasks: int) -> None:
    """Gradients and losses ten times as large give a direction ten times as long."""
    gradients, losses = random(seed, tasks), np.array([0.5, 1.0, 2.0])
    found = direction(name, signal(10 * gradients, 10 * losses))
    near(found, 10 * direction(name, signal(gradients, losses)), rtol=5e-3)


@pytest.mark.parametrize("name", ANY_SCALES)
@FEW
@some((3,))
def test_other_units_for_some_losses(name: str, seed: int, tasks: int) -> None:
    """Where it is claimed, the direction is the same whatever unit each loss has."""
    gradients = random(seed, tasks)
    found = direction(name, signal(gradients * np.array([[0.1], [1.0], [20.0]])))
    wanted = direction(name, signal(gradients))
    near(found / np.linalg.norm(found), wanted / np.linalg.norm(wanted), rtol=1e-2)


@pytest.mark.parametrize("name", EQUAL_WITHOUT_ABSENT)
@FEW
@given(seed=st.integers(0, 10_000))
def test_a_task_without_labels_is_absent(name: str, seed: int) -> None:
    """A task without a label in the batch leaves the others' direction as without it."""
    gradients, losses = random(seed, 3), np.array([0.5, 1.0, 2.0])
    found = direction(name, signal(gradients, losses, absent=1))
    keep = [0, 2]
    wanted = direction(name, signal(gradients[keep], losses[keep]))
    near(found, wanted * np.linalg.norm(found) / np.linalg.norm(wanted), rtol=1e-2)


@EACH
def test_compiled_by_xla(name: str) -> None:
    """XLA compiles it and gives the same numbers."""
    seen = signal(random(2, 3), np.array([0.5, 1.0, 2.0]))
    np.testing.assert_allclose(
        weights(name, seen, jit=True), weights(name, seen), rtol=1e-3, atol=1e-4
    )
