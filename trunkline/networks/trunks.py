"""Trunks: from a row's inputs to its representation [batch, width]."""

from collections.abc import Callable
from typing import NamedTuple, TypeAlias

import keras

from trunkline.data.layout import Layout
from trunkline.networks import front, layers, portable, residual
from trunkline.settings.study import Network

Outputs: TypeAlias = keras.KerasTensor | list[keras.KerasTensor]


class Kind(NamedTuple):
    """The pieces of a trunk; what they make is named `<name><piece>`."""

    begin: Callable[[keras.KerasTensor, Network, Layout], keras.KerasTensor]  # its first reads it
    layer: Callable[[keras.KerasTensor, Network, int, str], keras.KerasTensor]  # one on another
    end: Callable[[keras.KerasTensor, str], keras.KerasTensor]  # -> [batch, width]


def build(
    network: Network,
    shape: tuple[int, ...],
    statistics: str = "learned",
    represent: Callable[[keras.KerasTensor], Outputs] | None = None,
    layout: Layout = (),
) -> keras.Model:
    """Return the trunk that `network` describes.

    Args:
        network: kind, widths, activation, dropout and batch normalisation.
        shape: shape of one row.
        statistics: `learned` while batch normalisation learns its moments, `kept` to
            run it in inference mode also while the trunk trains, as fine-tuning wants.
        represent: what it begins with -> representations [batch, width]; one for all tasks, the
            stack of its layers, by default.
        layout: what the entries of a row are; none: numbers.

    Returns:
        A model [batch, *shape] -> [batch, width], or a list of such.

    Raises:
        ValueError: a convolution without rows of shape [height, width, channels], or a layout that
            the trunk cannot read.
    """
    inputs = keras.Input(shape, name="inputs")
    begun = TRUNKS[network.trunk].begin(inputs, network, layout)
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
    return TRUNKS[network.trunk].layer(hidden, network, number, name)


def readable(begun: keras.KerasTensor) -> keras.KerasTensor:
    """Return what a trunk begins with as a gate reads it, [batch, inputs]."""
    return flat(begun, "gates_") if len(begun.shape) > 2 else begun


def flat(hidden: keras.KerasTensor, name: str = "") -> keras.KerasTensor:
    """Return rows of any shape as [batch, width]."""
    return keras.layers.Flatten(name=f"{name}flatten")(hidden)


def _row(inputs: keras.KerasTensor, network: Network, layout: Layout) -> keras.KerasTensor:
    """Flatten rows of numbers, which a dense layer reads as they are; look up all else."""
    if front.plain(layout):
        return flat(inputs) if len(inputs.shape) > 2 else inputs  # [batch, inputs]
    return front.read(inputs, network, layout)


def _read(inputs: keras.KerasTensor, network: Network, layout: Layout) -> keras.KerasTensor:
    """Put a front on rows, also on those of numbers alone."""
    pixels = front.plain(layout) and len(inputs.shape) > 2
    return front.read(flat(inputs) if pixels else inputs, network, layout)


def _picture(inputs: keras.KerasTensor, network: Network, layout: Layout) -> keras.KerasTensor:
    del network
    if len(inputs.shape) != 4:
        raise ValueError(
            "trunk 'conv' expects rows of shape [height, width, channels], received "
            f"{list(inputs.shape[1:])}: set inputs.shape in params.yaml, e.g. [8, 8, 1]"
        )
    if not front.plain(layout):
        others = [block.name for block in layout if block.kind != "numbers"]
        raise ValueError(
            f"trunk 'conv' expects pixels, received categories or tokens in {others}: leave them "
            "out of inputs.columns, or choose another network.trunk"
        )
    return inputs


def _dense(
    hidden: keras.KerasTensor, network: Network, number: int, name: str
) -> keras.KerasTensor:
    product = keras.layers.Dense(network.widths[number], name=f"{name}dense_{number}")
    return _followed(product(hidden), network, number, name)  # [batch, width]


def _conv(hidden: keras.KerasTensor, network: Network, number: int, name: str) -> keras.KerasTensor:
    """Put a 3 x 3 convolution on pictures that halves them."""
    width = network.widths[number]
    product = portable.Conv2D(width, 3, strides=2, padding="same", name=f"{name}conv_{number}")
    return _followed(product(hidden), network, number, name)  # [batch, height, width, channels]


def _followed(
    hidden: keras.KerasTensor, network: Network, number: int, name: str
) -> keras.KerasTensor:
    for after in layers.after(network, number, name):
        hidden = after(hidden)
    return hidden


def _as_it_is(hidden: keras.KerasTensor, name: str) -> keras.KerasTensor:
    del name
    return hidden


TRUNKS: dict[str, Kind] = {
    "dense": Kind(_row, _dense, _as_it_is),
    "conv": Kind(_picture, _conv, flat),  # [batch, height * width * channels]
    "embedding": Kind(_read, _dense, _as_it_is),
    "residual": Kind(_row, residual.block, _as_it_is),
    "text": Kind(front.read, _dense, _as_it_is),
}
