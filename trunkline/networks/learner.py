"""A trunk and its heads: what a training step changes, with every weight by name."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import keras
import numpy as np
import tensorflow as tf

from trunkline.data.layout import Layout
from trunkline.determinism import seeds
from trunkline.networks import branches, front, trunks
from trunkline.networks.branches import Architecture, Start
from trunkline.networks.dropout import Counting
from trunkline.networks.views import Views
from trunkline.settings import naming
from trunkline.settings.augment import Augment
from trunkline.settings.study import Network

Arrays = dict[str, np.ndarray]
NO_CHANGE = Augment()


@dataclass(frozen=True)
class Learner:
    """One trunk and a head for each task.

    Attributes:
        trunk: [batch, ...] -> [batch, width], for all tasks, or a list of one for each.
        heads: by task, [batch, width] -> [batch, units]; logits, or the value itself.
        sharing: the architecture of the trunk; none: all tasks share the whole of it.
        views: what changes the pictures of training batches; none: nothing.
    """

    trunk: keras.Model
    heads: Mapping[str, keras.Model]
    sharing: Architecture | None = None
    views: Views | None = None

    def gather(self, x: tf.Tensor, rows: tf.Tensor, *, training: bool) -> tf.Tensor:
        """Return some rows of inputs, as the trunk is shown them: pictures change in training."""
        return self.shown(tf.gather(x, rows), training=training)  # [B, ...]

    def shown(self, inputs: tf.Tensor, *, training: bool) -> tf.Tensor:
        """Return inputs of a batch [B, ...], in training with their pictures changed."""
        return inputs if self.views is None or not training else self.views(inputs)

    def represent(self, inputs: tf.Tensor, *, training: bool = False) -> dict[str, tf.Tensor]:
        """Return what the head of each task reads, [batch, width], by task."""
        hidden = self.trunk(inputs, training=training)
        each = hidden if isinstance(hidden, list) else [hidden] * len(self.heads)
        return dict(zip(self.heads, each, strict=True))

    def trained(self) -> tuple[list[keras.Variable], list[keras.Variable]]:
        """Return the weights of the trunk that all tasks share, and those they do not."""
        shared = branches.reached_by_all(self.trunk)
        known = {id(variable) for variable in shared}
        return shared, [v for v in self.trunk.trainable_variables if id(v) not in known]

    def penalised(self, penalty: tf.Tensor) -> tf.Tensor:
        """Return a penalty and, on top, that of the architecture, if it has one."""
        if self.sharing is None or self.sharing.penalty is None:
            return penalty
        return penalty + self.sharing.penalty(self.trunk)

    @property
    def parts(self) -> dict[str, keras.Model]:
        """The models by the name under which their weights are saved."""
        return {"trunk": self.trunk} | {f"head/{task}": h for task, h in self.heads.items()}

    def variables(self) -> dict[str, keras.Variable]:
        """Every weight, `trunk/dense_0/kernel` for one, and each moment of a normalisation."""
        return {
            f"{part}/{variable.path.removeprefix(model.name + '/')}": variable
            for part, model in self.parts.items()
            for variable in model.weights
            if variable.dtype == "float32"  # a dropout's count is no weight
        }

    def shapes(self) -> dict[str, tuple[int, ...]]:
        """The shape of each weight by name."""
        return {name: tuple(variable.shape) for name, variable in self.variables().items()}

    def arrays(self) -> Arrays:
        """A copy of each weight by name."""
        return {name: np.array(variable.numpy()) for name, variable in self.variables().items()}

    def load(self, arrays: Mapping[str, np.ndarray], *, whole: bool = False) -> None:
        """Set the weights named in `arrays`; the others stay.

        Args:
            arrays: by name.
            whole: every weight of the network must be among them.

        Raises:
            ValueError: the network has no weight of such a name, or one of another shape; or
                one is missing.
        """
        variables = self.variables()
        missing = sorted(variables.keys() - arrays.keys())
        if whole and missing:
            raise ValueError(
                f"the weights of this network lack '{missing[0]}': they were written for other "
                "parameters; run `dvc repro`"
            )
        for name, array in arrays.items():
            if name not in variables or tuple(variables[name].shape) != array.shape:
                raise ValueError(
                    f"this network has no weight '{name}' of shape {list(array.shape)}"
                    f"{naming.suggestion(name, list(variables))}: it was trained with other "
                    "parameters; run `dvc repro`"
                )
            variables[name].assign(array)

    def initialise(self, seed: int) -> None:
        """Draw new weights: the same for the same seed and name, whatever ran before.

        Kernels are uniform in +-sqrt(6 / (fan_in + fan_out)); all else starts at 0, but for
        the scale and variance of a normalisation, which start at 1, and what an architecture
        starts in its own way. A task's own copy of a layer starts as the layer.

        References:
            Glorot and Bengio, "Understanding the difficulty of training deep feedforward
            neural networks", AISTATS 2010, equation 16.
        """
        starts = {**front.STARTS, **({} if self.sharing is None else self.sharing.starts)}
        for name, variable in self.variables().items():
            variable.assign(_initial(name, tuple(variable.shape), seed, starts))

    def restart_dropout(self, seed: int) -> None:
        """Begin the streams of random numbers that `seed` stands for, one for each layer."""
        for layer in self.counting:
            layer.restart(seeds.derive(seed, layer.name) % 2**31)

    @property
    def counting(self) -> list[Counting]:
        """Whatever draws random numbers while it trains."""
        layers = [*self.trunk.layers, *([] if self.views is None else [self.views])]
        return [layer for layer in layers if isinstance(layer, Counting)]


def build(
    network: Network,
    shape: tuple[int, ...],
    units: Mapping[str, int],
    *,
    statistics: str = "learned",
    sharing: Architecture | None = None,
    layout: Layout = (),
    augment: Augment = NO_CHANGE,
) -> Learner:
    """Return a learner with a linear head of `units[task]` outputs for each task.

    Args:
        network: the trunk.
        shape: shape of one row.
        units: outputs by task.
        statistics: of batch normalisation, see `trunks.build`.
        sharing: what the tasks share of the trunk; none: all of it.
        layout: what the entries of a row are; none: numbers.
        augment: what pictures are changed by while they train.
    """

    def represent(begun: keras.KerasTensor) -> trunks.Outputs:
        if sharing is None:
            return trunks.stacked(network)(begun)
        return sharing.represent(begun, network, len(units))

    trunk = trunks.build(network, shape, statistics, represent, layout)
    width = trunk.outputs[0].shape[-1]
    heads = {task: head(width, count) for task, count in units.items()}
    return Learner(trunk, heads, sharing, Views(augment) if augment.changes else None)


def head(width: int, units: int) -> keras.Model:
    """Return a linear head [batch, width] -> [batch, units]."""
    inputs = keras.Input((width,), name="representation")
    return keras.Model(inputs, keras.layers.Dense(units, name="dense")(inputs), name="head")


def count(learner: Learner) -> int:
    """Return how many weights training can change."""
    models: Sequence[keras.Model] = list(learner.parts.values())
    return int(sum(np.prod(v.shape) for model in models for v in model.trainable_weights))


def _initial(
    name: str, shape: tuple[int, ...], seed: int, starts: Mapping[str, Start]
) -> np.ndarray:
    name = branches.original(name)
    last = name.rsplit("/", 1)[-1]
    if last in starts:
        return starts[last](shape, seeds.generator(seed, name)).astype(np.float32)
    if last != "kernel":
        return np.full(shape, last in ("gamma", "moving_variance"), np.float32)
    receptive = int(np.prod(shape[:-2]))  # 1 for a dense kernel, 9 for a 3 x 3 convolution
    limit = np.sqrt(6 / (receptive * (shape[-2] + shape[-1])))
    return seeds.generator(seed, name).uniform(-limit, limit, shape).astype(np.float32)
