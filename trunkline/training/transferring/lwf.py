"""Learning without forgetting: the source's head goes on answering as it did."""

from trunkline.settings.answer_strategies import Lwf
from trunkline.training import answers
from trunkline.training.extras import NOTHING, Addition
from trunkline.training.trainer import Fit
from trunkline.training.transferring.arm import Arm


def train(arm: Arm, options: Lwf) -> Fit:
    """Fine-tune with L + lambda T^2 mean CE(softmax(z_source / T), softmax(z / T)).

    z is what the source's head, trained along, says of a target row, and z_source what it said
    before: no row of the source is needed. The target's head warms up first, as in the paper; the
    T^2 is Hinton's, so that lambda means the same at every temperature. Early stopping and the
    curve are of the target's loss alone. With lambda 0 this is `fine_tune`.

    Raises:
        ValueError: pretraining left no head.

    References:
        Li and Hoiem, "Learning without Forgetting", ECCV 2016, equations 2 to 5; Hinton, Vinyals
        and Dean, "Distilling the Knowledge in a Neural Network", arXiv 1503.02531, section 2.
    """
    warm, head, addition = arm.warm_up(options), arm.left(answers.HEAD), NOTHING
    if options.strength:
        rows = arm.draw.train
        said = answers.said(arm.learner, head, arm.table, rows)  # the trunk is the source's yet
        old = answers.shares(said, options.temperature)
        values = answers.values(head, arm.table, rows, old)
        addition = Addition(answers.SourceHead, options, values)
    return arm.finish(warm, options.rate, addition)
