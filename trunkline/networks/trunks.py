"""Trunks: from a row's inputs to its representation [batch, width]."""

from collections.abc import Callable, Iterator
from typing import NamedTuple, TypeAlias

import keras

from trunkline.networks import portable
from trunkline.networks.dropout import CounterDropout
from trunkline.settings.study import Network

Outputs: TypeAlias = keras.KerasTensor | list[keras.KerasTensor]


class Kind(NamedTuple):
    """The pieces of a trunk; what they make is named `<name><piece>`."""

    begin: Callable[[keras.KerasTensor], keras.KerasTensor]  # what its first layer reads
    product: Callable[[int, str], keras.layers.Layer]  # width, name -> a layer
    called: str  # what its products are called
    end: Callable[[keras.KerasTensor, str], keras.KerasTensor]  # -> [batch, width]


def build(
    network: Network,
    shape: tuple[int, ...],
    *,
    statistics: str = "learned",
    represent: Callable[[keras.KerasTensor], Outputs] | None = None,
) -> keras.Model:
    """Return the trunk that `network` describes.

    Args:
        network: kind, widths, activation, dropout and batch normalisation.
        shape: shape of one row.
        statistics: `learned` while batch normalisation learns its moments, `kept` to
            run it in inference mode also while the trunk trains, as fine-tuning wants.
        represent: what it begins with -> representations [batch, width]; one for all tasks, the
            stack of its layers, by default.

    Returns:
        A model [batch, *shape] -> [batch, width], or a list of such.

    Raises:
        ValueError: a convolution without rows of shape [height, width, channels].
    """
    inputs = keras.Input(shape, name="inputs")
    begun = TRUNKS[network.trunk].begin(inputs)
    trunk = keras.Model(inputs, (represent or stacked(network))(begun), name="trunk")
    for layer in trunk.layers:
        if isinstance(layer, portable.BatchNormalization) and statistics == "kept":
            layer.trainable = False
    return trunk


def compiled_by_xla(network: Network) -> bool:
    """Return whether XLA is faster: for products it is, for convolutions it is not."""
    return network.trunk != "conv"


def stacked(network: Network, name: str = "") -> Callable[[keras.KerasTensor], keras.KerasTensor]:
    """Return what stacks all layers of `network`, named `<name><layer>`."""

    def stack(begun: keras.KerasTensor) -> keras.KerasTensor:
        hidden = begun
        for number in range(len(network.widths)):
            hidden = layer(hidden, network, number, name)
        return TRUNKS[network.trunk].end(hidden, name)

    return stack


def layer(
    hidden: keras.KerasTensor, network: Network, number: int, name: str = ""
) -> keras.KerasTensor:
    """Put layer `number` of `network` on `hidden`: its product, and what follows each product."""
    kind = TRUNKS[network.trunk]
    product = kind.product(network.widths[number], f"{name}{kind.called}_{number}")
    hidden = product(hidden)  # [batch, width], or [batch, height, width, channels]
    for after in _after(network, number, name):
        hidden = after(hidden)
    return hidden


def _after(network: Network, number: int, name: str) -> Iterator[keras.layers.Layer]:
    """Yield what normalises, activates, drops."""
    if network.batch_norm:
        yield portable.BatchNormalization(name=f"{name}norm_{number}")
    activation = portable.gelu if network.activation == "gelu" else network.activation
    yield keras.layers.Activation(activation, name=f"{name}activation_{number}")
    if network.dropout:
        yield CounterDropout(network.dropout, name=f"{name}dropout_{number}")


def readable(begun: keras.KerasTensor) -> keras.KerasTensor:
    """Return what a trunk begins with as a gate reads it, [batch, inputs]."""
    return flat(begun, "gates_") if len(begun.shape) > 2 else begun


def flat(hidden: keras.KerasTensor, name: str = "") -> keras.KerasTensor:
    """Return rows of any shape as [batch, width]."""
    return keras.layers.Flatten(name=f"{name}flatten")(hidden)


def _rows(inputs: keras.KerasTensor) -> keras.KerasTensor:
    """Flatten rows of any shape, which is what a dense layer reads."""
    return flat(inputs) if len(inputs.shape) > 2 else inputs  # [batch, inputs]


def _picture(inputs: keras.KerasTensor) -> keras.KerasTensor:
    if len(inputs.shape) != 4:
        raise ValueError(
            "trunk 'conv' expects rows of shape [height, width, channels], received "
            f"{list(inputs.shape[1:])}: set inputs.shape in params.yaml, e.g. [8, 8, 1]"
        )
    return inputs


def _dense(width: int, name: str) -> keras.layers.Layer:
    return keras.layers.Dense(width, name=name)


def _conv(width: int, name: str) -> keras.layers.Layer:
    """Return a 3 x 3 convolution that halves the picture."""
    return portable.Conv2D(width, 3, strides=2, padding="same", name=name)


TRUNKS: dict[str, Kind] = {
    "dense": Kind(_rows, _dense, "dense", lambda hidden, _: hidden),
    "conv": Kind(_picture, _conv, "conv", flat),  # [batch, height * width * channels]
}
