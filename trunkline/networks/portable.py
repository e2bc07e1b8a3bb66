"""Layers whose bits are the same on every processor, in the place of Keras's own.

Some operations differ between processors whatever is pinned. Reciprocals, `rsqrt` of batch
normalisation and the one in the gradient of a logarithm, start from an estimate that each maker
rounds in its own way; so does `erfc` of GELU. A product over more than some 280 terms is cut up by
the size of the processor's cache; so is a convolution over many channels, and the gradient of its
kernel, which sums over every pixel of a batch. docs/reproducibility.md has the measurements.
"""

from collections.abc import Callable

import keras
import tensorflow as tf

Mix = Callable[[tf.Tensor, tf.Tensor], tf.Tensor]
TERMS = 256  # of one product: below what the smallest cache since 2013 cuts up
_PACKED = 8  # channels that instructions take at once


@keras.saving.register_keras_serializable("trunkline")
class BatchNormalization(keras.layers.BatchNormalization):  # type: ignore[misc]  # Keras is untyped
    """Batch normalisation over the last axis: gamma (x - mean) / sqrt(variance + epsilon) + beta.

    The moments are those of the batch while training, and running averages otherwise or where
    the layer is not trainable.

    Input shape: [batch, ..., channels]. Output shape: the same.

    Attributes:
        mixed: chooses moments [2, channels] from the batch's and the running ones while training;
            none: the batch's.

    References:
        Ioffe and Szegedy, "Batch Normalization", ICML 2015, algorithm 1.
    """

    mixed: Mix | None = None

    def call(self, inputs: tf.Tensor, training: bool = False) -> tf.Tensor:
        """Normalise by the moments of the batch while `training`, else by the running ones."""
        mean, variance = self.moving_mean.value, self.moving_variance.value  # [channels]
        if training and self.trainable:
            axes = list(range(len(inputs.shape) - 1))
            mean = tf.reduce_mean(inputs, axes)
            variance = tf.reduce_mean(tf.square(inputs - mean), axes)
            chosen = mean, variance
            if self.mixed is not None:
                before = tf.stack([self.moving_mean.value, self.moving_variance.value])
                chosen = tf.unstack(self.mixed(tf.stack([mean, variance]), before))
            for running, new in ((self.moving_mean, mean), (self.moving_variance, variance)):
                running.assign(running.value * self.momentum + new * (1.0 - self.momentum))
            mean, variance = chosen
        scale = inverse_sqrt(variance + self.epsilon) * self.gamma.value
        return (inputs - mean) * scale + self.beta.value


@tf.custom_gradient  # type: ignore[untyped-decorator]  # TensorFlow is untyped
def inverse_sqrt(
    values: tf.Tensor,
) -> tuple[tf.Tensor, Callable[[tf.Tensor], tf.Tensor]]:
    """Return v^(-1/2) = exp(-log(v) / 2), whose derivative is -v^(-3/2) / 2, for v > 0."""
    found = tf.exp(-0.5 * tf.math.log(values))
    return found, lambda upstream: upstream * -0.5 * found * found * found


@keras.saving.register_keras_serializable("trunkline")  # type: ignore[untyped-decorator]
def gelu(inputs: tf.Tensor) -> tf.Tensor:
    """Return x (1 + erf(x / sqrt(2))) / 2, the exact GELU.

    References:
        Hendrycks and Gimpel, "Gaussian Error Linear Units", arXiv 1606.08415.
    """
    return 0.5 * inputs * (1.0 + tf.math.erf(inputs * 0.7071067811865476))


@keras.saving.register_keras_serializable("trunkline")
class Conv2D(keras.layers.Conv2D):  # type: ignore[misc]  # Keras is untyped
    """A convolution with padding `same`, which and whose kernel gradient are summed in pieces.

    Input shape: [batch, height, width, channels]. Output shape: [batch, ..., filters].
    """

    def call(self, inputs: tf.Tensor) -> tf.Tensor:
        """Return the convolution of `inputs`, plus the bias if there is one."""
        found = convolve(inputs, self.kernel.value, self.strides[0])
        return found + self.bias.value if self.use_bias else found


def convolve(inputs: tf.Tensor, kernel: tf.Tensor, stride: int) -> tf.Tensor:
    """Return the convolution with padding `same`, with a gradient of our own.

    A value is a sum over the kernel's pixels and all channels; it is taken over some channels at a
    time where it has more than `TERMS` terms, and is that of `tf.nn.conv2d` where it has not.

    Args:
        inputs: [batch, height, width, channels].
        kernel: [rows, columns, channels, filters].
        stride: in both directions.
    """
    cuts = _channels(*kernel.shape[:3])

    @tf.custom_gradient  # type: ignore[untyped-decorator]  # TensorFlow is untyped
    def forward(
        x: tf.Tensor, weights: tf.Tensor
    ) -> tuple[tf.Tensor, Callable[[tf.Tensor], tuple[tf.Tensor, tf.Tensor]]]:
        def backward(upstream: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
            to_inputs = tf.nn.conv2d_transpose(upstream, weights, tf.shape(x), stride, "SAME")
            return to_inputs, kernel_gradient(x, upstream, weights.shape, stride)

        if len(cuts) == 1:
            return tf.nn.conv2d(x, weights, stride, "SAME"), backward
        parts = [tf.nn.conv2d(x[..., c], weights[:, :, c], stride, "SAME") for c in cuts]
        return tf.add_n(parts), backward

    return forward(inputs, kernel)


def _channels(rows: int, columns: int, channels: int) -> list[slice]:
    """Return the channels of each piece: all, or as many whole packs as there may be terms of."""
    most = max(TERMS // (rows * columns), 1)
    if channels <= most:
        return [slice(0, channels)]
    room = most - most % _PACKED or most
    return [slice(first, min(first + room, channels)) for first in range(0, channels, room)]


def kernel_gradient(
    inputs: tf.Tensor, upstream: tf.Tensor, shape: tf.TensorShape, stride: int
) -> tf.Tensor:
    """Return dL/dW of a convolution with padding `same`.

    dL/dW = sum over pixels p of patch(p)^T upstream(p), in products of at most `TERMS` pixels:
    those of a few pictures at a time or, of larger pictures, their patches written out.

    Args:
        inputs: [batch, height, width, channels].
        upstream: dL/dy, [batch, rows, columns, filters].
        shape: of the kernel, [kernel rows, kernel columns, channels, filters].
        stride: in both directions.

    Returns:
        A tensor of that shape.
    """
    strides = [1, stride, stride, 1]
    batch, rows, columns, filters = upstream.shape
    together = TERMS // (rows * columns)  # pictures
    if batch is None or not together:
        patches = tf.image.extract_patches(inputs, [1, *shape[:2], 1], strides, [1] * 4, "SAME")
        patches = _pieces(patches, patches.shape[3])  # [pieces, TERMS, patch]
        products = tf.matmul(patches, _pieces(upstream, filters), transpose_a=True)
        return tf.reshape(tf.reduce_sum(products, 0), shape)
    total = tf.zeros(shape)
    for first in range(0, batch, together):
        some = slice(first, first + together)
        total += tf.raw_ops.Conv2DBackpropFilter(
            input=inputs[some],
            filter_sizes=shape,
            out_backprop=upstream[some],
            strides=strides,
            padding="SAME",
        )
    return total


def product(rows: tf.Tensor, kernel: tf.Tensor) -> tf.Tensor:
    """Return `rows` [N, inputs] times `kernel` [inputs, units], for any N: all words of a batch.

    The gradient of the kernel is a sum over N, that of the rows one over the units; both are summed
    in pieces of `TERMS`.
    """

    @tf.custom_gradient  # type: ignore[untyped-decorator]  # TensorFlow is untyped
    def forward(
        x: tf.Tensor, weights: tf.Tensor
    ) -> tuple[tf.Tensor, Callable[[tf.Tensor], tuple[tf.Tensor, tf.Tensor]]]:
        inputs, units = weights.shape

        def backward(upstream: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
            pieces = _pieces(x, inputs), _pieces(upstream, units)
            products = tf.matmul(*pieces, transpose_a=True)  # [pieces, inputs, units]
            return _back(upstream, weights), tf.reduce_sum(products, 0)

        return tf.matmul(x, weights), backward

    return forward(rows, kernel)


def _back(upstream: tf.Tensor, kernel: tf.Tensor) -> tf.Tensor:
    """Return `upstream` [N, units] times `kernel` [inputs, units], transposed: [N, inputs]."""
    cuts = [slice(first, first + TERMS) for first in range(0, kernel.shape[1], TERMS)]
    if len(cuts) == 1:
        return tf.matmul(upstream, kernel, transpose_b=True)
    return tf.add_n([tf.matmul(upstream[:, c], kernel[:, c], transpose_b=True) for c in cuts])


def _pieces(pixels: tf.Tensor, width: int) -> tf.Tensor:
    """Return [pieces, TERMS, width]: all pixels of a batch in order, zeros at the end."""
    flat = tf.reshape(pixels, (-1, width))
    flat = tf.pad(flat, [[0, -tf.shape(flat)[0] % TERMS], [0, 0]])
    return tf.reshape(flat, (-1, TERMS, width))
