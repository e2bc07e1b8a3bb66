"""LP-FT: a linear probe to its best epoch, then fine-tuning from there."""

from trunkline.settings.strategies import LpFt
from trunkline.training.trainer import Fit
from trunkline.training.transferring.arm import Arm, joined


def train(arm: Arm, options: LpFt) -> Fit:
    """Fit the head until it stops gaining, then everything from that head.

    A head that fits before the trunk moves leaves the trunk little reason to be distorted.
    The probe takes at most half of the epochs, so both phases together take no more than
    scratch, but one each.

    References:
        Kumar et al., "Fine-Tuning can Distort Pretrained Features and Underperform
        Out-of-Distribution", ICLR 2022, section 3.4.
    """
    arm.start(pretrained=True)
    probe = arm.fit("heads", epochs=max(1, arm.epochs // 2))
    rest = max(1, arm.epochs - len(probe.curve))
    whole = arm.fit("weights", epochs=rest, rate=options.rate)
    return joined(probe, whole)
