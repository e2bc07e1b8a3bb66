"""Fine-tuning as Keras's guide tells it: warm the head up, unfreeze, lower the rate."""

from trunkline.settings.strategies import FineTune
from trunkline.training.trainer import Fit
from trunkline.training.transferring.arm import Arm


def train(arm: Arm, options: FineTune) -> Fit:
    """Train the head on the frozen trunk for a few epochs, then everything, gently.

    The warm-up keeps a random head's gradients from spoiling the trunk. In the second phase
    batch normalisation stays in inference mode: the moments of a few target rows would
    undo what the source taught. Both phases together take no more epochs than scratch, but
    one each.

    References:
        Keras guide "Transfer learning & fine-tuning"; Howard and Ruder, "Universal
        Language Model Fine-tuning for Text Classification", ACL 2018, section 3.3.
    """
    return arm.finish(arm.warm_up(options), options.rate)
