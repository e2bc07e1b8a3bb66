"""MAML: first weights from which a few steps of gradient descent lead far."""

from trunkline.metalearning.adapting import Adapting, Way
from trunkline.metalearning.method import Adaptive, Form
from trunkline.settings.metalearning.methods import Maml


def build(form: Form, options: Maml) -> Adaptive:
    """Return MAML, with the stabilisers of MAML++ that the options name.

    theta_{i+1} = theta_i - a dL_support(theta_i), from theta_0 that all episodes share;
    min over theta_0 of the mean of L_query(theta_n), by its whole derivative.

    `multi_step`: sum_i w_i L_query(theta_i) in its place. `learned_rates`: a is learned too, one
    for each step and array of weights; steps of a test beyond those of training have the last.
    `first_order`: for so much of training as `fomaml`. Batch normalisation, if the network has it,
    takes the moments of the support, so that no answer depends on the other queries.

    Args:
        form: of the episodes.
        options: rate, steps and stabilisers.

    References:
        Finn, Abbeel and Levine, "Model-agnostic meta-learning for fast adaptation of deep
        networks", ICML 2017, algorithm 2; Antoniou, Edwards and Storkey, "How to train your
        MAML", ICLR 2019, section 4.
    """
    way = Way(
        rates="steps" if options.learned_rates else "stated",
        multi_step=options.multi_step,
        first_order=options.first_order,
    )
    return Adapting(form, options, way)
