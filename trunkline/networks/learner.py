"""A trunk and its heads: what a training step changes, with every weight by name."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import keras
import numpy as np

from trunkline.determinism import seeds
from trunkline.networks import trunks
from trunkline.networks.dropout import CounterDropout
from trunkline.settings import naming
from trunkline.settings.study import Network

Arrays = dict[str, np.ndarray]


@dataclass(frozen=True)
class Learner:
    """One trunk and a head for each task.

    Attributes:
        trunk: [batch, ...] -> [batch, width].
        heads: by task, [batch, width] -> [batch, units]; logits, or the value itself.
    """

    trunk: keras.Model
    heads: Mapping[str, keras.Model]

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
        the scale and variance of a normalisation, which start at 1.

        References:
            Glorot and Bengio, "Understanding the difficulty of training deep feedforward
            neural networks", AISTATS 2010, equation 16.
        """
        for name, variable in self.variables().items():
            variable.assign(_initial(name, tuple(variable.shape), seed))

    def restart_dropout(self, seed: int) -> None:
        """Begin the streams of random numbers that `seed` stands for, one for each layer."""
        for layer in self.trunk.layers:
            if isinstance(layer, CounterDropout):
                layer.count.assign(seeds.derive(seed, layer.name) % 2**31)


def build(
    network: Network,
    shape: tuple[int, ...],
    units: Mapping[str, int],
    *,
    statistics: str = "learned",
) -> Learner:
    """Return a learner with a linear head of `units[task]` outputs for each task.

    Args:
        network: the trunk.
        shape: shape of one row.
        units: outputs by task.
        statistics: of batch normalisation, see `trunks.build`.
    """
    trunk = trunks.build(network, shape, statistics=statistics)
    width = trunk.output_shape[-1]
    return Learner(trunk, {task: head(width, count) for task, count in units.items()})


def head(width: int, units: int) -> keras.Model:
    """Return a linear head [batch, width] -> [batch, units]."""
    inputs = keras.Input((width,), name="representation")
    return keras.Model(inputs, keras.layers.Dense(units, name="dense")(inputs), name="head")


def count(learner: Learner) -> int:
    """Return how many weights training can change."""
    models: Sequence[keras.Model] = list(learner.parts.values())
    return int(sum(np.prod(v.shape) for model in models for v in model.trainable_weights))


def _initial(name: str, shape: tuple[int, ...], seed: int) -> np.ndarray:
    last = name.rsplit("/", 1)[-1]
    if last != "kernel":
        return np.full(shape, last in ("gamma", "moving_variance"), np.float32)
    receptive = int(np.prod(shape[:-2]))  # 1 for a dense kernel, 9 for a 3 x 3 convolution
    limit = np.sqrt(6 / (receptive * (shape[-2] + shape[-1])))
    return seeds.generator(seed, name).uniform(-limit, limit, shape).astype(np.float32)
