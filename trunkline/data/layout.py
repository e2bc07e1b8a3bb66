"""Layouts: what the columns of an encoded row mean to a network.

A row is one float32 vector, whatever its columns held: numbers lie there as they are, categories
and tokens as whole numbers, which float32 holds exactly up to 2^24. The network that reads it
knows its blocks, so that training, balancing and sharing need not.
"""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, kw_only=True)
class Block:
    """Consecutive entries of a row that belong together.

    Attributes:
        kind: `numbers`, which the trunk reads as they are; `category`, an index for each entry
            that is looked up in the table of `name`; `tokens`, a text's indices in order.
        name: of the column, or of the block; names its table of weights.
        width: how many entries of the row it has.
        vocabulary: how many indices there are: 0 to vocabulary - 1; of categories, 0 is a value
            that is missing or was not among the training rows; of tokens, 0 fills up the row.
        size: length of the vector that an index is looked up as.
    """

    kind: Literal["numbers", "category", "tokens"]
    name: str
    width: int
    vocabulary: int = 0
    size: int = 0


Layout = tuple[Block, ...]
