"""Pieces of GitHub's Markdown: text of others in it stays text, and has a limit."""

import re
from collections.abc import Iterable, Sequence

LONGEST = 160  # characters of a name or value


def code(value: object, limit: int = LONGEST) -> str:
    """Return text as code, on one line; fit for a table's cell.

    Args:
        value: Any text.
        limit: Characters that are shown of it.
    """
    text = " ".join(str(value).split())
    if len(text) > limit:
        text = f"{text[:limit]}..."
    fence = "`" * (max((len(run) for run in re.findall("`+", text)), default=0) + 1)
    inner = f" {text} " if "`" in text else text
    return f"{fence}{inner}{fence}".replace("|", "\\|") if text else ""


def plain(value: object, limit: int = LONGEST) -> str:
    """Return text that Markdown and HTML take literally, on one line.

    Args:
        value: Any text.
        limit: Characters that are shown of it.
    """
    text = " ".join(str(value).split())
    text = text if len(text) <= limit else f"{text[:limit]}..."
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return re.sub(r"([\\`*_\[\]|~#@])", r"\\\1", text)


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    """Return the lines of a table; its cells are Markdown already."""
    lines = [f"| {' | '.join(header)} |", f"|{'---|' * len(header)}"]
    return [*lines, *(f"| {' | '.join(row)} |" for row in rows)]


def folded(title: str, lines: Sequence[str]) -> list[str]:
    """Return lines that are shown when their title is clicked on."""
    return [f"<details><summary>{title}</summary>", "", *lines, "", "</details>", ""]


def listed(items: Sequence[str], most: int, noun: str = "more") -> list[str]:
    """Return a list of limited length; its items are Markdown already."""
    lines = [f"- {item}" for item in items[:most]]
    return [*lines, f"- ... and {len(items) - most:,} {noun}"] if len(items) > most else lines


def block(lines: Sequence[str], longest: int = 300) -> list[str]:
    """Return lines as they are, as a block of code."""
    cut = [line if len(line) <= longest else f"{line[:longest]}..." for line in lines]
    runs = (len(run) for line in cut for run in re.findall("`+", line))
    fence = "`" * max(3, 1 + max(runs, default=0))
    return [f"{fence}text", *cut, fence]


def fitted(lines: Sequence[str], most: int, end: str) -> str:
    """Return lines as one text of at most so many characters.

    Args:
        lines: Of Markdown.
        most: Characters; what does not fit is left out from the end, in whole lines.
        end: A line that says so then.
    """
    text = "\n".join(lines).rstrip("\n") + "\n"
    if len(text) <= most:
        return text
    kept: list[str] = []
    room = most - len(end) - 64  # for the end, and for what must be closed
    for line in lines:
        room -= len(line) + 1
        if room < 0:
            break
        kept.append(line)
    fences = [line for line in kept if line.startswith("```")]
    closing = [fences[-1].removesuffix("text")] * (len(fences) % 2)
    opened = sum("<details>" in line for line in kept) - sum("</details>" in line for line in kept)
    return "\n".join([*kept, *closing, *["</details>"] * opened, "", end]) + "\n"
