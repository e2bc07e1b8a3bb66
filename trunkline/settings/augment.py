"""How pictures are changed while they train; every arm of a study sees them changed alike."""

from dataclasses import dataclass
from typing import Annotated

from annotated_types import Ge, Le, Lt


@dataclass(frozen=True, kw_only=True)
class Augment:
    """Amounts of change, drawn anew for each picture of each training batch; 0: none.

    Attributes:
        shift: pixels, at most, up or down and to either side.
        rotation: degrees, at most, to either side.
        flip: left becomes right, of one picture in two.
        erase: side of a block that is blanked, as a share of the picture's.
    """

    shift: Annotated[float, Ge(0)] = 0.0
    rotation: Annotated[float, Ge(0), Le(90)] = 0.0
    flip: bool = False
    erase: Annotated[float, Ge(0), Lt(1)] = 0.0

    @property
    def changes(self) -> bool:
        """Whether anything is changed."""
        return bool(self.shift or self.rotation or self.flip or self.erase)
