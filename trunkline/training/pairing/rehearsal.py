"""Rehearsal: fine-tuning that keeps the source task in its loss."""

from collections.abc import Sequence

import tensorflow as tf

from trunkline.networks import learner as learners
from trunkline.networks.dropout import CounterDropout
from trunkline.networks.learner import Learner
from trunkline.settings.pairing import Rehearsal
from trunkline.training import columns
from trunkline.training.batches import Losses, Table
from trunkline.training.joint_losses import shared_penalty, summed, weighted_losses
from trunkline.training.paired import Design
from trunkline.training.pairing.pair import SOURCE, TARGET, Pair, Plan
from trunkline.training.trainer import Fit
from trunkline.training.transferring.arm import joined

COMPILED: Sequence[str] = ()  # lambda is among the weights of the losses


def train(pair: Pair, options: Rehearsal) -> Fit:
    """Minimise L_target(theta) + lambda L_source(theta) + R(theta), from the source's weights.

    Each step reads a batch of the target's rows and one of the source's, through one trunk and a
    head for each task; the source's head goes on from where the source left it. Phases, learning
    rates, order of the target's rows and early stopping on its held rows are those of `fine_tune`,
    which it is, to the bit, for lambda = 0. Epochs are passes over the target's rows; a step costs
    twice as much.

    References:
        Robins, "Catastrophic forgetting, rehearsal and pseudorehearsal", Connection Science 7
        (1995); Caruana, "Multitask learning", Machine Learning 28 (1997), for the joint loss.
    """
    weights = 1.0, options.weight
    pair.start(pretrained=True)
    warm = min(options.head_epochs, max(1, pair.epochs // 2))
    head = pair.fit("heads", epochs=warm, weights=weights, early_stopping=False)
    rest = max(1, pair.epochs - warm)
    whole = pair.fit("weights", epochs=rest, weights=weights, rate=options.rate)
    return joined(head, whole)


def rows(target: tf.Tensor, source: tf.Tensor) -> tf.Tensor:
    """Return the inputs of every row, which mean the same in both tables."""
    del source
    return target


def design(plan: Plan, options: Rehearsal) -> Design:
    """Return one trunk under both heads; batch normalisation keeps the source's moments."""
    del options
    units = {TARGET: plan.target.units, SOURCE: plan.source.units}
    learner = learners.build(plan.network, plan.shape, units, statistics="kept")
    return Design(
        learner,
        lambda part: _losses(learner, plan, trunk_trains=part != "heads"),
        (TARGET, SOURCE),
        lambda: shared_penalty(learner.trunk, plan.network.l2),
    )


def _losses(learner: Learner, plan: Plan, *, trunk_trains: bool) -> Losses:
    """Return both losses; while training, of the two halves of a batch, one after the other.

    The halves do not go through the trunk together: a sum over twice as many rows may be added up
    in another order, and the target's part would no longer be that of `fine_tune`.
    """
    outputs = {TARGET: plan.target, SOURCE: plan.source}
    looked = weighted_losses(learner, outputs, trunk_trains=False)
    places = columns.places(outputs.values())

    def losses(table: Table, index: tf.Tensor, weight: tf.Tensor, training: bool) -> tf.Tensor:
        if not training:
            return looked(table, index, weight, False)  # [2, T]
        sums, counts, streams = [], [], []
        for number, (place, (task, output)) in enumerate(zip(places, outputs.items(), strict=True)):
            rows, rows_weight = (tf.split(values, 2)[number] for values in (index, weight))  # [B]
            inputs = tf.gather(table.x, rows)  # [B, ...]
            hidden = learner.trunk(inputs, training=trunk_trains)  # [B, width]
            streams.append([tf.identity(layer.count.value) for layer in _dropouts(learner)])
            y_pred = learner.heads[task](hidden, training=True)  # [B, units]
            total, count = summed(output, place, table, rows, rows_weight, y_pred)
            sums.append(total)
            counts.append(count)
        # What the target drops does not depend on the source beside it.
        for layer, count in zip(_dropouts(learner), streams[0], strict=True):
            layer.count.assign(count)
        return tf.stack([tf.stack(sums), tf.stack(counts)])  # [2, T]

    return losses


def _dropouts(learner: Learner) -> list[CounterDropout]:
    return [layer for layer in learner.trunk.layers if isinstance(layer, CounterDropout)]
