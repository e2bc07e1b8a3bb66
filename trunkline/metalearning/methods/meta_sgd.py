"""Meta-SGD: where steps begin, their direction and their length are learned together."""

from trunkline.metalearning.adapting import Adapting, Way
from trunkline.metalearning.method import Adaptive, Form
from trunkline.settings.metalearning.methods import MetaSgd


def build(form: Form, options: MetaSgd) -> Adaptive:
    """Return MAML with a learned rate for each weight.

    theta_{i+1} = theta_i - a * dL_support(theta_i), entry by entry; theta_0 and a are learned by
    the whole derivative of L_query(theta_n). Each a starts at `rate`, and may become negative.

    Args:
        form: of the episodes.
        options: rate and steps; the published method takes one.

    References:
        Li, Zhou, Chen and Li, "Meta-SGD: Learning to learn quickly for few-shot learning",
        arXiv 1707.09835, algorithm 1.
    """
    return Adapting(form, options, Way(rates="weights"))
