"""Rows of a table, and what was promised of them."""

from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple


class Row(NamedTuple):
    """A row, and whether it keeps what was promised."""

    cells: tuple[str, ...]
    kept: bool = True

    def line(self) -> str:
        """Return it in Markdown."""
        return f"| {' | '.join(self.cells)} |\n"


class Promise(NamedTuple):
    """A limit on a number."""

    limit: float
    at_least: bool = False
    unit: str = ""

    def kept(self, number: float) -> bool:
        """Return whether a number keeps it."""
        return number >= self.limit if self.at_least else number <= self.limit

    def judged(self, number: float, decimals: int = 2) -> str:
        """Return a number as text, marked if it breaks the promise."""
        return f"{number:.{decimals}f}{self.unit}{'' if self.kept(number) else ' **missed**'}"

    def __str__(self) -> str:
        return f"{'at least' if self.at_least else 'at most'} {self.limit:g}{self.unit}"


class Table(NamedTuple):
    """A table, made of parts that can be measured each by itself.

    Args:
        title: What it is about.
        text: How it was measured.
        columns: Their names.
        suffix: Of its file's name.
        parts: What gives the rows, by name.
    """

    title: str
    text: str
    columns: tuple[str, ...]
    suffix: str
    parts: Mapping[str, Callable[[], Iterator[Row]]]

    def head(self, machine: str) -> str:
        """Return what stands above the rows."""
        names, rule = Row(self.columns).line(), f"{'|---' * len(self.columns)}|\n"
        return f"# {self.title} on {machine}\n\n{self.text}\n\n{names}{rule}"
