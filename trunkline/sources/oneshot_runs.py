"""Runs of one-shot classification, in the form in which Omniglot's standard ones are published.

Folders `runNN/training` and `runNN/test` of pictures, and `runNN/class_labels.txt`: on each line a
file of `test`, and the file of `training` that shows the same character.
"""

from collections.abc import Mapping
from pathlib import Path, PurePosixPath

import numpy as np

from trunkline.settings import naming
from trunkline.sources import drawings
from trunkline.tasks.oneshot import Run

LABELS = "class_labels.txt"
SIDES = ("training", "test")
FORM = f"runNN/training/*.png, runNN/test/*.png, runNN/{LABELS}"
Files = Mapping[PurePosixPath, bytes]


def read(path: Path) -> list[Run]:
    """Return the runs of a folder or an archive, in the order of their names.

    Which alphabet a run is of does not stand in it: each is a cluster of its own.

    Raises:
        ValueError: there are none; one lacks its labels or pictures, or they disagree; a picture is
            damaged, or has another size.
        OSError: it does not exist or may not be read.
    """
    found = drawings.contents(path, _wanted)
    roots = sorted({_root(place) for place in found})
    if not roots:
        raise ValueError(f"{path}: expected runs, {FORM}, found none")
    return [_run(path, root, found) for root in roots]


def _wanted(place: PurePosixPath) -> bool:
    picture = place.suffix.lower() == ".png" and place.parent.name in SIDES
    return (picture and len(place.parts) > 2) or (place.name == LABELS and len(place.parts) > 1)


def _root(place: PurePosixPath) -> PurePosixPath:
    return place.parent if place.name == LABELS else place.parent.parent


def _run(path: Path, root: PurePosixPath, found: Files) -> Run:
    place = f"{path}: {root}"
    if root / LABELS not in found:
        raise ValueError(
            f"{place}: expected {LABELS}, with a line 'test/<file> training/<file>' of each item; "
            "there is none: fetch the runs again"
        )
    names = {side: _names(root / side, found, place) for side in SIDES}
    pairs = _pairs(found[root / LABELS], names, f"{place}/{LABELS}")
    flat = [root / side / name for side in SIDES for name in names[side]]
    bitmaps = [drawings.bitmap(found[file], f"{path}: {file}") for file in flat]
    ink = drawings.stacked(bitmaps, [str(file) for file in flat], str(path))
    count = len(names["training"])
    answers = np.array([names["training"].index(pairs[item]) for item in names["test"]])
    return Run(root.name, root.name, ink[:count], ink[count:], answers)


def _names(folder: PurePosixPath, found: Files, place: str) -> list[str]:
    names = [file.name for file in found if file.parent == folder]
    if len(names) < (least := 2 if folder.name == "training" else 1):
        raise ValueError(
            f"{place}: expected {least} or more pictures in {folder.name}, received {len(names)}: "
            "fetch the runs again"
        )
    return names


def _pairs(content: bytes, names: Mapping[str, list[str]], place: str) -> dict[str, str]:
    """Return the file of `training` that belongs to each file of `test`."""
    try:
        lines = content.decode().splitlines()
    except UnicodeDecodeError as error:
        raise ValueError(f"{place}: expected text in UTF-8, it is none: {error}") from error
    pairs: dict[str, str] = {}
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        item, shown = _line(line.split(), names, f"{place}: line {number}")
        if item in pairs:
            raise ValueError(f"{place}: line {number}: test/{item} stands there twice: remove one")
        pairs[item] = shown
    if missing := [name for name in names["test"] if name not in pairs]:
        raise ValueError(f"{place}: expected a line of each item, none has test/{missing[0]}")
    return pairs


def _line(words: list[str], names: Mapping[str, list[str]], place: str) -> tuple[str, str]:
    """Return the names of a file of `test` and one of `training`."""
    if len(words) != 2:
        raise ValueError(
            f"{place}: expected a file of test and one of training, received "
            f"'{' '.join(words)}': separate them by a space"
        )
    item, shown = (PurePosixPath(word).name for word in words)
    for name, side in ((item, "test"), (shown, "training")):
        if name not in names[side]:
            hint = naming.suggestion(name, names[side])
            raise ValueError(f"{place}: there is no {side}/{name}{hint}")
    return item, shown
