"""Markdown in which nothing that stands in a value can take effect."""

import html
import re
from collections.abc import Sequence

from flows.showing import words

_MARKS = re.compile(r"([\\`*_{}\[\]|~])")


def text(value: str) -> str:
    r"""Return a value as plain text on one line.

    Example:
        >>> text("a|b <i> *c*")
        'a\\|b &lt;i&gt; \\*c\\*'
    """
    return _MARKS.sub(r"\\\1", html.escape(words.one_line(value), quote=False))


def code(value: str) -> str:
    """Return a value as code on one line; a pipe in it does not end a table's cell.

    Example:
        >>> code("sub/dvc.yaml:train")
        '`sub/dvc.yaml:train`'
    """
    plain = words.one_line(value).replace("|", "\\|")
    longest = max(map(len, re.findall("`+", plain)), default=0)
    fence = "`" * (longest + 1)
    gap = " " if longest else ""
    return f"{fence}{gap}{plain}{gap}{fence}" if plain else ""


def table(headings: Sequence[str], rows: Sequence[Sequence[str]], numbers: int = 0) -> str:
    """Return a table.

    Args:
        headings: of the columns.
        rows: cells, Markdown already.
        numbers: so many of the last columns are aligned to the right.
    """
    words_first = len(headings) - numbers
    rule = ["---"] * words_first + ["---:"] * numbers
    lines = [headings, rule, *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines) + "\n"
