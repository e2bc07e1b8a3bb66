"""Co-Tuning: the source's head is fine-tuned too, on the classes the target's classes are like."""

import numpy as np

from trunkline.settings.answer_strategies import CoTuning
from trunkline.training import answers
from trunkline.training.extras import NOTHING, Addition
from trunkline.training.trainer import Fit
from trunkline.training.transferring.arm import Arm


def train(arm: Arm, options: CoTuning) -> Fit:
    """Fine-tune with L + lambda mean CE(p(y_source | y_target), softmax(z)).

    z is what the source's head, trained along, says of a target row. With lambda 0 this is
    `fine_tune`.

    Raises:
        ValueError: pretraining left no head, or no temperature.

    References:
        You, Kou, Long and Wang, "Co-Tuning for Transfer Learning", NeurIPS 2020, section 3, with
        p(y_source | y_target) learned by the direct approach (algorithm 1).
    """
    warm, head, addition = arm.warm_up(options), arm.left(answers.HEAD), NOTHING
    warmth = float(arm.left(answers.TEMPERATURE)[answers.TEMPERATURE])
    if options.strength:
        rows = arm.draw.train
        said = answers.said(arm.learner, head, arm.table, rows)  # the trunk is the source's yet
        y = np.asarray(arm.table.y)[0, rows]
        alike = relation(answers.shares(said, warmth), y)
        addition = Addition(
            answers.SourceHead, options, answers.values(head, arm.table, rows, alike)
        )
    return arm.finish(warm, options.rate, addition)


def relation(shares: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Return p(y_source | y_target) for each row: the mean answer over the rows of its class.

    Args:
        shares: calibrated answers of the source, [N, classes of the source].
        y: target classes, [N].
    """
    return np.stack([shares[y == label].mean(axis=0) for label in y])
