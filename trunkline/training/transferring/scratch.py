"""From scratch: a new network that sees the target alone, the arm all others must beat."""

from trunkline.settings.strategies import Scratch
from trunkline.training.trainer import Fit
from trunkline.training.transferring.arm import Arm


def train(arm: Arm, options: Scratch) -> Fit:
    """Train everything from new weights: min_theta L_target(theta)."""
    del options  # it has none
    arm.start(pretrained=False)
    return arm.fit("everything", epochs=arm.epochs)
