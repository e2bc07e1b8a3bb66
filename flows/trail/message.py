"""The layout of a commit message."""

import textwrap
from collections.abc import Mapping, Sequence

WIDTH = 72  # what git's own views have room for
SHORT = 10  # digits of a commit


def subject(start: str, names: Sequence[str]) -> str:
    """Return the first line for a run: the commit that it ran, and what changed.

    Args:
        start: The commit.
        names: What changed, such as studies; as many are named as there is room for.

    Example:
        >>> subject("0123456789abcdef", ["digits", "latent"])
        'Run of 0123456789: digits, latent'
    """
    head = f"Run of {start[:SHORT]}"
    for count in range(len(names), 0, -1):
        rest = f" and {len(names) - count} more" if count < len(names) else ""
        line = f"{head}: {', '.join(names[:count])}{rest}"
        if len(line) <= WIDTH:
            return line
    return f"{head}: {len(names)} changes" if names else head


def lay_out(subject: str, body: str, trailers: Mapping[str, str]) -> str:
    """Return a whole message.

    Args:
        subject: The first line; it is cut where it is too long.
        body: Paragraphs with an empty line between them. One that is a single line is wrapped; one
            of several lines, such as a table, stays as it is.
        trailers: Words for programs, by name, for the end.
    """
    paragraphs = [part.strip("\n").rstrip() for part in body.split("\n\n") if part.strip()]
    closing = "\n".join(f"{name}: {' '.join(value.split())}" for name, value in trailers.items())
    parts = [
        textwrap.shorten(subject, WIDTH, placeholder=" ..."),
        *(part if "\n" in part else textwrap.fill(part, WIDTH) for part in paragraphs),
        closing,
    ]
    return "\n\n".join(part for part in parts if part) + "\n"
