"""What a sharing architecture is: from one row to a representation for each task.

Shapes: B rows, W width of a representation, T tasks.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import keras
import tensorflow as tf

from trunkline.networks import front, trunks
from trunkline.settings.study import Network

Represent = Callable[[keras.KerasTensor, Network, int], list[keras.KerasTensor]]
Start = front.Start


@dataclass(frozen=True, kw_only=True, eq=False)
class Architecture:
    """A published method: what lies between a row and the heads of the tasks.

    Attributes:
        represent: (what a trunk begins with, network, T) -> T representations [B, W]. Every layer
            has a name of its own, which names its weights.
        penalty: of a trunk; it is added to the loss beside lambda R(theta).
        starts: by the last part of a weight's name, (shape, generator) -> its first value. Kernels
            and what belongs to a normalisation start as everywhere, all else at 0.
    """

    represent: Represent
    penalty: Callable[[keras.Model], tf.Tensor] | None = None
    starts: Mapping[str, Start] = field(default_factory=dict)


def of_task(task: int) -> str:
    """Return how the names of layers begin that are a task's own copy of the trunk's.

    The copies of all tasks start from the values of the trunk that one task alone starts from.
    """
    return f"task_{task}_"


def original(name: str) -> str:
    """Return the name of the weight of which another is a task's own copy, or the name itself.

    Example:
        >>> original("trunk/task_1_dense_0/kernel")
        'trunk/dense_0/kernel'
    """
    part, _, rest = name.partition("/task_")
    number, _, layer = rest.partition("_")
    return f"{part}/{layer}" if number.isdigit() else name


def expert(begun: keras.KerasTensor, network: Network, name: str) -> keras.KerasTensor:
    """Return what an expert, a whole trunk of its own whose layers are named so, says [B, W]."""
    return trunks.stacked(network, f"{name}_")(begun)


def reached_by_all(trunk: keras.Model) -> list[keras.Variable]:
    """Return the weights on which every task depends, in the order of the trunk."""
    if len(trunk.outputs) == 1:
        return list(trunk.trainable_variables)
    paths = [keras.Model(trunk.inputs, output) for output in trunk.outputs]
    reached = [{id(v) for v in path.trainable_variables} for path in paths]
    shared = set.intersection(*reached)
    return [v for v in trunk.trainable_variables if id(v) in shared]
