"""ANIL: almost no inner loop; steps change the head, the trunk is learned once for all."""

from trunkline.metalearning.adapting import Adapting, Way
from trunkline.metalearning.method import Adaptive, Form
from trunkline.settings.metalearning.methods import Anil


def build(form: Form, options: Anil) -> Adaptive:
    """Return MAML whose steps change the head alone.

    phi_{i+1} = phi_i - a dL_support(phi_i, psi) by phi, the head; psi, the trunk, and phi_0 are
    learned by the whole derivative of L_query(phi_n, psi).

    Args:
        form: of the episodes.
        options: rate and steps.

    References:
        Raghu, Raghu, Bengio and Vinyals, "Rapid learning or feature reuse? Towards understanding
        the effectiveness of MAML", ICLR 2020, section 4.
    """
    return Adapting(form, options, Way(head_only=True))
