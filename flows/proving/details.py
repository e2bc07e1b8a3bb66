"""One place where two files differ: a column of a table, a key of a result."""

import math
from dataclasses import dataclass

FLOOR = 1e-9  # differences of numbers up to this are within any tolerance
LONGEST = 60  # characters of a value that is shown


@dataclass(frozen=True)
class Detail:
    """Where two files differ, and by how much.

    Args:
        where: The column or key.
        count: How many rows differ in it; 1 for a key.
        example: The largest difference, or the first, as text.
        absolute: The largest difference of two numbers; None if these are no numbers.
        relative: The largest difference, divided by the larger of its two numbers.
    """

    where: str
    count: int
    example: str
    absolute: float | None = None
    relative: float | None = None

    def within(self, tolerance: float) -> bool:
        """Say whether these are numbers that differ by no more than a tolerance."""
        if self.absolute is None or self.relative is None:
            return False
        return self.absolute <= FLOOR or self.relative <= tolerance


def numbers(before: float, after: float) -> tuple[float | None, float | None]:
    """Return the absolute and the relative difference of two numbers; None if one is not finite."""
    if not (math.isfinite(before) and math.isfinite(after)):
        return None, None
    absolute = abs(after - before)
    largest = max(abs(before), abs(after))
    return absolute, absolute / largest if largest else 0.0


def shown(value: object) -> str:
    """Return a value as text of a limited length."""
    text = repr(value)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}..."


def counted(number: int, noun: str) -> str:
    """Return a number with its noun: `1 row`, `2 rows`."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
