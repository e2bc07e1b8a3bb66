"""DSelect-k: of the experts of all tasks, each task selects k."""

from collections.abc import Callable

import keras
import numpy as np
import tensorflow as tf

from trunkline.networks import branches, gates
from trunkline.networks.branches import Architecture
from trunkline.settings.sharing import DselectK
from trunkline.settings.study import Network

SMALL = 1e-6  # inside the logarithm of the entropy


def build(options: DselectK) -> Architecture:
    """Return DSelect-k: h_t = sum_i q_i f_i(x), q = sum_j softmax(w)_j r(z_j) of each task.

    r(z)_i = prod over the bits b of i, S(z_b) where the bit is 1 and 1 - S(z_b) where it is 0; S
    is the smooth step. Once every |z_b| >= gamma / 2, r names one expert and q at most k of them.
    The loss gains `entropy` sum_t sum_j H(r(z_j)), which drives each r to one expert. Gates are
    static, the same for all rows: one of the publication's two sorts. With as many experts as a
    power of two they lie on the simplex, and no other number is taken. The starts are those of
    the authors' code: z uniform in +-gamma / 100, w in +-0.05.

    Args:
        options: experts, k, gamma, entropy.

    References:
        Hazimeh, Zhao, Chowdhery, Sathiamoorthy, Chen, Mazumder, Hong and Chi, "DSelect-k:
        Differentiable Selection in the Mixture of Experts with Applications to Multi-Task
        Learning", NeurIPS 2021, section 3.
    """

    def represent(
        begun: keras.KerasTensor, network: Network, tasks: int
    ) -> list[keras.KerasTensor]:
        experts = [
            branches.expert(begun, network, f"expert_{number}") for number in range(options.experts)
        ]
        return [
            Select(options.k, options.gamma, name=f"select_{task}")(experts)
            for task in range(tasks)
        ]

    def penalty(trunk: keras.Model) -> tf.Tensor:
        selects = [layer for layer in trunk.layers if isinstance(layer, Select)]
        return options.entropy * tf.add_n([tf.reduce_sum(entropy(s.single())) for s in selects])

    return Architecture(
        represent=represent,
        penalty=penalty,
        starts={"code": _uniform(options.gamma / 100), "share": _uniform(0.05)},
    )


@keras.saving.register_keras_serializable("trunkline")
class Select(keras.layers.Layer):  # type: ignore[misc]  # Keras is untyped
    """The selection of one task: n inputs [B, W] -> [B, W]."""

    def __init__(self, k: int, gamma: float, **kwargs: object) -> None:
        """Keep k, how many may be selected, and gamma, the width of the smooth step."""
        super().__init__(**kwargs)
        self.k, self.gamma = k, gamma

    def build(self, shapes: list[tuple[int, ...]]) -> None:
        """Make the weights `code`, z [k, bits], and `share`, w [k]."""
        bits = (len(shapes) - 1).bit_length()
        self.codes = (np.arange(len(shapes))[:, None] >> np.arange(bits) & 1).astype(bool)
        self.code = self.add_weight(shape=(self.k, bits), name="code")
        self.share = self.add_weight(shape=(self.k,), name="share")

    def single(self) -> tf.Tensor:
        """Return r(z_j), the selector of one expert for each j, [k, n]."""
        step = smooth_step(self.code.value, self.gamma)  # [k, bits]
        found = tf.ones((self.k, 1))
        for bit in range(self.codes.shape[1]):
            chosen = step[:, bit, None]  # [k, 1]
            found *= tf.where(self.codes[:, bit][None], chosen, 1.0 - chosen)  # [k, n]
        return found

    def weights_of_experts(self) -> tf.Tensor:
        """Return q [n], on the simplex."""
        return tf.reduce_sum(gates.softmax(self.share.value)[:, None] * self.single(), 0)

    def call(self, inputs: list[tf.Tensor]) -> tf.Tensor:
        """Combine the experts by q."""
        return gates.combine(tf.unstack(self.weights_of_experts()), inputs)

    def get_config(self) -> dict[str, object]:
        """Return what rebuilds the layer."""
        return {**super().get_config(), "k": self.k, "gamma": self.gamma}


def smooth_step(t: tf.Tensor, gamma: float) -> tf.Tensor:
    """Return 0 below -gamma / 2, 1 above gamma / 2, -2 t^3 / gamma^3 + 3 t / (2 gamma) + 1/2."""
    inside = tf.clip_by_value(t, -gamma / 2, gamma / 2)
    return -2 / gamma**3 * inside * inside * inside + 3 / (2 * gamma) * inside + 0.5


@tf.custom_gradient  # type: ignore[untyped-decorator]  # TensorFlow is untyped
def entropy(shares: tf.Tensor) -> tuple[tf.Tensor, Callable[[tf.Tensor], tf.Tensor]]:
    """Return -r log(r + 1e-6), with a gradient of its own: that of a log is not portable."""
    logs = tf.math.log(shares + SMALL)
    return -shares * logs, lambda upstream: -upstream * (logs + shares / (shares + SMALL))


def _uniform(limit: float) -> branches.Start:
    def start(shape: tuple[int, ...], rng: np.random.Generator) -> np.ndarray:
        return rng.uniform(-limit, limit, shape)

    return start
