"""Linear probe: a new head on a trunk that stays as the source left it."""

from trunkline.settings.strategies import LinearProbe
from trunkline.training.trainer import Fit
from trunkline.training.transferring.arm import Arm


def train(arm: Arm, options: LinearProbe) -> Fit:
    """Train the head alone: min_v L_target(v; theta_source). The trunk's weights keep each bit.

    References:
        Alain and Bengio, "Understanding intermediate layers using linear classifier
        probes", ICLR 2017 workshop.
    """
    del options  # it has none
    arm.start(pretrained=True)
    return arm.fit("heads", epochs=arm.epochs)
