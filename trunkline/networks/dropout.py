"""Dropout whose random numbers are a hash of a counter."""

from typing import Protocol, runtime_checkable

import keras
import tensorflow as tf

MULTIPLIER, INCREMENT, MIX = 747796405, 2891336453, 277803737


def uniform(first: tf.Tensor, shape: tf.Tensor) -> tf.Tensor:
    """Return numbers in [0, 1), the PCG hash of `first`, `first` + 1, ...

    Formula: RXS-M-XS of O'Neill (2014), section 6.3.4: a linear congruential step, a
    random shift, a multiplication, a shift. 24 bits of it become the number, so that
    each is exact in float32. Under XLA a step costs microseconds where TensorFlow's own
    generator, made deterministic, costs milliseconds.

    Args:
        first: scalar uint32, the count of the first number; counts wrap at 2^32.
        shape: int32 [dimensions] of the result.

    Returns:
        float32 of that shape.

    References:
        O'Neill, "PCG: A Family of Simple Fast Space-Efficient Statistically Good
        Algorithms for Random Number Generation", HMC-CS-2014-0905.
    """
    count = tf.cast(tf.range(tf.reduce_prod(shape)), tf.uint32) + first
    state = count * tf.constant(MULTIPLIER, tf.uint32) + tf.constant(INCREMENT, tf.uint32)
    shift = tf.bitwise.right_shift(state, tf.constant(28, tf.uint32)) + tf.constant(4, tf.uint32)
    word = tf.bitwise.bitwise_xor(tf.bitwise.right_shift(state, shift), state)
    word = word * tf.constant(MIX, tf.uint32)
    word = tf.bitwise.bitwise_xor(tf.bitwise.right_shift(word, tf.constant(22, tf.uint32)), word)
    bits = tf.bitwise.right_shift(word, tf.constant(8, tf.uint32))
    return tf.reshape(tf.cast(bits, tf.float32) * (1.0 / 2**24), shape)


@runtime_checkable
class Counting(Protocol):
    """A layer that draws random numbers while training."""

    name: str
    count: keras.Variable  # int32 scalar, of the next number

    def restart(self, seed: int) -> None:
        """Begin the stream that `seed`, below 2^31, stands for."""


@keras.saving.register_keras_serializable("trunkline")
class CounterDropout(keras.layers.Layer):  # type: ignore[misc]  # Keras is untyped
    """Set a share `rate` of the inputs to 0 while training, and scale the rest by 1 / (1 - rate).

    The numbers depend on `key` and on how often the layer was called since `key` was set:
    set the variable `count` to a seed to start a stream.

    Input shape: any. Output shape: the same.

    References:
        Srivastava et al., "Dropout", JMLR 15 (2014).
    """

    def __init__(self, rate: float, **kwargs: object) -> None:
        """Keep `rate`, the share of inputs that is dropped."""
        super().__init__(**kwargs)
        self.rate = rate
        # int32 and not uint32: TensorFlow has no kernel to add to the latter in place.
        self.count = self.add_weight(
            shape=(), dtype="int32", initializer="zeros", trainable=False, name="count"
        )

    def restart(self, seed: int) -> None:
        """Begin the stream of numbers that `seed` stands for."""
        self.count.assign(seed)

    def call(self, inputs: tf.Tensor, training: bool = False) -> tf.Tensor:
        """Drop while `training`; return the inputs as they are otherwise."""
        if not training:
            return inputs
        shape = tf.shape(inputs)
        numbers = uniform(tf.cast(self.count.value, tf.uint32), shape)
        self.count.assign(self.count.value + tf.reduce_prod(shape))
        kept = tf.cast(numbers >= self.rate, inputs.dtype)
        return inputs * kept * (1.0 / (1.0 - self.rate))

    def get_config(self) -> dict[str, object]:
        """Return what rebuilds the layer."""
        return {**super().get_config(), "rate": self.rate}
