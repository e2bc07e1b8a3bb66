"""What trunks for tables and texts do with what they read."""

from dataclasses import dataclass
from typing import Annotated

from annotated_types import Ge, MinLen

Positive = Annotated[int, Ge(1)]


@dataclass(frozen=True, kw_only=True)
class Reading:
    """Options of single trunks; all others pass over them.

    Attributes:
        pieces: of an `embedding` trunk, into which the range of a number is cut.
        size: of an `embedding` trunk, length of the vector that a number becomes.
        windows: of a `text` trunk, how many tokens in a row a filter sees.
        filters: of a `text` trunk, how many each window has.
    """

    pieces: Annotated[int, Ge(3)] = 8
    size: Positive = 8
    windows: Annotated[tuple[Positive, ...], MinLen(1)] = (1, 2, 3)
    filters: Positive = 64


READ_BY = {"pieces": "embedding", "size": "embedding", "windows": "text", "filters": "text"}
