"""EWC: fine-tuning in which weights that the source needs are held the more strongly."""

from collections.abc import Mapping

import numpy as np
import tensorflow as tf

from trunkline.settings.weight_strategies import Ewc
from trunkline.training import fisher
from trunkline.training.extras import NOTHING, Addition, Seen, Term
from trunkline.training.trainer import Fit
from trunkline.training.transferring.arm import Arm


def train(arm: Arm, options: Ewc) -> Fit:
    """Fine-tune with L + lambda / 2 sum_i F_i / M (w_i - w_i,source)^2 over the trunk's weights.

    F is the diagonal of the empirical Fisher matrix on the source's training rows, which
    pretraining measures when a study names this strategy, and M its mean over all these weights.
    The paper has no M, but a lambda that is tuned for each source: where F is 1e-6, as of a network
    that fits its rows, it does nothing below some 1e4. With M it is in the unit of `l2_sp`'s alpha,
    which this is if F is the same for all weights. The head is new and is free. With lambda 0
    this is `fine_tune`.

    Raises:
        ValueError: nothing was measured.

    References:
        Kirkpatrick et al., "Overcoming catastrophic forgetting in neural networks", PNAS 114
        (2017), equation 3.
    """
    needs = arm.left(fisher.PREFIX)
    addition = NOTHING
    if options.strength:
        addition = Addition(_Held, options, dict(arm.trunk) | relative(needs))
    return arm.finish(arm.warm_up(options), options.rate, addition)


def relative(needs: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Return the information divided by its mean over all weights; of none that is needed, 0."""
    total = sum(float(need.sum(dtype=np.float64)) for need in needs.values())
    mean = total / sum(need.size for need in needs.values())
    return {name: (need / (mean or 1.0)).astype(np.float32) for name, need in needs.items()}


class _Held(Term):
    """The penalty; the values are the source's weights and its relative information."""

    def term(self, seen: Seen) -> tf.Tensor:
        """Return lambda / 2 sum_i F_i / M (w_i - w_i,source)^2."""
        total, variables = tf.constant(0.0), self.learner.variables()
        for name, need in self.values.items():
            if name.startswith(fisher.PREFIX):
                weight = "trunk/" + name.removeprefix(fisher.PREFIX)
                away = variables[weight].value - self.values[weight].value
                total += self.options.strength / 2 * tf.reduce_sum(need.value * away * away)
        return total
