"""A meta-learner and what trains it, compiled once for all its runs."""

from typing import Any, NamedTuple

from trunkline.metalearning.method import Method
from trunkline.training.epoch import CompiledEpochs


class Program(NamedTuple):
    """A method of a study.

    Attributes:
        name: of the method.
        method: its variables, and what it makes of episodes.
        epochs: what trains them.
        options: as the study has them.
    """

    name: str
    method: Method
    epochs: CompiledEpochs
    options: Any
