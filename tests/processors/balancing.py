"""Task balancers: the pieces of work whose bits are compared. T tasks, P weights, S steps."""

from collections.abc import Iterator, Sequence
from typing import get_args, get_type_hints

import numpy as np
import tensorflow as tf

from tests.processors import steps
from tests.processors.work import ROWS, digest
from trunkline.determinism import seeds
from trunkline.networks import learner as learners
from trunkline.networks.learner import Learner
from trunkline.objectives.losses import binary_cross_entropy
from trunkline.settings.balancers import Balancers
from trunkline.settings.study import Network
from trunkline.training import gramians, signals
from trunkline.training.balanced import Balancing
from trunkline.training.balancers import BALANCERS
from trunkline.training.batches import Batch, Table
from trunkline.training.forked import Forked
from trunkline.training.signals import Balancer, Signal, State

FEW, MANY = 3, 17  # tasks, whose gradients are written out and in loops
WEIGHTS, STEPS = 600, 3
INPUTS, WIDTH = 100, 16
EARLIEST = 3  # the first epoch of three whose losses no warm-up ignores
SOLVERS = ("nash_mtl", "aligned_mtl", "upgrad")  # asked for many tasks


def results() -> Iterator[tuple[str, str]]:
    """Ask each balancer for its answers, then take steps that need all that a balancer can ask."""
    for tasks in (FEW, MANY):
        rows = seeds.generator(1, "rows", tasks).standard_normal((2, tasks, 20_000))
        product = tf.function(gramians.gramian, jit_compile=True)
        yield f"Gramian of {tasks} tasks", digest(product(*tf.constant(rows, tf.float32)).numpy())
    for name in BALANCERS:
        if name != "equal":  # nothing is computed
            tasks = MANY if name in SOLVERS else FEW
            yield f"balancers, {name}", digest(*_answers(built(name, tasks), tasks))
    yield (
        f"balanced, {FEW} tasks, each from its loss",
        _stepped(built("modo", FEW), FEW, whole=True),
    )
    yield f"balanced, {MANY} tasks, looking ahead", _stepped(_curious(), MANY)


def built(name: str, tasks: int) -> Balancer:
    """Return a balancer as it is by default."""
    hint = get_type_hints(Balancers)[name]
    kind = next(kind for kind in (*get_args(hint), hint) if kind is not type(None))
    return BALANCERS[name](kind(weights=(0.5,) * tasks) if name == "static" else kind())


def _answers(balancer: Balancer, tasks: int) -> list[np.ndarray]:
    """Return the answers of some steps and the last state; in the last step a task is absent."""
    rng = seeds.generator(1, "gradients", tasks)
    present = np.ones((STEPS, tasks))
    present[-1, 0] = 0
    drawn = rng.standard_normal((STEPS, tasks, WEIGHTS)) * rng.uniform(0.1, 3, (tasks, 1))
    gradients = drawn * present[:, :, None]
    grams = np.matmul(gradients, gradients.transpose(0, 2, 1))
    losses = rng.uniform(0.1, 2, (STEPS, tasks)) * present
    tensors = [tf.constant(values, tf.float32) for values in (losses, present, grams, gradients)]
    weigh = tf.function(balancer.weigh, jit_compile=True)
    state, answers = balancer.start(tasks, WEIGHTS), []
    for number in range(STEPS):
        seen = _signal(tf.constant(number), *(values[number] for values in tensors))
        answer, state = weigh(state, seen)
        answers.append(answer.numpy())
        if balancer.review is not None:
            state = balancer.review(state, seen, 0.9 * seen.losses)
    return [*answers, *(one.numpy() for one in state)]


def _signal(
    step: tf.Tensor, losses: tf.Tensor, present: tf.Tensor, gram: tf.Tensor, gradients: tf.Tensor
) -> Signal:
    """Return the first batch of an epoch."""
    return Signal(
        losses=losses,
        present=present,
        gram=gram,
        gradients=gradients,
        rate=tf.constant(0.01),
        epoch=EARLIEST + step,
        batch=tf.constant(0),
        step=step,
        key=tf.cast(step, tf.uint32),
        slope=tf.negative,
        affinity=tf.zeros,
    )


def _curious() -> Balancer:
    """Return a balancer that asks for all there is, and answers with the sum of it."""

    def weigh(state: State, signal: Signal) -> tuple[tf.Tensor, State]:
        found = tf.reduce_sum(signal.gram + signal.affinity(), -1)
        weights = signals.softmax(found + signal.slope(signal.present), signal.present)
        return weights, (weights,)

    def start(tasks: int, parameters: int) -> State:
        del parameters
        return (tf.zeros(tasks),)

    return Balancer(needs="gram", weigh=weigh, start=start, review=lambda state, _, after: (after,))


def _stepped(balancer: Balancer, tasks: int, *, whole: bool = False) -> str:
    """Return the digest of the weights, and of the balancer's state, after some steps.

    Tasks are columns of one head, which is compiled sooner than many.

    Args:
        balancer: what decides the steps.
        tasks: T.
        whole: each task's gradient passes head and trunk, as where representations differ.
    """
    learner = learners.build(Network(widths=(WIDTH,)), (INPUTS,), {"all": tasks})
    learner.initialise(2)
    shared, own = (model.trainable_variables for model in learner.parts.values())
    losses = _losses(learner, tasks)
    optimizer, values = steps.descent(), [variable.value for variable in (*shared, *own)]
    optimizer.build([*shared, *own])
    balance = Balancing(balancer, tasks=tasks, shared=shared)
    balance.start(1)

    def take(batch: Batch) -> None:
        taken = (lambda *given: losses(*given)) if whole else losses
        _, gradients, signal = balance.step(taken, lambda: tf.constant(0.0), values, batch)
        optimizer.apply(gradients, [*shared, *own])
        balance.review(losses, batch, signal)

    steps.walk(take, table(tasks))
    return digest(*learner.arrays().values(), *balance.told().state)


def _losses(learner: Learner, tasks: int) -> Forked:
    """Return the losses of binary tasks, each a column of one head."""
    kernel, bias = learner.heads["all"].trainable_variables

    def judge(
        hidden: Sequence[tf.Tensor], given: Table, rows: tf.Tensor, weight: tf.Tensor, _: bool
    ) -> tf.Tensor:
        read = tf.stack(hidden) * tf.transpose(kernel.value)[:, None, :]  # [T, B, width]
        z = tf.reduce_sum(read, -1) + bias.value[:, None]  # [T, B]
        y = tf.gather(given.y, rows, axis=1)  # [T, B]
        loss = binary_cross_entropy(tf.reshape(y, [-1]), tf.reshape(z, [-1, 1]))
        sums = tf.reduce_sum(weight * tf.reshape(loss, [tasks, -1]), -1)
        return tf.stack([sums, tf.fill([tasks], tf.reduce_sum(weight))])

    return Forked(lambda given, rows, _: learner.trunk(tf.gather(given.x, rows)), judge, tasks)


def table(tasks: int) -> Table:
    """Return rows with a label for each of some binary tasks."""
    rng = seeds.generator(1, "tasks", tasks)
    return Table(
        tf.constant(rng.standard_normal((ROWS, INPUTS)), tf.float32),
        tf.constant(rng.integers(0, 2, (tasks, ROWS)), tf.float32),
        tf.ones((tasks, ROWS)),
        tf.ones(tasks),
    )
