"""Soft sharing: a trunk for each task, tied by their distance."""

from collections import defaultdict

import keras
import tensorflow as tf

from trunkline.networks import branches, trunks
from trunkline.networks.branches import Architecture
from trunkline.settings.sharing import Soft
from trunkline.settings.study import Network


def build(options: Soft) -> Architecture:
    """Return soft sharing: h_t = f_t(x), and mu sum_{t < s} ||W_t - W_s||^2 added to the loss.

    The sum runs over the kernels of the trunks of every two tasks. All trunks start alike, so
    that it starts at 0. With mu = 0 each task learns as if it were alone, but for one early
    stopping for all; as mu grows, the trunks become one. No weight is shared by all tasks.

    Args:
        options: mu.

    References:
        Duong, Cohn, Bird and Cook, "Low Resource Dependency Parsing: Cross-lingual Parameter
        Sharing in a Neural Network Parser", ACL 2015; of two languages, of which one is fixed.
        Yang and Hospedales, "Trace Norm Regularised Deep Multi-Task Learning", ICLR workshop
        2017, ties all trunks at once, by another norm.
    """
    return Architecture(represent=_represent, penalty=lambda trunk: options.mu * distance(trunk))


def distance(trunk: keras.Model) -> tf.Tensor:
    """Return sum_{t < s} ||W_t - W_s||^2 = T sum_t ||W_t - M||^2, M the mean over the tasks."""
    kernels = defaultdict(list)
    for variable in trunk.trainable_variables:
        if variable.path.endswith("kernel"):
            kernels[branches.original(f"trunk/{variable.path}")].append(variable.value)
    sums = []
    for copies in kernels.values():
        mean = tf.add_n(copies) / float(len(copies))
        sums += [len(copies) * tf.reduce_sum(tf.square(copy - mean)) for copy in copies]
    return tf.add_n(sums)


def _represent(begun: keras.KerasTensor, network: Network, tasks: int) -> list[keras.KerasTensor]:
    return [trunks.stacked(network, branches.of_task(task))(begun) for task in range(tasks)]
