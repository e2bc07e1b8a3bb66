"""Residual blocks for tables."""

import keras

from trunkline.networks import layers
from trunkline.settings.study import Network


def block(
    hidden: keras.KerasTensor, network: Network, number: int, name: str = ""
) -> keras.KerasTensor:
    """Return block `number` on `hidden`: z + B dropout(relu(A norm(z))), and biases.

    z is what the block reads or, where that is of another width and in the first block, a linear
    projection of it. The last block is followed by norm and relu. The publication's blocks drop
    out after B, too, and may be wider inside; here A and B have the width of the block, relu is the
    network's activation, and norm is batch normalisation where `network.batch_norm` is set.

    References:
        Gorishniy, Rubachev, Khrulkov and Babenko, "Revisiting Deep Learning Models for Tabular
        Data", NeurIPS 2021, section 3.2 (ResNet). He, Zhang, Ren and Sun, "Deep Residual
        Learning for Image Recognition", CVPR 2016, equation 2, for the projection.
    """
    width = network.widths[number]
    if number == 0 or hidden.shape[-1] != width:
        hidden = keras.layers.Dense(width, name=f"{name}project_{number}")(hidden)
    inner = hidden
    for layer in layers.normalised(network, number, name):
        inner = layer(inner)
    inner = keras.layers.Dense(width, name=f"{name}dense_{number}")(inner)
    for layer in layers.activated(network, number, name):
        inner = layer(inner)
    inner = keras.layers.Dense(width, name=f"{name}back_{number}")(inner)
    hidden = keras.layers.Add(name=f"{name}add_{number}")([hidden, inner])
    return hidden if number < len(network.widths) - 1 else _closed(hidden, network, number, name)


def _closed(
    hidden: keras.KerasTensor, network: Network, number: int, name: str
) -> keras.KerasTensor:
    for layer in layers.normalised(network, number, f"{name}closing_"):
        hidden = layer(hidden)
    said = layers.activation(network)
    return keras.layers.Activation(said, name=f"{name}closing_activation_{number}")(hidden)
