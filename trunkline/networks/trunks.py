"""Trunks: from a row's inputs to its representation [batch, width]."""

from collections.abc import Callable, Iterator

import keras

from trunkline.networks import portable
from trunkline.networks.dropout import CounterDropout
from trunkline.settings.study import Network


def build(network: Network, shape: tuple[int, ...], *, statistics: str = "learned") -> keras.Model:
    """Return the trunk that `network` describes.

    Args:
        network: kind, widths, activation, dropout and batch normalisation.
        shape: shape of one row.
        statistics: `learned` while batch normalisation learns its moments, `kept` to
            run it in inference mode also while the trunk trains, as fine-tuning wants.

    Returns:
        A model [batch, *shape] -> [batch, width].

    Raises:
        ValueError: a convolution without rows of shape [height, width, channels].
    """
    inputs = keras.Input(shape, name="inputs")
    outputs = TRUNKS[network.trunk](inputs, network)
    trunk = keras.Model(inputs, outputs, name="trunk")
    for layer in trunk.layers:
        if isinstance(layer, portable.BatchNormalization) and statistics == "kept":
            layer.trainable = False
    return trunk


def compiled_by_xla(network: Network) -> bool:
    """Return whether XLA is faster: for products it is, for convolutions it is not."""
    return network.trunk != "conv"


def _dense(inputs: keras.KerasTensor, network: Network) -> keras.KerasTensor:
    """Stack Dense layers; rows of any shape are flattened first."""
    hidden = inputs
    if len(inputs.shape) > 2:
        hidden = keras.layers.Flatten(name="flatten")(hidden)  # [batch, inputs]
    for number, width in enumerate(network.widths):
        layer = keras.layers.Dense(width, name=f"dense_{number}")
        hidden = _finish(layer(hidden), network, number)  # [batch, width]
    return hidden


def _conv(inputs: keras.KerasTensor, network: Network) -> keras.KerasTensor:
    """Stack 3 x 3 convolutions, each halving the picture; flatten what is left."""
    if len(inputs.shape) != 4:
        raise ValueError(
            "trunk 'conv' expects rows of shape [height, width, channels], received "
            f"{list(inputs.shape[1:])}: set inputs.shape in params.yaml, e.g. [8, 8, 1]"
        )
    hidden = inputs
    for number, width in enumerate(network.widths):
        layer = portable.Conv2D(width, 3, strides=2, padding="same", name=f"conv_{number}")
        hidden = _finish(layer(hidden), network, number)  # [batch, height, width, channels]
    return keras.layers.Flatten(name="flatten")(hidden)  # [batch, height * width * channels]


def _finish(hidden: keras.KerasTensor, network: Network, number: int) -> keras.KerasTensor:
    """Normalise, activate, drop: what follows each layer's product."""
    for layer in _after(network, number):
        hidden = layer(hidden)
    return hidden


def _after(network: Network, number: int) -> Iterator[keras.layers.Layer]:
    if network.batch_norm:
        yield portable.BatchNormalization(name=f"norm_{number}")
    activation = portable.gelu if network.activation == "gelu" else network.activation
    yield keras.layers.Activation(activation, name=f"activation_{number}")
    if network.dropout:
        yield CounterDropout(network.dropout, name=f"dropout_{number}")


TRUNKS: dict[str, Callable[[keras.KerasTensor, Network], keras.KerasTensor]] = {
    "dense": _dense,
    "conv": _conv,
}
