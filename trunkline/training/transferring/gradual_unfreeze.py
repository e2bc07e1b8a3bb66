"""Gradual unfreezing: one layer more every few epochs, from the head down."""

import numpy as np

from trunkline.settings.weight_strategies import GradualUnfreeze
from trunkline.training import scaling
from trunkline.training.extras import Addition
from trunkline.training.trainer import Fit
from trunkline.training.transferring.arm import Arm, joined


def train(arm: Arm, options: GradualUnfreeze) -> Fit:
    """Train the head, then the head and the layer below it, and so on down to the first layer.

    Layers that are still frozen keep every bit. Each phase but the last, which trains everything
    and stops early, takes `every` epochs, or fewer where half of all epochs would not do for them;
    its optimizer starts anew. All phases together take no more epochs than scratch, but one each.
    With one layer this is `fine_tune`.

    References:
        Howard and Ruder, "Universal Language Model Fine-tuning for Text Classification",
        ACL 2018, section 3.3. Their triangular rates are left to `training.schedule`.
    """
    arm.start(pretrained=True)
    depths = scaling.depths(arm.learner)
    layers = max(depths.values())
    count = min(options.every, max(1, arm.epochs // 2 // layers))
    done = arm.fit("heads", epochs=count, early_stopping=False)
    for free in range(1, layers):
        values = {name: np.float32(depth <= free) for name, depth in depths.items()}
        addition = Addition(scaling.Scaled, "", {k: np.asarray(v) for k, v in values.items()})
        phase = arm.fit(
            "weights", epochs=count, rate=options.rate, early_stopping=False,
            addition=addition, order=f"down to {free}",
        )  # fmt: skip
        done = joined(done, phase)
    return arm.finish(done, options.rate)
