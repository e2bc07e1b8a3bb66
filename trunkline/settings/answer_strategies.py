"""Options of strategies that look at what the source's head answers on the target's rows."""

from dataclasses import dataclass
from typing import Annotated

from annotated_types import Ge, Gt

from trunkline.settings.phases import Phases


@dataclass(frozen=True, kw_only=True)
class Lwf(Phases):
    """Fine-tuning that goes on answering the source's question as the source did.

    Attributes:
        strength: weight of the source's answers beside the target's loss.
        temperature: evens the answers out.
    """

    strength: Annotated[float, Ge(0)] = 1.0
    temperature: Annotated[float, Gt(0)] = 2.0


@dataclass(frozen=True, kw_only=True)
class CoTuning(Phases):
    """Fine-tuning that trains the source's head too, on the source classes a target class is like.

    Attributes:
        strength: weight of the source's head beside the target's loss.
    """

    strength: Annotated[float, Ge(0)] = 2.3
