"""Gates: what a task takes of several experts. B rows, K experts, W width."""

from collections.abc import Sequence

import keras
import tensorflow as tf


def softmax(logits: tf.Tensor) -> tf.Tensor:
    """Return the softmax over the last axis, by a division.

    TensorFlow's own takes a reciprocal, which each maker of processors rounds in its own way.
    """
    largest = tf.stop_gradient(tf.reduce_max(logits, -1, keepdims=True))
    powers = tf.exp(logits - largest)
    return powers / tf.reduce_sum(powers, -1, keepdims=True)


@keras.saving.register_keras_serializable("trunkline")
class Mix(keras.layers.Layer):  # type: ignore[misc]  # Keras is untyped
    """sum_k softmax(z)_k f_k of logits z [B, K] and K experts f_k [B, W], in that order."""

    def call(self, inputs: list[tf.Tensor]) -> tf.Tensor:
        """Return the convex combination, [B, W]."""
        logits, *experts = inputs
        return combine(tf.unstack(softmax(logits), axis=-1), experts)


def combine(weights: Sequence[tf.Tensor], experts: Sequence[tf.Tensor]) -> tf.Tensor:
    """Return sum_k w_k f_k of weights [] or [B] and experts [B, W]."""
    return tf.add_n([w[..., None] * f for w, f in zip(weights, experts, strict=True)])


def gated(
    reads: keras.KerasTensor, experts: Sequence[keras.KerasTensor], name: str
) -> keras.KerasTensor:
    """Return sum_k softmax(W x)_k f_k, a gate without bias that reads x [B, inputs].

    Args:
        reads: x.
        experts: f_k, [B, W] each.
        name: of the gate's layer.
    """
    logits = keras.layers.Dense(len(experts), use_bias=False, name=name)(reads)  # [B, K]
    return Mix(name=f"{name}_mix")([logits, *experts])
