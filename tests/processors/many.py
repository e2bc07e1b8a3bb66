"""Many tasks of every kind, whose heads are stacked: the piece of work whose bits are compared."""

from collections.abc import Iterator

import tensorflow as tf

from tests.processors import steps
from tests.processors.work import ROWS, digest
from trunkline.determinism import seeds
from trunkline.networks import learner as learners
from trunkline.settings.study import Network
from trunkline.training import columns, joint_losses, stacking
from trunkline.training.batches import Table
from trunkline.training.outputs import Output

INPUTS, EACH = 100, 3
KINDS = {
    "multiclass": Output("multiclass", 3),
    "binary": Output("binary", 1),
    "regression": Output("regression", 1),
    "multilabel": Output("multilabel", 4),
}


def results() -> Iterator[tuple[str, str]]:
    """Take steps on more tasks than heads stay single for."""
    outputs = {f"{kind} {n}": output for kind, output in KINDS.items() for n in range(EACH)}
    places = columns.places(outputs.values())
    width = places[-1].stop if isinstance(places[-1], slice) else len(places)
    rng = seeds.generator(1, "many")
    given = Table(
        tf.constant(rng.standard_normal((ROWS, INPUTS)), tf.float32),
        tf.constant(rng.integers(0, 2, (width, ROWS)), tf.float32),
        tf.constant(rng.integers(0, 2, (width, ROWS)), tf.float32),  # some labels are missing
        tf.ones(len(outputs)),
    )
    network = Network(widths=(16,), l2=0.001)
    units = {task: output.units for task, output in outputs.items()}
    learner = learners.build(network, (INPUTS,), units)
    learner.initialise(2)
    stack = stacking.Stack(learner, outputs)
    stack.collect()
    objective = steps.joint(
        stack.losses(trunk_trains=True),
        lambda: joint_losses.shared_penalty(learner.trunk, network.l2),
    )
    steps.descend(objective, [*learner.trunk.trainable_variables, *stack.variables], given)
    stack.distribute()
    yield "many tasks", digest(*learner.arrays().values())
