"""Our balancers beside TorchJD's, on the same gradients: an implementation that is not ours.

Runs where the extra `peers` is installed.
"""

import functools
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import tensorflow as tf

from trunkline.settings import balancers as options
from trunkline.training.balancers import BALANCERS
from trunkline.training.signals import Balancer, Signal

torch = pytest.importorskip("torch", reason="the extra `peers` is not installed")
aggregation = pytest.importorskip("torchjd.aggregation", reason="the extra `peers` is not there")

# CVXPY's advice on how TorchJD states one of its problems.
pytestmark = pytest.mark.filterwarnings("ignore:You are solving a parameterized:UserWarning")
Aggregate = Callable[[Any], Any]
STEPS = 4


def jacobian(seed: int, tasks: int) -> np.ndarray:
    """Return gradients [T, 8] of different lengths, some of which contradict each other."""
    rng = np.random.Generator(np.random.PCG64(seed))
    return rng.normal(size=(tasks, 8)) * rng.uniform(0.5, 2.0, size=(tasks, 1))


def seen(gradients: np.ndarray, step: int) -> Signal:
    """Return a step of losses of 1."""
    return Signal(
        losses=tf.ones(len(gradients)),
        present=tf.ones(len(gradients)),
        gram=tf.constant(gradients @ gradients.T, tf.float32),
        gradients=tf.constant(gradients, tf.float32),
        rate=tf.constant(0.01),
        epoch=tf.constant(1),
        batch=tf.constant(step),
        step=tf.constant(step),
        key=tf.constant(3, tf.uint32),
        slope=tf.negative,
        affinity=tf.zeros,
    )


@functools.cache
def compiled(name: str, given: Any) -> tuple[Balancer, Callable[..., Any]]:
    """Return a balancer, and its answer to a step; traced once for each number of tasks."""
    balancer = BALANCERS[name](given)
    return balancer, tf.function(balancer.weigh)


def ours(name: str, given: Any, matrices: list[np.ndarray]) -> list[np.ndarray]:
    """Return the direction of each step, [P]."""
    (balancer, weigh), found = compiled(name, given), []
    state = balancer.start(*matrices[0].shape)
    for step, matrix in enumerate(matrices):
        answer, state = weigh(state, seen(matrix, step))
        found.append(answer if balancer.needs == "gradients" else answer.numpy() @ matrix)
    return [np.asarray(direction) for direction in found]


def near(found: np.ndarray, wanted: Any, tolerance: float) -> None:
    """Compare directions up to a share of their length."""
    wanted = np.asarray(wanted)
    np.testing.assert_allclose(found, wanted, rtol=0, atol=tolerance * np.linalg.norm(wanted))


# name, options, TorchJD's, tolerance: that of the looser solver, mostly theirs
SAME: list[tuple[str, Any, Callable[[int], Aggregate], float]] = [
    ("mgda", options.Mgda(), lambda tasks: aggregation.MGDA(1e-9, 20_000), 5e-3),
    ("upgrad", options.UpGrad(), lambda tasks: aggregation.UPGrad(), 2e-3),
    ("dualproj", options.DualProj(), lambda tasks: aggregation.DualProj(), 2e-3),
    ("cagrad", options.CaGrad(c=0.5), lambda tasks: aggregation.CAGrad(c=0.5), 2e-3),
    ("imtl", options.Imtl(), lambda tasks: aggregation.IMTLG(), 2e-3),
    ("aligned_mtl", options.AlignedMtl(), lambda tasks: aggregation.AlignedMTL(), 2e-3),
    ("config", options.Config(), lambda tasks: aggregation.ConFIG(), 2e-3),
    ("fairgrad", options.FairGrad(alpha=1.0), lambda tasks: aggregation.FairGrad(1.0), 5e-3),
    ("fairgrad", options.FairGrad(alpha=2.0), lambda tasks: aggregation.FairGrad(2.0), 5e-3),
    ("nash_mtl", options.NashMtl(), lambda tasks: aggregation.NashMTL(tasks), 2e-2),
]  # fmt: skip


@pytest.mark.parametrize("case", SAME, ids=lambda case: case[0])
@pytest.mark.parametrize("tasks", [2, 3, 5])
def test_the_same_direction(case: tuple[Any, ...], tasks: int) -> None:
    """On random gradients both give one direction, and of one length."""
    name, given, theirs, tolerance = case
    for seed in range(5):
        matrix = jacobian(seed, tasks)
        (found,) = ours(name, given, [matrix])
        near(found, theirs(tasks)(torch.tensor(matrix)), tolerance)


@pytest.mark.parametrize(
    ("name", "given", "theirs"),
    [
        ("pcgrad", options.PcGrad(), "PCGrad"),
        ("gradvac", options.GradVac(beta=0.5), "GradVac"),
    ],
)
def test_without_chance_of_two_tasks(name: str, given: Any, theirs: str) -> None:
    """Methods that draw an order have none to draw with two tasks; GradVac also remembers."""
    matrices = [jacobian(seed, 2) for seed in range(STEPS)]
    aggregate = getattr(aggregation, theirs)()
    for found, matrix in zip(ours(name, given, matrices), matrices, strict=True):
        near(found, aggregate(torch.tensor(matrix)), 2e-3)


def test_modo() -> None:
    """From equal weights, moved at each step and projected onto the simplex."""
    matrices = [jacobian(seed, 3) for seed in range(STEPS)]
    weighting = aggregation.MoDoWeighting(gamma=0.05, rho=0.1)
    for found, matrix in zip(
        ours("modo", options.Modo(gamma=0.05, rho=0.1), matrices), matrices, strict=True
    ):
        near(found, weighting(torch.tensor(matrix @ matrix.T)).numpy() @ matrix, 1e-3)


def test_excess_mtl() -> None:
    """Weights by the excess risk of the first step on; theirs sum to 1, ours to the tasks' number.

    Theirs are told to look at the first step only, which is what the paper says of scales.
    """
    matrices = [jacobian(seed, 3) for seed in range(STEPS)]
    aggregate = aggregation.ExcessMTL(robust_step_size=0.3, n_warmup_steps=1)
    found = ours("excess_mtl", options.ExcessMtl(rate=0.3), matrices)
    for one, matrix in zip(found, matrices, strict=True):
        wanted = np.asarray(aggregate(torch.tensor(matrix)))
        near(one / 3, wanted, 1e-3)
