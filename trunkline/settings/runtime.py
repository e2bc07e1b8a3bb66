"""What decides bits on a processor, pinned before NumPy and TensorFlow are imported."""

from dataclasses import dataclass
from typing import Annotated, Literal

from annotated_types import Ge


@dataclass(frozen=True, kw_only=True)
class Runtime:
    """Threads of each operation and the newest instructions that may be used."""

    threads: Annotated[int, Ge(1)] = 1
    instructions: Literal["AVX2"] = "AVX2"
