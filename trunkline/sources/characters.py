"""Characters of alphabets, by drawer: `<alphabet>/<character>/<number>_<drawer>.png`."""

import re
from pathlib import Path, PurePosixPath

import numpy as np

from trunkline.sources import drawings
from trunkline.tasks.oneshot import Characters

FORM = "<alphabet>/<character>/<number>_<drawer>.png"
_NAME = re.compile(r"[^_]+_(\w+)\.png")


def read(path: Path) -> Characters:
    """Return all drawings of a folder or an archive, such as Omniglot's background sets.

    Args:
        path: `<alphabet>` stands in it at any one depth.

    Raises:
        ValueError: it holds none; a name has another form; a character lacks a drawer, or has one
            twice; a drawing is damaged, or has another size.
        OSError: it does not exist or may not be read.
    """
    found = drawings.contents(path, lambda place: place.suffix.lower() == ".png")
    if not found:
        raise ValueError(f"{path}: expected drawings {FORM}, found none")
    by_character: dict[tuple[str, str], dict[str, PurePosixPath]] = {}
    for place in found:
        match = _NAME.fullmatch(place.name)
        if match is None or len(place.parts) < 3:
            raise ValueError(f"{path}: expected {FORM}, received {place}: name it so, or remove it")
        there = by_character.setdefault((place.parts[-3], place.parts[-2]), {})
        if match[1] in there:
            raise ValueError(
                f"{path}: expected each drawer once, received {there[match[1]]} and {place}: "
                "remove one"
            )
        there[match[1]] = place
    order = _ordered(path, by_character)
    names = [str(place) for place in order]
    flat = [drawings.bitmap(found[place], f"{path}: {place}") for place in order]
    ink = drawings.stacked(flat, names, str(path))
    alphabets = tuple(sorted({alphabet for alphabet, _ in by_character}))
    return Characters(
        ink.reshape(len(by_character), -1, *ink.shape[1:]),
        np.array([alphabets.index(alphabet) for alphabet, _ in sorted(by_character)]),
        alphabets,
    )


def _ordered(
    path: Path, by_character: dict[tuple[str, str], dict[str, PurePosixPath]]
) -> list[PurePosixPath]:
    """Return all files by alphabet, character and drawer; each character has the same drawers."""
    first, *_ = sorted(by_character)
    drawers = sorted(by_character[first])
    order = []
    for character in sorted(by_character):
        there = by_character[character]
        if sorted(there) != drawers:
            odd = ", ".join(sorted(set(drawers) ^ set(there)))
            raise ValueError(
                f"{path}: expected the same drawers of each character, {'/'.join(character)} and "
                f"{'/'.join(first)} differ in {odd}: complete it, or remove the character"
            )
        order += [there[drawer] for drawer in drawers]
    return order
