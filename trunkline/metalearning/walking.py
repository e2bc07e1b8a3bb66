"""Steps on the support of each episode, and what is said after some of them.

Shapes: B episodes, R rates over the steps: the last serves all steps after it; K numbers of steps.
"""

from collections.abc import Callable, Sequence

import tensorflow as tf

Tensors = list[tf.Tensor]
Loss = Callable[[Tensors, Tensors], tf.Tensor]  # of weights and what else, each [B, ...] -> [B]


def path(
    support: Loss,
    begun: Sequence[tf.Tensor],
    rates: Sequence[tf.Tensor],
    look: Callable[[Tensors], tf.Tensor],
    steps: tf.Tensor,
    fixed: Sequence[tf.Tensor] = (),
) -> tf.Tensor:
    """Return what `look` says of the weights after each of some numbers of steps, [K, B, ...].

    Args:
        support: the loss that steps go down.
        begun: the first weights, [B, ...] each.
        rates: as `inner.losses`.
        look: at weights.
        steps: int32 [K], rising.
        fixed: as `inner.losses`.
    """

    def turn(step: tf.Tensor, weights: Tensors) -> tuple[tf.Tensor, Tensors]:
        return step + 1, stepped(support, weights, at(rates, step), list(fixed))

    return along(turn, list(begun), look, steps)


def along(
    turn: Callable[..., tuple[tf.Tensor, Tensors]],
    state: Tensors,
    look: Callable[[Tensors], tf.Tensor],
    steps: tf.Tensor,
) -> tf.Tensor:
    """Return what `look` says of a state after each of some numbers of turns, [K, ...].

    Args:
        turn: (number of the step, state) -> (the next one, the state after it).
        state: before the first.
        look: at a state.
        steps: int32 [K], rising.
    """
    count = steps.shape[0]
    seen = tf.TensorArray(state[0].dtype, size=count)

    def until(place: tf.Tensor, step: tf.Tensor, state: Tensors, seen: tf.TensorArray):  # type: ignore[no-untyped-def]
        step, state = tf.while_loop(lambda i, _: i < steps[place], turn, (step, state))
        return place + 1, step, state, seen.write(place, look(state))

    start = tf.constant(0), tf.constant(0), state, seen
    return tf.while_loop(lambda place, *_: place < count, until, start)[3].stack()


def gradient(loss: Loss, weights: Tensors, fixed: Tensors) -> Tensors:
    """Return dL/dtheta of each episode: the sum's is as good, for none knows another's weights."""
    with tf.GradientTape(watch_accessed_variables=False) as tape:
        tape.watch(weights)
        value = loss(weights, fixed)
    return tape.gradient(value, weights, unconnected_gradients="zero")


def at(rates: Sequence[tf.Tensor], step: tf.Tensor) -> Tensors:
    """Return the rates of a step, [...] of each [R, ...]."""
    return [rate[tf.minimum(step, rate.shape[0] - 1)] for rate in rates]


def stepped(support: Loss, weights: Tensors, rates: Tensors, fixed: Tensors) -> Tensors:
    """Return the weights after a step: theta - a * dL_support(theta)."""
    found = gradient(support, weights, fixed)
    return [w - a * g for w, a, g in zip(weights, rates, found, strict=True)]
