"""Feature map: a learned g turns the source's inputs into the target's."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import keras
import numpy as np
import tensorflow as tf

from trunkline.networks import learner as learners
from trunkline.networks.learner import Learner
from trunkline.settings.pairing import FeatureMap
from trunkline.training import columns, effort
from trunkline.training.batches import Losses, Table
from trunkline.training.joint_losses import shared_penalty, summed
from trunkline.training.paired import Design
from trunkline.training.pairing.pair import SOURCE, TARGET, Pair, Plan
from trunkline.training.trainer import Fit

MAP = "map"  # carried as a head, so that its weights are named, drawn and saved as all others
COMPILED: Sequence[str] = "mu", "map", "width", "near"


def train(pair: Pair, options: FeatureMap) -> Fit:
    """Minimise L_s(f_s(g(x_s), theta), y_s) + lambda L_t(f_t(x_t, theta), y_t) + mu R(g).

    theta is the trunk, which reads the target's inputs, with a head for each task; g is linear, or
    has one hidden layer; R(g) is the sum of its squared kernels, or of the squared distances to
    the identity. All begins with new weights: a trunk that was pretrained reads other inputs. First
    the source is learned alone for `source_epochs` passes over its rows, which is this strategy's
    pretraining; then both, for as many passes over the target's rows as scratch may take, a batch
    of each at a step. Early stopping looks at the target's held rows only.

    Heterogeneous transfer by a map between feature spaces is that of Shi et al., "Transfer learning
    on heterogenous feature spaces via spectral transformation", ICDM 2010; ours is learned through
    the network, by both losses.

    References:
        Weiss, Khoshgoftaar and Wang, "A survey of transfer learning", Journal of Big Data 3
        (2016), section on heterogeneous transfer (asymmetric feature transformation).
    """
    pair.start(pretrained=False)
    if options.near == "identity":
        width = int(np.prod(pair.trainer.learner.trunk.input_shape[1:]))
        pair.trainer.learner.load({f"head/{MAP}/out/kernel": np.eye(width, dtype=np.float32)})
    alone = -(-options.source_epochs * pair.source_rows.size // pair.rows_a_pass())
    first = effort.NOTHING
    if alone:
        before = pair.fit("everything", epochs=alone, weights=(0.0, 1.0), early_stopping=False)
        first = before.effort
    both = pair.fit("everything", epochs=pair.epochs, weights=(options.weight, 1.0))
    return replace(both, effort=first.then(both.effort))


def rows(target: tf.Tensor, source: tf.Tensor) -> tf.Tensor:
    """Return the inputs of both, of every row, side by side: [rows, source + target]."""
    return tf.concat([_flat(source), _flat(target)], axis=1)


def design(plan: Plan, options: FeatureMap) -> Design:
    """Return the map, one trunk and both heads.

    Raises:
        ValueError: a map that is to be near the identity has other inputs than outputs.
    """
    units = {TARGET: plan.target.units, SOURCE: plan.source.units}
    built = learners.build(plan.network, plan.shape, units)
    mapping = _map(plan, options)
    learner = Learner(built.trunk, {**built.heads, MAP: mapping})
    return Design(
        learner,
        lambda _: _losses(learner, plan),
        (TARGET, SOURCE),
        lambda: (
            shared_penalty(learner.trunk, plan.network.l2) + options.mu * size(mapping, options)
        ),
    )


def size(mapping: keras.Model, options: FeatureMap) -> tf.Tensor:
    """Return R(g) = sum ||W||^2 over the kernels of g, or ||W - I||^2."""
    kernels = [v.value for v in mapping.trainable_variables if v.path.endswith("kernel")]
    if options.near == "identity":
        kernels = [kernel - tf.eye(kernel.shape[0]) for kernel in kernels]
    return tf.add_n([tf.reduce_sum(tf.square(kernel)) for kernel in kernels])


def _map(plan: Plan, options: FeatureMap) -> keras.Model:
    """Return g: [batch, source inputs] -> [batch, target inputs]."""
    before, after = int(np.prod(plan.source_shape)), int(np.prod(plan.shape))
    if options.near == "identity" and before != after:
        raise ValueError(
            f"finetune.strategies.feature_map.near: 'identity' maps inputs to as many, the source "
            f"has {before} and the target {after}: use 'zero'"
        )
    inputs = keras.Input((before,), name="source")
    hidden = inputs
    if options.map == "dense":
        hidden = keras.layers.Dense(options.width, activation="relu", name="hidden")(hidden)
    return keras.Model(inputs, keras.layers.Dense(after, name="out")(hidden), name="head")


def _losses(learner: Learner, plan: Plan) -> Losses:
    """Return both losses: of the halves of a batch while training, else of the same rows.

    Both go through the trunk at once, so that batch normalisation has one set of moments.
    """
    outputs = {TARGET: plan.target, SOURCE: plan.source}
    places, shown = columns.places(outputs.values()), _shown(learner, plan)

    def losses(table: Table, index: tf.Tensor, weight: tf.Tensor, training: bool) -> tf.Tensor:
        halves = tf.split(index, 2) if training else [index, index]
        weights = tf.split(weight, 2) if training else [weight, weight]
        both = shown(*(tf.gather(table.x, half) for half in halves))  # [2 B, ...]
        hidden = tf.split(learner.trunk(both, training=training), 2)  # 2 of [B, width]
        sums, counts = [], []
        for number, (place, (task, output)) in enumerate(zip(places, outputs.items(), strict=True)):
            y_pred = learner.heads[task](hidden[number])  # [B, units]
            total, count = summed(output, place, table, halves[number], weights[number], y_pred)
            sums.append(total)
            counts.append(count)
        return tf.stack([tf.stack(sums), tf.stack(counts)])  # [2, T]

    return losses


def _shown(learner: Learner, plan: Plan) -> Callable[[tf.Tensor, tf.Tensor], tf.Tensor]:
    """Return what the trunk is shown: the inputs of target rows, and g of those of source rows."""
    split = int(np.prod(plan.source_shape))

    def shown(target: tf.Tensor, source: tf.Tensor) -> tf.Tensor:
        mapped = learner.heads[MAP](source[:, :split])  # [B, target inputs]
        both = tf.concat([target[:, split:], mapped], axis=0)
        return tf.reshape(both, (-1, *plan.shape))  # [2 B, ...]

    return shown


def _flat(inputs: tf.Tensor) -> tf.Tensor:
    return tf.reshape(inputs, (inputs.shape[0], -1))
