"""Fronts: what a trunk makes of a row's blocks before its first layer, [batch, width].

The front is one layer, so that a trunk stays a chain; all tasks share it under every sharing
architecture, as they share the row.
"""

from collections.abc import Callable

import keras
import numpy as np
import tensorflow as tf

from trunkline.data.layout import Block, Layout
from trunkline.networks.lookup import Categories, Mean, Windows
from trunkline.networks.numbers import Pieces
from trunkline.settings.study import Network

NAME = "front"
Start = Callable[[tuple[int, ...], np.random.Generator], np.ndarray]


@keras.saving.register_keras_serializable("trunkline")
class Front(keras.layers.Layer):  # type: ignore[misc]  # Keras is untyped
    """Blocks side by side -> what is made of each, side by side: [batch, entries] -> [.., width].

    Numbers stay as they are, or become vectors in an `embedding` trunk; categories are looked up;
    of tokens it takes the mean vector or, in a `text` trunk, what filters find.
    """

    def __init__(self, layout: Layout, network: Network, **kwargs: object) -> None:
        """Make a part for each block, named `<kind>_<name>`."""
        super().__init__(**kwargs)
        self.layout, self.network = layout, network
        self.parts = [_part(block, network) for block in layout]

    def build(self, shape: tuple[int, ...]) -> None:
        """Make the weights of each part, under the front's own name."""
        for block, part in zip(self.layout, self.parts, strict=True):
            part.build((*shape[:-1], block.width))

    def call(self, inputs: tf.Tensor) -> tf.Tensor:
        """Return what the parts make of their blocks."""
        blocks = tf.split(inputs, [block.width for block in self.layout], axis=-1)
        made = [part(block) for part, block in zip(self.parts, blocks, strict=True)]
        return made[0] if len(made) == 1 else tf.concat(made, -1)

    def operations(self) -> int:
        """Return the multiply-adds of one row: a lookup takes none."""
        found = 0
        for block, part in zip(self.layout, self.parts, strict=True):
            if isinstance(part, Windows):
                found += block.width * sum(int(np.prod(d.kernel.shape)) for d in part.dense)
            elif isinstance(part, Pieces):
                found += int(np.prod(part.slopes.shape))
        return found

    def get_config(self) -> dict[str, object]:
        """Return what rebuilds the layer."""
        return {**super().get_config(), "layout": self.layout, "network": self.network}


def plain(layout: Layout) -> bool:
    """Return whether a row holds nothing but numbers; a layout of no block says nothing else."""
    return all(block.kind == "numbers" for block in layout)


def read(inputs: keras.KerasTensor, network: Network, layout: Layout) -> keras.KerasTensor:
    """Return what a front makes of rows [batch, entries].

    Raises:
        ValueError: the blocks do not fill the row, or a `text` trunk has no tokens to read.
    """
    width = inputs.shape[-1]
    blocks = layout or (Block(kind="numbers", name="numbers", width=width),)
    held = sum(block.width for block in blocks)
    if len(inputs.shape) > 2 or held != width:
        raise ValueError(
            f"expected rows of {held} entries, as the blocks {[b.name for b in blocks]} have, "
            f"received the shape {list(inputs.shape[1:])}: leave inputs.shape out, and run "
            "`dvc repro`"
        )
    if network.trunk == "text" and not any(block.kind == "tokens" for block in blocks):
        raise ValueError(
            "trunk 'text' expects tokens among its inputs, received "
            f"{', '.join(sorted({block.kind for block in blocks}))}: encode a column of text as "
            "tokens, or choose another network.trunk"
        )
    return Front(blocks, network, name=NAME)(inputs)


def _part(block: Block, network: Network) -> keras.layers.Layer:
    name = f"{block.kind}_{quoted(block.name)}"
    if block.kind == "category":
        return Categories(block, name=name)
    if block.kind == "tokens" and network.trunk == "text":
        return Windows(block, network.windows, network.filters, name=name)
    if block.kind == "tokens":
        return Mean(block, name=name)
    if network.trunk == "embedding":
        return Pieces(network.pieces, network.size, name=name)
    return keras.layers.Identity(name=name)


def quoted(name: str) -> str:
    """Return a column's name as a part of a weight's; different names stay different.

    Example:
        >>> quoted("price/unit"), quoted("Größe")
        ('price-2funit', 'Gr-c3-b6-c3-9fe')
    """
    return "".join(
        letter if letter == "_" or (letter.isascii() and letter.isalnum()) else
        "".join(f"-{byte:02x}" for byte in letter.encode())
        for letter in name
    )  # fmt: skip


def _vectors(shape: tuple[int, ...], rng: np.random.Generator) -> np.ndarray:
    """Return rows uniform in +-1 / sqrt(size), as in a linear layer; row 0 is 0."""
    limit = 1 / np.sqrt(shape[-1])
    found = rng.uniform(-limit, limit, shape)
    found[0] = 0.0
    return found


def _slopes(shape: tuple[int, ...], rng: np.random.Generator) -> np.ndarray:
    """Return Glorot's uniform numbers for the product of each number by itself."""
    limit = np.sqrt(6 / (shape[-2] + shape[-1]))
    return rng.uniform(-limit, limit, shape)


STARTS: dict[str, Start] = {"table": _vectors, "slopes": _slopes}
