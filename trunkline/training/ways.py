"""How the tasks of a network learn together."""

from typing import NamedTuple

from trunkline.networks.branches import Architecture
from trunkline.training.signals import Balancer


class Way(NamedTuple):
    """What weighs the tasks anew at each step, and what they share of the trunk.

    None of either: by their weights alone, and all of it.
    """

    balancer: Balancer | None = None
    sharing: Architecture | None = None


PLAIN = Way()
