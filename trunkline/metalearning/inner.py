"""The inner loop: steps of gradient descent on the support, and the derivative of all of them.

    theta_{i+1} = theta_i - a_i * g(theta_i), g the gradient of the support's loss
    L = sum_i w_i L_query(theta_i)

The derivative runs back over the same steps, with H the second derivative of the support's loss:

    v_n = w_n dL_query(theta_n)
    v_i = v_{i+1} - H(theta_i) (a_i * v_{i+1}) + w_i dL_query(theta_i)

v_0 is that of the first weights. Each step is one turn of a loop, forwards and backwards: nothing
is compiled anew for more of them, and a step's memory is its weights.

Shapes: B episodes, n steps, R rates over the steps: the last serves all steps after it.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import tensorflow as tf

from trunkline.metalearning.walking import Loss, Tensors, at, gradient, stepped


class Problem(NamedTuple):
    """What steps go down, and what they are judged by."""

    support: Loss
    query: Loss


class Walk(NamedTuple):
    """How it is gone."""

    steps: int
    second: bool | tf.Tensor = True  # whether second derivatives count
    shares: tf.Tensor | None = None  # [n], w_1 to w_n; None: the last alone counts


def losses(
    problem: Problem,
    begun: Sequence[tf.Tensor],
    rates: Sequence[tf.Tensor],
    fixed: Sequence[tf.Tensor],
    walk: Walk,
) -> tf.Tensor:
    """Return the loss of each episode after its steps, [B]; differentiable once, by all tensors.

    Args:
        problem: both losses.
        begun: the first weights, [B, ...] each.
        rates: for each of them [R, ...]; the axes after the first as the weight's, or of length 1.
        fixed: what the losses depend on besides, and steps do not change.
        walk: how many steps, and what of them counts.
    """
    if not walk.steps:
        return problem.query(list(begun), list(fixed))
    ends = len(begun), len(begun) + len(rates)

    @tf.custom_gradient  # type: ignore[untyped-decorator]  # TensorFlow is untyped
    def run(*given: tf.Tensor) -> tuple[tf.Tensor, Callable[[tf.Tensor], Tensors]]:
        parts = list(given[: ends[0]]), list(given[ends[0] : ends[1]]), list(given[ends[1] :])
        loss, places = _forwards(problem, *parts, walk)

        def backward(upstream: tf.Tensor) -> Tensors:
            return _backwards(problem, places, *parts[1:], walk, upstream)

        return loss, backward

    return run(*begun, *rates, *fixed)


def _forwards(
    problem: Problem, begun: Tensors, rates: Tensors, fixed: Tensors, walk: Walk
) -> tuple[tf.Tensor, list[tf.TensorArray]]:
    """Return the losses [B], and the weights at each place, [n + 1, B, ...]."""
    size = walk.steps + 1
    places = [
        tf.TensorArray(w.dtype, size=size, element_shape=w.shape, clear_after_read=False).write(
            0, w
        )
        for w in begun
    ]

    def turn(step, weights, places, total):  # type: ignore[no-untyped-def]
        weights = stepped(problem.support, weights, at(rates, step), fixed)
        if walk.shares is not None:
            total += walk.shares[step] * problem.query(weights, fixed)
        written = [kept.write(step + 1, w) for kept, w in zip(places, weights, strict=True)]
        return step + 1, weights, written, total

    nothing = tf.zeros(begun[0].shape[0], begun[0].dtype)
    _, weights, places, total = tf.while_loop(
        lambda step, *_: step < walk.steps, turn, (tf.constant(0), begun, places, nothing)
    )
    return (problem.query(weights, fixed) if walk.shares is None else total), places


def _backwards(
    problem: Problem,
    places: list[tf.TensorArray],
    rates: Tensors,
    fixed: Tensors,
    walk: Walk,
    upstream: tf.Tensor,
) -> Tensors:
    """Return the derivative by the first weights, the rates, and what is fixed."""
    shares = None if walk.shares is None else tf.concat([[0.0], walk.shares], 0)

    def judged(weights: Tensors, share: tf.Tensor | None) -> tuple[Tensors, Tensors]:
        weighed = upstream if share is None else upstream * share
        return _pulled(problem.query, weights, fixed, weighed)

    def turn(step, v, by_rates, by_fixed):  # type: ignore[no-untyped-def]
        weights = [kept.read(step) for kept in places]
        pace = at(rates, step)
        scaled = [a * one for a, one in zip(pace, v, strict=True)]
        found, back, onto = _second(problem.support, weights, fixed, scaled, walk.second)
        by_rates = [
            whole - _placed(g * one, whole, step)
            for whole, g, one in zip(by_rates, found, v, strict=True)
        ]
        v = [one - h for one, h in zip(v, back, strict=True)]
        by_fixed = [whole - one for whole, one in zip(by_fixed, onto, strict=True)]
        if shares is not None:
            more, onto = judged(weights, shares[step])
            v = [one + g for one, g in zip(v, more, strict=True)]
            by_fixed = [whole + one for whole, one in zip(by_fixed, onto, strict=True)]
        return step - 1, v, by_rates, by_fixed

    last = [kept.read(walk.steps) for kept in places]
    v, by_fixed = judged(last, None if shares is None else shares[walk.steps])
    state = tf.constant(walk.steps - 1), v, [tf.zeros_like(rate) for rate in rates], by_fixed
    _, v, by_rates, by_fixed = tf.while_loop(lambda step, *_: step >= 0, turn, state)
    return [*v, *by_rates, *by_fixed]


def _pulled(
    loss: Loss, weights: Tensors, fixed: Tensors, upstream: tf.Tensor
) -> tuple[Tensors, Tensors]:
    """Return the derivative of the sum of upstream times loss, by weights and by what is fixed."""
    with tf.GradientTape(watch_accessed_variables=False) as tape:
        tape.watch([*weights, *fixed])
        value = loss(weights, fixed)
    return tuple(tape.gradient(value, (weights, fixed), upstream, unconnected_gradients="zero"))


def _second(
    loss: Loss, weights: Tensors, fixed: Tensors, along: Tensors, counts: bool | tf.Tensor
) -> tuple[Tensors, Tensors, Tensors]:
    """Return g, H times `along`, and the derivative of g times `along` by what is fixed."""

    def nothing() -> tuple[Tensors, Tensors, Tensors]:
        zero = [tf.zeros_like(w) for w in weights], [tf.zeros_like(one) for one in fixed]
        return gradient(loss, weights, fixed), *zero

    def all_of_it() -> tuple[Tensors, Tensors, Tensors]:
        with tf.GradientTape(watch_accessed_variables=False) as tape:
            tape.watch([*weights, *fixed])
            found = gradient(loss, weights, fixed)
        back, onto = tape.gradient(found, (weights, fixed), along, unconnected_gradients="zero")
        return found, back, onto

    if isinstance(counts, bool):
        return all_of_it() if counts else nothing()
    return tf.cond(counts, all_of_it, nothing)


def _placed(values: tf.Tensor, like: tf.Tensor, step: tf.Tensor) -> tf.Tensor:
    """Return the sum over the episodes of `values` [B, ...] as what one of the rates takes."""
    count, *shape = like.shape
    axes = [axis + 1 for axis, size in enumerate(shape) if size == 1]
    summed = tf.reshape(tf.reduce_sum(values, [0, *axes]), (1, *shape))
    place = tf.one_hot(tf.minimum(step, count - 1), count, dtype=values.dtype)
    return tf.reshape(place, (count, *[1] * len(shape))) * summed
