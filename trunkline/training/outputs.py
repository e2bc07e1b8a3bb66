"""What the head of a task puts out."""

from typing import NamedTuple


class Output(NamedTuple):
    """What a task's head puts out."""

    kind: str  # binary, multiclass, multilabel or regression
    units: int
