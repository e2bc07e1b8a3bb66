"""What a network reads: columns, and how each becomes numbers."""

from dataclasses import dataclass, field
from typing import Annotated, Literal

from annotated_types import Ge, MinLen

from trunkline.settings.dataset import Name
from trunkline.settings.encoding import Encoding

Positive = Annotated[int, Ge(1)]


@dataclass(frozen=True, kw_only=True)
class Inputs:
    """The columns a network reads, as names or patterns with `*`.

    Attributes:
        scale: `standard` (mean 0, deviation 1 on the training rows) or `none`, of numbers that
            `encode` does not name.
        shape: shape of one row for a convolutional trunk, e.g. `[8, 8, 1]`.
        encode: by name or pattern, of which the first counts, how a column becomes numbers; the
            others by their type.
        in_memory: rows that are held and encoded at once; a table of more is trained on in shards.
    """

    columns: Annotated[tuple[Name, ...], MinLen(1)]
    scale: Literal["standard", "none"] = "standard"
    shape: tuple[Positive, ...] = ()
    encode: dict[str, Encoding] = field(default_factory=dict)
    in_memory: Positive = 1_000_000
