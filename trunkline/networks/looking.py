"""Networks that are looked at and not trained: the graph whose products are the same everywhere."""

from collections.abc import Callable
from typing import Any

import tensorflow as tf

from trunkline.networks.learner import Learner
from trunkline.networks.portable import TERMS


def graph(learner: Learner, look: Callable[..., Any], **options: Any) -> Callable[..., Any]:
    """Return `look` as a graph: a plain one, or compiled by XLA where a product is wide.

    In a plain graph Eigen cuts the sum of a wide product where the processor's cache ends; XLA
    writes the whole sum as a loop. XLA hands convolutions to Eigen, which gains nothing.

    Args:
        learner: which `look` calls.
        look: what it puts out for some rows.
        options: of `tf.function`.
    """
    convolves = any(len(shape) > 2 for shape in learner.shapes().values())
    return tf.function(look, jit_compile=wide(learner) and not convolves, **options)


def wide(learner: Learner) -> bool:
    """Return whether a dense layer adds more products than Eigen adds in one go everywhere."""
    kernels = [
        shape for name, shape in learner.shapes().items() if name.endswith("/kernel")
    ]  # [..., inputs, units]
    return any(len(shape) == 2 and shape[0] > TERMS for shape in kernels)
