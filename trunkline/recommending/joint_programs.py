"""Programs that train two towers on one or two tasks."""

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

import keras
import tensorflow as tf

from trunkline.recommending import joint_losses
from trunkline.recommending.joint_verdicts import CLICK, RATING
from trunkline.recommending.neural import running, towers
from trunkline.recommending.neural.running import Numbers, Program
from trunkline.recommending.neural.towers import Shape
from trunkline.training.balanced import Balancing
from trunkline.training.epoch import CompiledEpochs
from trunkline.training.signals import Balancer


class Compiled(NamedTuple):
    """What trains, and the weight of its penalty, which is set for each run."""

    program: Program
    ridge: tf.Variable  # float32 scalar


@lru_cache(maxsize=1)
def compiled(
    shape: Shape,
    temperature: float,
    softmax: str,
    tasks: tuple[str, ...],
    balancer: Balancer | None,
) -> Compiled:
    """Return the weights, those that tasks share first, and what trains them.

    Another seed or rate needs no new one, nor do other pairs of as many users and items.
    """
    sizes = towers.sizes(shape)
    bias = sizes.pop("bias")
    shared = running.weights(sizes)
    made = {**shared, **running.weights(_own(shape, tasks, bias))}
    ridge = tf.Variable(0.0, trainable=False)
    balance = None
    if balancer is not None:
        balance = Balancing(balancer, tasks=len(tasks), shared=list(shared.values()))
    epochs = CompiledEpochs(
        joint_losses.of(made, tasks, temperature, full=softmax == "full"),
        trained=list(made.values()),
        optimizer=keras.optimizers.Adam(0.001),
        penalty=lambda: 0.5 * ridge * tf.add_n([tf.reduce_sum(w.value**2) for w in made.values()]),
        balance=balance,
    )
    return Compiled(Program(made, epochs, Numbers()), ridge)


def _own(shape: Shape, tasks: Sequence[str], bias: tuple[int, ...]) -> dict[str, tuple[int, ...]]:
    """Return the shapes of weights that one task alone reads."""
    own = {"bias": bias} if CLICK in tasks else {}
    if RATING in tasks:
        own |= {
            "rating_users": (shape.users,), "rating_items": (shape.items,),
            "rating_product": (shape.size,),
        }  # fmt: skip
    return own
