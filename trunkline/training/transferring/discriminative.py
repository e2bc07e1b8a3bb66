"""Discriminative fine-tuning: the further a layer is from the head, the lower its rate."""

import numpy as np

from trunkline.networks.learner import Learner
from trunkline.settings.weight_strategies import Discriminative
from trunkline.training import scaling
from trunkline.training.extras import NOTHING, Addition
from trunkline.training.trainer import Fit
from trunkline.training.transferring.arm import Arm


def train(arm: Arm, options: Discriminative) -> Fit:
    """Fine-tune; a layer's rate is rate / factor^depth, and the head, of depth 0, has it whole.

    The steps of an optimizer are scaled and not its gradients, which Adam would scale back. With
    a factor of 1 this is `fine_tune`.

    References:
        Howard and Ruder, "Universal Language Model Fine-tuning for Text Classification",
        ACL 2018, section 3.2: eta^(l-1) = eta^l / 2.6.
    """
    addition = NOTHING
    if options.factor != 1:
        addition = Addition(scaling.Scaled, "", shares(arm.learner, options.factor))
    return arm.finish(arm.warm_up(options), options.rate, addition)


def shares(learner: Learner, factor: float) -> dict[str, np.ndarray]:
    """Return factor^-depth of each weight of the trunk, by name."""
    found = scaling.depths(learner)
    return {name: np.array(factor**-depth, np.float32) for name, depth in found.items()}
