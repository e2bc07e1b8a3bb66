"""What a step would do to other rows, for balancers that look ahead. T tasks."""

from collections.abc import Callable, Sequence

import tensorflow as tf

from trunkline.training import jacobians, measuring
from trunkline.training.batches import Batch, Losses

NUDGE = 0.01  # length of the finite difference in the space of all weights
SMALL = 1e-12


def slope(
    losses: Losses,
    penalty: Callable[[], tf.Tensor],
    trained: Sequence[tf.Variable],
    batch: Batch,
    weights: tf.Tensor,
) -> tf.Tensor:
    """Return dV / dw [T], V the sum of the losses of half a batch after a step on the other half.

    theta' = theta - rate grad(sum_t w_t L_t(theta) + R(theta)), V = sum_t L_t(theta'). By the
    chain rule dV / dw_t = -rate d grad L_t(theta), d = grad V(theta'), and that product of two
    gradients is (L_t(theta + e d) - L_t(theta - e d)) / 2 e, e = `NUDGE` / |d|.

    The weights are as before when it returns. Nothing drops out, and batch normalisation takes its
    running moments, so that looking ahead leaves no trace in them.

    Args:
        losses: as `CompiledEpochs` takes them.
        penalty: R.
        trained: theta, trunk and heads.
        batch: its even rows take the step, its odd rows judge it.
        weights: w [T].

    References:
        Liu et al., "Auto-Lambda: Disentangling Dynamic Task Relationships", TMLR 2022, section
        3.2; the difference is of Liu, Simonyan and Yang, "DARTS", ICLR 2019, equation 8.
    """
    step, judge = (measuring.cut(batch, half, 2) for half in (0, 1))
    begun = [tf.identity(variable) for variable in trained]
    with tf.GradientTape() as tape:
        objective = tf.reduce_sum(weights * _means(losses, step)) + penalty()
    for variable, gradient in zip(trained, _gradient(tape, objective, trained), strict=True):
        variable.assign_sub(batch.rate * gradient)
    with tf.GradientTape() as tape:
        ahead = tf.reduce_sum(_means(losses, judge))
    directions = _gradient(tape, ahead, trained)
    length = tf.sqrt(tf.add_n([tf.reduce_sum(d * d) for d in directions])) + SMALL
    found = []
    for share in (NUDGE / length, -NUDGE / length):
        for variable, value, direction in zip(trained, begun, directions, strict=True):
            variable.assign(value + share * direction)
        found.append(_means(losses, step))
    for variable, value in zip(trained, begun, strict=True):
        variable.assign(value)
    return -batch.rate * (found[0] - found[1]) * length / (2.0 * NUDGE)


def affinity(losses: Losses, shared: Sequence[tf.Variable], batch: Batch, tasks: int) -> tf.Tensor:
    """Return Z [T, T], Z_ij = 1 - L_j(theta - rate grad L_i) / L_j(theta).

    Above 0 the step of task i serves task j. The weights are as before when it returns; nothing
    drops out.

    Args:
        losses: as `CompiledEpochs` takes them.
        shared: theta.
        batch: the rows.
        tasks: T.

    References:
        Fifty et al., "Efficiently Identifying Task Groupings for Multi-Task Learning", NeurIPS
        2021, equation 1.
    """
    seen = jacobians.find(losses, batch, shared, (), training=False)
    begun = [tf.identity(variable) for variable in shared]

    def after(task: tf.Tensor) -> tf.Tensor:
        pieces = jacobians.shaped(seen.jacobian[0][task], shared)
        for variable, value, piece in zip(shared, begun, pieces, strict=True):
            variable.assign(value - batch.rate * piece)
        return _means(losses, batch)

    found = jacobians.stacked(after, tasks)  # [T, T]
    for variable, value in zip(shared, begun, strict=True):
        variable.assign(value)
    return 1.0 - tf.math.divide_no_nan(found, seen.parts)


def _means(losses: Losses, half: Batch) -> tf.Tensor:
    means, _ = measuring.measure(losses, [half], training=False)
    return means[0]  # [T]


def _gradient(
    tape: tf.GradientTape, value: tf.Tensor, trained: Sequence[tf.Variable]
) -> list[tf.Tensor]:
    return tape.gradient(value, trained, unconnected_gradients="zero")
