"""Convolutions whose sums are long, with the same bits on every processor.

A value of a convolution is a sum over the kernel's pixels and all channels, a product like others:
sums of more than some 280 terms are cut up by the size of the processor's cache. Here they are
taken over some channels at a time.
"""

from collections.abc import Callable

import keras
import tensorflow as tf

from trunkline.networks import portable
from trunkline.networks.portable import TERMS

_PACKED = 8  # channels that instructions take at once


class Conv2D(keras.layers.Conv2D):  # type: ignore[misc]  # Keras is untyped
    """A convolution with padding `same`, over any number of channels.

    Input shape: [batch, height, width, channels]. Output shape: [batch, ..., filters].
    """

    def call(self, inputs: tf.Tensor) -> tf.Tensor:
        """Return the convolution of `inputs`, plus the bias if there is one."""
        found = convolve(inputs, self.kernel.value, self.strides[0])
        return found + self.bias.value if self.use_bias else found


def convolve(inputs: tf.Tensor, kernel: tf.Tensor, stride: int) -> tf.Tensor:
    """Return the convolution with padding `same`, in pieces of at most `TERMS` terms.

    Its gradients are those of `portable.convolve`; that of the inputs sums over the filters, of
    which there may be `TERMS`.

    Args:
        inputs: [batch, height, width, channels].
        kernel: [rows, columns, channels, filters].
        stride: in both directions.

    Raises:
        ValueError: the kernel has more pixels, or more filters, than a sum may have terms.
    """
    rows, columns, channels, filters = kernel.shape
    if max(rows * columns, filters) > TERMS:
        raise ValueError(
            f"expected a kernel of at most {TERMS} pixels and {TERMS} filters, received {rows} x "
            f"{columns} and {filters}: make it smaller"
        )
    cuts = _cuts(channels, TERMS // (rows * columns))

    @tf.custom_gradient  # type: ignore[untyped-decorator]  # TensorFlow is untyped
    def forward(
        x: tf.Tensor, weights: tf.Tensor
    ) -> tuple[tf.Tensor, Callable[[tf.Tensor], tuple[tf.Tensor, tf.Tensor]]]:
        def backward(upstream: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
            to_inputs = tf.nn.conv2d_transpose(upstream, weights, tf.shape(x), stride, "SAME")
            return to_inputs, portable.kernel_gradient(x, upstream, weights.shape, stride)

        parts = [tf.nn.conv2d(x[..., c], weights[:, :, c], stride, "SAME") for c in cuts]
        return tf.add_n(parts), backward

    return forward(inputs, kernel)


def _cuts(channels: int, most: int) -> list[slice]:
    """Return the channels of each piece: all, or some whole packs of them."""
    if channels <= most:
        return [slice(0, channels)]
    room = max(most - most % _PACKED, 1) if most >= _PACKED else most
    return [slice(first, min(first + room, channels)) for first in range(0, channels, room)]
