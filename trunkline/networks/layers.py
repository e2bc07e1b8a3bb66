"""The layers that follow a product in every trunk, named `<name><what>_<number>`."""

from collections.abc import Iterator

import keras

from trunkline.networks import portable
from trunkline.networks.dropout import CounterDropout
from trunkline.settings.study import Network


def after(network: Network, number: int, name: str) -> Iterator[keras.layers.Layer]:
    """Yield what normalises, activates, drops."""
    yield from normalised(network, number, name)
    yield from activated(network, number, name)


def normalised(network: Network, number: int, name: str) -> Iterator[keras.layers.Layer]:
    """Yield batch normalisation, where the network has it."""
    if network.batch_norm:
        yield portable.BatchNormalization(name=f"{name}norm_{number}")


def activated(network: Network, number: int, name: str) -> Iterator[keras.layers.Layer]:
    """Yield the activation and, where the network has it, dropout."""
    yield keras.layers.Activation(activation(network), name=f"{name}activation_{number}")
    if network.dropout:
        yield CounterDropout(network.dropout, name=f"{name}dropout_{number}")


def activation(network: Network) -> object:
    """Return the network's activation as Keras takes it."""
    return portable.gelu if network.activation == "gelu" else network.activation
