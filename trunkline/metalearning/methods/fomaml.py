"""First-order MAML: the gradient where the steps end is taken for the gradient where they began."""

from trunkline.metalearning.adapting import Adapting, Way
from trunkline.metalearning.method import Adaptive, Form
from trunkline.settings.metalearning.methods import Fomaml


def build(form: Form, options: Fomaml) -> Adaptive:
    """Return MAML without second derivatives.

    theta_{i+1} = theta_i - a dL_support(theta_i); theta_0 moves along dL_query(theta_n).

    Args:
        form: of the episodes.
        options: rate and steps.

    References:
        Finn, Abbeel and Levine, "Model-agnostic meta-learning for fast adaptation of deep
        networks", ICML 2017, section 5.2.
    """
    return Adapting(form, options, Way(second=False))
