"""Learning to branch: trunks whose branches are learned."""

import keras
import tensorflow as tf

from trunkline.networks import gates, trunks
from trunkline.networks.branches import Architecture
from trunkline.networks.dropout import uniform
from trunkline.settings.sharing import Ltb
from trunkline.settings.study import Network

LOG2 = 0.6931471805599453


def build(options: Ltb) -> Architecture:
    """Return LTB: node j of layer l reads sum_i d_ij y_i^(l-1), over the nodes of the layer below.

    While training, d_j = softmax((a_j + g) / tau), g = -log(-log(u)) with a new u in (0, 1) for
    each step, i and j, and tau = max(floor, temperature 2^(-steps / half_life)). Otherwise, so
    also for the validation loss that stops training, d_j picks the node with the largest a_ij,
    the first of equals: a tree. Each task picks a node of the last layer, whose nodes all are the
    layer of a trunk, with weights of their own. The a start at 0. The publication grows more
    nodes than tasks and prunes them; it anneals tau by epochs, and its rate is ours.

    Args:
        options: nodes of a layer, the schedule of the temperature.

    References:
        Guo, Lee and Ulbricht, "Learning to Branch for Multi-Task Learning", ICML 2020, section 3.
        Jang, Gu and Poole, "Categorical Reparameterization with Gumbel-Softmax", ICLR 2017.
    """

    def represent(
        begun: keras.KerasTensor, network: Network, tasks: int
    ) -> list[keras.KerasTensor]:
        nodes = options.nodes or tasks
        reads = [begun] * nodes
        for number in range(len(network.widths)):
            layers = [
                trunks.layer(read, network, number, f"node_{node}_")
                for node, read in enumerate(reads)
            ]
            children = tasks if number == len(network.widths) - 1 else nodes
            reads = Branch(children, options, name=f"branch_{number}")(layers)
        return reads

    return Architecture(represent=represent)


@keras.saving.register_keras_serializable("trunkline")
class Branch(keras.layers.Layer):  # type: ignore[misc]  # Keras is untyped
    """Parents of one shape -> what each child reads of them."""

    def __init__(self, children: int, schedule: Ltb, **kwargs: object) -> None:
        """Keep the number of children and the schedule of the temperature."""
        super().__init__(**kwargs)
        self.children, self.schedule = children, schedule
        counts = {"shape": (), "dtype": "int32", "initializer": "zeros", "trainable": False}
        self.count = self.add_weight(name="count", **counts)  # of the random numbers
        self.steps = self.add_weight(name="steps", **counts)

    def build(self, shapes: list[tuple[int, ...]]) -> None:
        """Make the weight `branch`, a [children, parents]."""
        self.branch = self.add_weight(shape=(self.children, len(shapes)), name="branch")

    def restart(self, seed: int) -> None:
        """Begin the stream of numbers that `seed` stands for, at the first temperature."""
        self.count.assign(seed)
        self.steps.assign(0)

    def temperature(self) -> tf.Tensor:
        """Return tau of the next step."""
        passed = tf.cast(self.steps.value, tf.float32) / float(self.schedule.half_life)
        falling = self.schedule.temperature * tf.exp(-LOG2 * passed)
        return tf.maximum(falling, self.schedule.floor)

    def choices(self, training: bool) -> tf.Tensor:
        """Return d [children, parents]: rows on the simplex or, when not training, one 1 a row."""
        logits = self.branch.value
        if not training:
            return tf.one_hot(tf.argmax(logits, -1), logits.shape[-1])
        numbers = uniform(tf.cast(self.count.value, tf.uint32), tf.shape(logits))
        noise = -tf.math.log(-tf.math.log(tf.maximum(numbers, 2.0**-25)))
        chosen = gates.softmax((logits + noise) / self.temperature())
        self.count.assign(self.count.value + self.children * logits.shape[-1])
        self.steps.assign(self.steps.value + 1)
        return chosen

    def call(self, inputs: list[tf.Tensor], training: bool = False) -> list[tf.Tensor]:
        """Return what each child reads."""
        rows = tf.unstack(self.choices(training))
        return [gates.combine(tf.unstack(row), inputs) for row in rows]

    def get_config(self) -> dict[str, object]:
        """Return what rebuilds the layer."""
        return {**super().get_config(), "children": self.children, "schedule": self.schedule}
